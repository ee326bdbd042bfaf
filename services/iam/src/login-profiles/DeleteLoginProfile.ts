import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { iamUserCheck, namedOrCallingIamUser } from "../caller-user.ts";
import { findProfile } from "./login-profiles.ts";

/**
 * Takes a user's password away, and what was remembered of those before. His access keys go on working.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
 */
export const DeleteLoginProfile = operation(iam, "DeleteLoginProfile", {
  authorization: ({ UserName }, context) => iamUserCheck(UserName, context),
  async handle({ UserName }, context) {
    const name = namedOrCallingIamUser(UserName, context);
    await context.store.write(async (tx) => {
      const { user } = await findProfile(tx, context.accountId, name);
      await tx.loginProfiles.delete(context.accountId, user.userId);
    });
  },
});
