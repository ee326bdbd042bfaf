import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { group } from "../identity-kinds.ts";
import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicies,
  putInlinePolicy,
} from "../inline-policies.ts";
import { truncation } from "../pagination.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html */
export const PutGroupPolicy = operation(iam, "PutGroupPolicy", {
  authorization: ({ GroupName }, context) => entityCheck(group, GroupName, context),
  handle: ({ GroupName, PolicyName, PolicyDocument }, context) =>
    putInlinePolicy(group, GroupName, { name: PolicyName, document: PolicyDocument }, context),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html */
export const GetGroupPolicy = operation(iam, "GetGroupPolicy", {
  authorization: ({ GroupName }, context) => entityCheck(group, GroupName, context),
  async handle({ GroupName, PolicyName }, context) {
    const { entityName, ...policy } = await getInlinePolicy(group, GroupName, PolicyName, context);
    return { GroupName: entityName, ...policy };
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html */
export const ListGroupPolicies = operation(iam, "ListGroupPolicies", {
  authorization: ({ GroupName }, context) => entityCheck(group, GroupName, context),
  async handle(input, context) {
    const page = await listInlinePolicies(group, input.GroupName, input, context);
    return { PolicyNames: page.items, ...truncation(page) };
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html */
export const DeleteGroupPolicy = operation(iam, "DeleteGroupPolicy", {
  authorization: ({ GroupName }, context) => entityCheck(group, GroupName, context),
  handle: ({ GroupName, PolicyName }, context) => deleteInlinePolicy(group, GroupName, PolicyName, context),
});
