import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { find, role } from "../identity-kinds.ts";
import { roleShape } from "../shapes.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export const GetRole = operation(iam, "GetRole", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context, { hasBoundaryKey: true }),
  handle: ({ RoleName }, { store, accountId }) =>
    store.read(async (tx) => ({ Role: await roleShape(tx, await find(role, tx, accountId, RoleName)) })),
});
