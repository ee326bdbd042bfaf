import { DeleteConflict, iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { findProfile, profileCheck } from "./instance-profiles.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html */
export const DeleteInstanceProfile = operation(iam, "DeleteInstanceProfile", {
  authorization: ({ InstanceProfileName }, context) => profileCheck(InstanceProfileName, context),
  async handle({ InstanceProfileName }, { store, accountId }) {
    await store.write(async (tx) => {
      const profile = await findProfile(tx, accountId, InstanceProfileName);
      if (profile.roleId !== undefined)
        throw DeleteConflict("Cannot delete entity, must remove roles from instance profile first.");
      await tx.instanceProfiles.delete(accountId, profile.name);
    });
  },
});
