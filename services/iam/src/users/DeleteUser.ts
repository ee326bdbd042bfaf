import { forgetUsage } from "@rolecall/access";
import { DeleteConflict, iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { find, user } from "../identity-kinds.ts";

/**
 * Deletes a user who has nothing any more.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
 */
export const DeleteUser = operation(iam, "DeleteUser", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle({ UserName }, { store, accountId }) {
    await store.write(async (tx) => {
      const { userId, name, groups, attachedPolicies, inlinePolicies } = await find(
        user,
        tx,
        accountId,
        UserName,
      );
      if ((await tx.accessKeys.countBy("byOwner", [accountId, userId])) > 0)
        throw DeleteConflict("Cannot delete entity, must delete access keys first.");
      if ((await tx.mfaDevices.countBy("byOwner", [accountId, userId])) > 0)
        throw DeleteConflict("Cannot delete entity, must remove tokens from principal first.");
      if (await tx.loginProfiles.get(accountId, userId))
        throw DeleteConflict("Cannot delete entity, must delete login profile first.");
      if ((await tx.signingCertificates.countBy("byOwner", [accountId, userId])) > 0)
        throw DeleteConflict("Cannot delete entity, must delete certificates first.");
      if (
        (await tx.serviceSpecificCredentials.countBy("byUser", [accountId, userId])) > 0 ||
        (await tx.sshPublicKeys.countBy("byUser", [accountId, userId])) > 0
      )
        throw DeleteConflict("Cannot delete entity, must remove referenced objects first.");
      if (attachedPolicies.length > 0)
        throw DeleteConflict("Cannot delete entity, must detach all policies first.");
      if (inlinePolicies.length > 0)
        throw DeleteConflict("Cannot delete entity, must delete policies first.");
      if (groups.length > 0)
        throw DeleteConflict("Cannot delete entity, must remove users from group first.");
      await forgetUsage(tx, accountId, userId);
      await tx.users.delete(accountId, name);
    });
  },
});
