import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { role } from "../identity-kinds.ts";
import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicies,
  putInlinePolicy,
} from "../inline-policies.ts";
import { truncation } from "../pagination.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const PutRolePolicy = operation(iam, "PutRolePolicy", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context, { hasBoundaryKey: true }),
  handle: ({ RoleName, PolicyName, PolicyDocument }, context) =>
    putInlinePolicy(role, RoleName, { name: PolicyName, document: PolicyDocument }, context),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export const GetRolePolicy = operation(iam, "GetRolePolicy", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context),
  async handle({ RoleName, PolicyName }, context) {
    const { entityName, ...policy } = await getInlinePolicy(role, RoleName, PolicyName, context);
    return { RoleName: entityName, ...policy };
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html */
export const ListRolePolicies = operation(iam, "ListRolePolicies", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context),
  async handle(input, context) {
    const page = await listInlinePolicies(role, input.RoleName, input, context);
    return { PolicyNames: page.items, ...truncation(page) };
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
export const DeleteRolePolicy = operation(iam, "DeleteRolePolicy", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context, { hasBoundaryKey: true }),
  handle: ({ RoleName, PolicyName }, context) => deleteInlinePolicy(role, RoleName, PolicyName, context),
});
