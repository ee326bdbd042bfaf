import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { iamUserCheck, namedOrCallingIamUser } from "../caller-user.ts";
import { findProfile, profileShape } from "./login-profiles.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html */
export const GetLoginProfile = operation(iam, "GetLoginProfile", {
  authorization: ({ UserName }, context) => iamUserCheck(UserName, context),
  async handle({ UserName }, context) {
    const name = namedOrCallingIamUser(UserName, context);
    const found = await context.store.read((tx) => findProfile(tx, context.accountId, name));
    return { LoginProfile: profileShape(found.user, found.profile) };
  },
});
