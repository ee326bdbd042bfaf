import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import { attachPolicy, detachPolicy, listAttachedPolicies } from "../attachments.ts";
import { entityCheck } from "../checks.ts";
import { user } from "../identity-kinds.ts";
import { requirePolicyArn } from "../managed-policies.ts";
import { truncation } from "../pagination.ts";

interface Attachment {
  readonly UserName: string;
  readonly PolicyArn: string;
}

function attachmentCheck(
  { UserName, PolicyArn }: Attachment,
  context: OperationContext,
): Promise<CheckFacts> {
  requirePolicyArn(PolicyArn);
  return entityCheck(user, UserName, context, {
    hasBoundaryKey: true,
    context: { "iam:PolicyARN": PolicyArn },
  });
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html */
export const AttachUserPolicy = operation(iam, "AttachUserPolicy", {
  authorization: attachmentCheck,
  handle: ({ UserName, PolicyArn }, context) => attachPolicy(user, UserName, PolicyArn, context),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html */
export const DetachUserPolicy = operation(iam, "DetachUserPolicy", {
  authorization: attachmentCheck,
  handle: ({ UserName, PolicyArn }, context) => detachPolicy(user, UserName, PolicyArn, context),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html */
export const ListAttachedUserPolicies = operation(iam, "ListAttachedUserPolicies", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle(input, context) {
    const page = await listAttachedPolicies(user, input.UserName, input, context);
    return { AttachedPolicies: page.items, ...truncation(page) };
  },
});
