import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { instanceProfileShape } from "../shapes.ts";
import { wireTags } from "../tags.ts";
import { findProfile, profileCheck } from "./instance-profiles.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html */
export const GetInstanceProfile = operation(iam, "GetInstanceProfile", {
  authorization: ({ InstanceProfileName }, context) => profileCheck(InstanceProfileName, context),
  handle: ({ InstanceProfileName }, { store, accountId }) =>
    store.read(async (tx) => {
      const profile = await findProfile(tx, accountId, InstanceProfileName);
      return {
        InstanceProfile: { ...(await instanceProfileShape(tx, profile)), Tags: wireTags(profile.tags) },
      };
    }),
});
