import { DeleteConflict, iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { find, group } from "../identity-kinds.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html */
export const DeleteGroup = operation(iam, "DeleteGroup", {
  authorization: ({ GroupName }, context) => entityCheck(group, GroupName, context),
  async handle({ GroupName }, { store, accountId }) {
    await store.write(async (tx) => {
      const found = await find(group, tx, accountId, GroupName);
      if ((await tx.users.listBy("byGroup", [found.groupId], { limit: 1 })).length > 0)
        throw DeleteConflict("Cannot delete entity, must remove users from group first.");
      if (found.attachedPolicies.length > 0)
        throw DeleteConflict("Cannot delete entity, must detach all policies first.");
      if (found.inlinePolicies.length > 0)
        throw DeleteConflict("Cannot delete entity, must delete policies first.");
      await tx.groups.delete(accountId, found.name);
    });
  },
});
