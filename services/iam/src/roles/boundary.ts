import { iam, NoSuchEntity } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { requireBoundary, requireBoundaryArn } from "../boundaries.ts";
import { entityCheck } from "../checks.ts";
import { change, role } from "../identity-kinds.ts";

/**
 * `iam:PermissionsBoundary` is the boundary that is asked for.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
 */
export const PutRolePermissionsBoundary = operation(iam, "PutRolePermissionsBoundary", {
  authorization({ RoleName, PermissionsBoundary }, context) {
    requireBoundaryArn(PermissionsBoundary);
    return entityCheck(role, RoleName, context, {
      context: { "iam:PermissionsBoundary": PermissionsBoundary },
    });
  },
  async handle({ RoleName, PermissionsBoundary }, context) {
    await change(role, RoleName, context, async (record, tx) => {
      await requireBoundary(tx, PermissionsBoundary, context.accountId, context.access, "role");
      record.permissionsBoundary = PermissionsBoundary;
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html */
export const DeleteRolePermissionsBoundary = operation(iam, "DeleteRolePermissionsBoundary", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context, { hasBoundaryKey: true }),
  async handle({ RoleName }, context) {
    await change(role, RoleName, context, (record) => {
      // Recorded 09/2026: a boundary that is not set is NoSuchEntity; its sentence is ours.
      if (record.permissionsBoundary === undefined)
        throw NoSuchEntity(`The role ${record.name} has no permissions boundary.`);
      delete record.permissionsBoundary;
    });
  },
});
