import { forgetUsage } from "@rolecall/access";
import { DeleteConflict, iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { find, role } from "../identity-kinds.ts";

/**
 * Deletes a role that has nothing any more. Its live sessions end with it: they name its unique id.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
 */
export const DeleteRole = operation(iam, "DeleteRole", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context, { hasBoundaryKey: true }),
  async handle({ RoleName }, { store, accountId }) {
    await store.write(async (tx) => {
      const found = await find(role, tx, accountId, RoleName);
      role.requireModifiable(found);
      if ((await tx.instanceProfiles.countBy("byRole", [found.roleId])) > 0)
        throw DeleteConflict("Cannot delete entity, must remove roles from instance profile first.");
      if (found.attachedPolicies.length > 0)
        throw DeleteConflict("Cannot delete entity, must detach all policies first.");
      if (found.inlinePolicies.length > 0)
        throw DeleteConflict("Cannot delete entity, must delete policies first.");
      await forgetUsage(tx, accountId, found.roleId);
      await tx.roles.delete(accountId, found.name);
    });
  },
});
