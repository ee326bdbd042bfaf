import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { user } from "../identity-kinds.ts";
import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicies,
  putInlinePolicy,
} from "../inline-policies.ts";
import { truncation } from "../pagination.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html */
export const PutUserPolicy = operation(iam, "PutUserPolicy", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context, { hasBoundaryKey: true }),
  handle: ({ UserName, PolicyName, PolicyDocument }, context) =>
    putInlinePolicy(user, UserName, { name: PolicyName, document: PolicyDocument }, context),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html */
export const GetUserPolicy = operation(iam, "GetUserPolicy", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle({ UserName, PolicyName }, context) {
    const { entityName, ...policy } = await getInlinePolicy(user, UserName, PolicyName, context);
    return { UserName: entityName, ...policy };
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html */
export const ListUserPolicies = operation(iam, "ListUserPolicies", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle(input, context) {
    const page = await listInlinePolicies(user, input.UserName, input, context);
    return { PolicyNames: page.items, ...truncation(page) };
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html */
export const DeleteUserPolicy = operation(iam, "DeleteUserPolicy", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context, { hasBoundaryKey: true }),
  handle: ({ UserName, PolicyName }, context) => deleteInlinePolicy(user, UserName, PolicyName, context),
});
