import { groupArn } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { group, rename } from "../identity-kinds.ts";

/**
 * Renames or moves a group. Permission is needed on what it is called and on what it will be called.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
 */
export const UpdateGroup = operation(iam, "UpdateGroup", {
  async authorization({ GroupName, NewGroupName, NewPath }, context) {
    const { store, accountId } = context;
    const current = await entityCheck(group, GroupName, context);
    const stored = await store.read((tx) => tx.groups.get(accountId, GroupName));
    const target = groupArn(
      accountId,
      NewPath ?? stored?.path ?? "/",
      NewGroupName ?? stored?.name ?? GroupName,
    );
    return target === current.resource
      ? [current]
      : [current, { ...current, resource: target, shownAs: target }];
  },
  handle: ({ GroupName, NewGroupName, NewPath }, context) =>
    rename(group, GroupName, { name: NewGroupName, path: NewPath }, context),
});
