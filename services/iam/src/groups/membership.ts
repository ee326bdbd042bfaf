import { iam, NoSuchEntity } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { find, group, user } from "../identity-kinds.ts";
import { requireQuota } from "../quotas.ts";

/**
 * Adding a member again is no error.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
 */
export const AddUserToGroup = operation(iam, "AddUserToGroup", {
  authorization: ({ GroupName }, context) => entityCheck(group, GroupName, context),
  async handle({ GroupName, UserName }, context) {
    const { store, accountId } = context;
    await store.write(async (tx) => {
      const { groupId } = await find(group, tx, accountId, GroupName);
      const member = await find(user, tx, accountId, UserName);
      if (member.groups.includes(groupId)) return;
      member.groups.push(groupId);
      requireQuota("GroupsPerUser", member.groups.length, context);
      await tx.users.put(member);
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html */
export const RemoveUserFromGroup = operation(iam, "RemoveUserFromGroup", {
  authorization: ({ GroupName }, context) => entityCheck(group, GroupName, context),
  async handle({ GroupName, UserName }, { store, accountId }) {
    await store.write(async (tx) => {
      const { groupId } = await find(group, tx, accountId, GroupName);
      const member = await find(user, tx, accountId, UserName);
      if (!member.groups.includes(groupId))
        throw NoSuchEntity(`User ${UserName} is not in group ${GroupName}.`);
      await tx.users.put({ ...member, groups: member.groups.filter((id) => id !== groupId) });
    });
  },
});
