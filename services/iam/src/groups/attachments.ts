import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import { attachPolicy, detachPolicy, listAttachedPolicies } from "../attachments.ts";
import { entityCheck } from "../checks.ts";
import { group } from "../identity-kinds.ts";
import { requirePolicyArn } from "../managed-policies.ts";
import { truncation } from "../pagination.ts";

interface Attachment {
  readonly GroupName: string;
  readonly PolicyArn: string;
}

function attachmentCheck(
  { GroupName, PolicyArn }: Attachment,
  context: OperationContext,
): Promise<CheckFacts> {
  requirePolicyArn(PolicyArn);
  return entityCheck(group, GroupName, context, {
    context: { "iam:PolicyARN": PolicyArn },
  });
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html */
export const AttachGroupPolicy = operation(iam, "AttachGroupPolicy", {
  authorization: attachmentCheck,
  handle: ({ GroupName, PolicyArn }, context) => attachPolicy(group, GroupName, PolicyArn, context),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html */
export const DetachGroupPolicy = operation(iam, "DetachGroupPolicy", {
  authorization: attachmentCheck,
  handle: ({ GroupName, PolicyArn }, context) => detachPolicy(group, GroupName, PolicyArn, context),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html */
export const ListAttachedGroupPolicies = operation(iam, "ListAttachedGroupPolicies", {
  authorization: ({ GroupName }, context) => entityCheck(group, GroupName, context),
  async handle(input, context) {
    const page = await listAttachedPolicies(group, input.GroupName, input, context);
    return { AttachedPolicies: page.items, ...truncation(page) };
  },
});
