import { idPrefixes, newUniqueId, userArn } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { User } from "@rolecall/store-contract";
import { requireBoundary, requireBoundaryArn } from "../boundaries.ts";
import { creationChecks } from "../checks.ts";
import { insert, user } from "../identity-kinds.ts";
import { requireQuota } from "../quotas.ts";
import { userShape } from "../shapes.ts";
import { requestedTags } from "../tags.ts";

/**
 * A user without credentials and without permissions.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
 */
export const CreateUser = operation(iam, "CreateUser", {
  authorization({ UserName, Path, PermissionsBoundary, Tags }, { accountId }) {
    requireBoundaryArn(PermissionsBoundary);
    return creationChecks(userArn(accountId, Path ?? "/", UserName), Tags, "iam:TagUser", {
      context: { "iam:PermissionsBoundary": PermissionsBoundary },
    });
  },
  async handle({ UserName, Path, PermissionsBoundary, Tags }, context) {
    const { accountId, store, access, random, nowMs } = context;
    const created: User = {
      accountId,
      userId: newUniqueId(idPrefixes.user, accountId, random),
      name: UserName,
      path: Path ?? "/",
      createdAtMs: nowMs,
      tags: requestedTags(Tags),
      attachedPolicies: [],
      inlinePolicies: [],
      groups: [],
      ...(PermissionsBoundary !== undefined && { permissionsBoundary: PermissionsBoundary }),
    };
    await store.write(async (tx) => {
      await requireBoundary(tx, PermissionsBoundary, accountId, access);
      await insert(user, tx, created);
      requireQuota(user.perAccount, await tx.users.count([accountId]), context);
    });
    return { User: userShape(created) };
  },
});
