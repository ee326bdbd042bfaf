import { groupArn, idPrefixes, newUniqueId } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { Group } from "@rolecall/store-contract";
import { group, insert } from "../identity-kinds.ts";
import { requireQuota } from "../quotas.ts";
import { groupShape } from "../shapes.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html */
export const CreateGroup = operation(iam, "CreateGroup", {
  authorization: ({ GroupName, Path }, { accountId }) => ({
    resource: groupArn(accountId, Path ?? "/", GroupName),
  }),
  async handle({ GroupName, Path }, context) {
    const { accountId, store, random, nowMs } = context;
    const created: Group = {
      accountId,
      groupId: newUniqueId(idPrefixes.group, accountId, random),
      name: GroupName,
      path: Path ?? "/",
      createdAtMs: nowMs,
      attachedPolicies: [],
      inlinePolicies: [],
    };
    await store.write(async (tx) => {
      await insert(group, tx, created);
      requireQuota(group.perAccount, await tx.groups.count([accountId]), context);
    });
    return { Group: groupShape(created) };
  },
});
