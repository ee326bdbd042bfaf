import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import { attachPolicy, detachPolicy, listAttachedPolicies } from "../attachments.ts";
import { entityCheck } from "../checks.ts";
import { role } from "../identity-kinds.ts";
import { requirePolicyArn } from "../managed-policies.ts";
import { truncation } from "../pagination.ts";

interface Attachment {
  readonly RoleName: string;
  readonly PolicyArn: string;
}

function attachmentCheck(
  { RoleName, PolicyArn }: Attachment,
  context: OperationContext,
): Promise<CheckFacts> {
  requirePolicyArn(PolicyArn);
  return entityCheck(role, RoleName, context, {
    hasBoundaryKey: true,
    context: { "iam:PolicyARN": PolicyArn },
  });
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
export const AttachRolePolicy = operation(iam, "AttachRolePolicy", {
  authorization: attachmentCheck,
  handle: ({ RoleName, PolicyArn }, context) => attachPolicy(role, RoleName, PolicyArn, context),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html */
export const DetachRolePolicy = operation(iam, "DetachRolePolicy", {
  authorization: attachmentCheck,
  handle: ({ RoleName, PolicyArn }, context) => detachPolicy(role, RoleName, PolicyArn, context),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html */
export const ListAttachedRolePolicies = operation(iam, "ListAttachedRolePolicies", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context),
  async handle(input, context) {
    const page = await listAttachedPolicies(role, input.RoleName, input, context);
    return { AttachedPolicies: page.items, ...truncation(page) };
  },
});
