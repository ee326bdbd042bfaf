import { idPrefixes, newUniqueId, roleArn } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { Role } from "@rolecall/store-contract";
import { requireBoundary, requireBoundaryArn } from "../boundaries.ts";
import { creationChecks } from "../checks.ts";
import { bindTrustPolicy, requireTrustPolicy } from "../documents.ts";
import { insert, role } from "../identity-kinds.ts";
import { requireQuota } from "../quotas.ts";
import { createdRole } from "../shapes.ts";
import { requestedTags } from "../tags.ts";
import { requireOwnPath } from "./protected-roles.ts";

const defaultMaxSessionDurationSeconds = 3600;

/**
 * A role that its trust policy lets others assume, without permissions of its own.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
export const CreateRole = operation(iam, "CreateRole", {
  authorization({ RoleName, Path, PermissionsBoundary, Tags }, { accountId }) {
    requireBoundaryArn(PermissionsBoundary);
    return creationChecks(roleArn(accountId, Path ?? "/", RoleName), Tags, "iam:TagRole", {
      context: { "iam:PermissionsBoundary": PermissionsBoundary },
    });
  },
  async handle(input, context) {
    const { accountId, store, access, random, nowMs } = context;
    requireOwnPath(input.Path ?? "/");
    const policy = requireTrustPolicy(input.AssumeRolePolicyDocument, context);
    const tags = requestedTags(input.Tags);
    const roleId = newUniqueId(idPrefixes.role, accountId, random);
    return store.write(async (tx) => {
      await requireBoundary(tx, input.PermissionsBoundary, accountId, access);
      const created: Role = {
        accountId,
        roleId,
        name: input.RoleName,
        path: input.Path ?? "/",
        createdAtMs: nowMs,
        maxSessionDurationSeconds: input.MaxSessionDuration ?? defaultMaxSessionDurationSeconds,
        trustPolicy: await bindTrustPolicy(tx, input.AssumeRolePolicyDocument, policy, accountId),
        attachedPolicies: [],
        inlinePolicies: [],
        tags,
        ...(input.Description !== undefined && { description: input.Description }),
        ...(input.PermissionsBoundary !== undefined && { permissionsBoundary: input.PermissionsBoundary }),
      };
      await insert(role, tx, created);
      requireQuota(role.perAccount, await tx.roles.count([accountId]), context);
      return { Role: await createdRole(tx, created) };
    });
  },
});
