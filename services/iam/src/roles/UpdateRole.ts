import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { Role } from "@rolecall/store-contract";
import { entityCheck } from "../checks.ts";
import { change, role } from "../identity-kinds.ts";
import { innerRole } from "../shapes.ts";
import { requireDescribableRole, requireModifiableDuration } from "./protected-roles.ts";

/**
 * Members that are not sent stay as they are.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
 */
export const UpdateRole = operation(iam, "UpdateRole", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context, { hasBoundaryKey: true }),
  async handle({ RoleName, Description, MaxSessionDuration }, context) {
    const edit = (record: Role): void => {
      if (Description !== undefined) record.description = Description;
      if (MaxSessionDuration !== undefined) record.maxSessionDurationSeconds = MaxSessionDuration;
    };
    const requireModifiable =
      MaxSessionDuration === undefined ? requireDescribableRole : requireModifiableDuration;
    await change(role, RoleName, context, edit, requireModifiable);
    return {};
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html */
export const UpdateRoleDescription = operation(iam, "UpdateRoleDescription", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context, { hasBoundaryKey: true }),
  async handle({ RoleName, Description }, context) {
    const edit = (record: Role): void => {
      record.description = Description;
    };
    const changed = await change(role, RoleName, context, edit, requireDescribableRole);
    // Recorded: nothing else that GetRole shows.
    const shown = await context.store.read((tx) => innerRole(tx, changed));
    return { Role: { ...shown, Description } };
  },
});
