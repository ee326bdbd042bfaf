import { iam, NoSuchEntity } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { requireBoundary, requireBoundaryArn } from "../boundaries.ts";
import { entityCheck } from "../checks.ts";
import { change, user } from "../identity-kinds.ts";

/**
 * `iam:PermissionsBoundary` is the boundary that is asked for.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
 */
export const PutUserPermissionsBoundary = operation(iam, "PutUserPermissionsBoundary", {
  authorization({ UserName, PermissionsBoundary }, context) {
    requireBoundaryArn(PermissionsBoundary);
    return entityCheck(user, UserName, context, {
      context: { "iam:PermissionsBoundary": PermissionsBoundary },
    });
  },
  async handle({ UserName, PermissionsBoundary }, context) {
    await change(user, UserName, context, async (record, tx) => {
      await requireBoundary(tx, PermissionsBoundary, context.accountId, context.access, "user");
      record.permissionsBoundary = PermissionsBoundary;
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html */
export const DeleteUserPermissionsBoundary = operation(iam, "DeleteUserPermissionsBoundary", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context, { hasBoundaryKey: true }),
  async handle({ UserName }, context) {
    await change(user, UserName, context, (record) => {
      // Recorded 09/2026: a boundary that is not set is NoSuchEntity; its sentence is ours.
      if (record.permissionsBoundary === undefined)
        throw NoSuchEntity(`The user ${record.name} has no permissions boundary.`);
      delete record.permissionsBoundary;
    });
  },
});
