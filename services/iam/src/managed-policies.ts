import { resourceTagContext } from "@rolecall/access";
import type { Access, ContextEntries } from "@rolecall/access";
import type { AwsManagedPolicy } from "@rolecall/aws-managed-policies";
import { isAccountId, parseEntityArn } from "@rolecall/identifiers";
import { NoSuchEntity, PolicyNotAttachable, ValidationError } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { ManagedPolicy, PolicyVersion, ReadTx } from "@rolecall/store-contract";
import { factsOf } from "./checks.ts";

/** The account that owns AWS's own policies. */
const awsAccount = "aws";

/** @throws ValidationError for what is no ARN of a policy */
export function requirePolicyArn(arn: string): { accountId: string; path: string; name: string } {
  const parsed = parseEntityArn(arn);
  if (parsed?.type !== "policy" || !(isAccountId(parsed.accountId) || parsed.accountId === awsAccount))
    // The two blanks are AWS's.
    throw ValidationError("Invalid ARN:  Could not be parsed!");
  return parsed;
}

interface PolicyCheckFacts {
  shownAs?: string;
  context?: ContextEntries;
  /** The operation changes the policy. */
  isWrite?: boolean;
}

/**
 * The check of an operation on a policy that its ARN names. AWS's own policies are read by everybody as if they were
 * the account's; they are changed by nobody, because they belong to another account that grants nothing. Inferred:
 * the code, AccessDenied, is seen in public transcripts, the reason is ours.
 */
export async function policyCheck(
  arn: string,
  context: OperationContext,
  facts: PolicyCheckFacts = {},
): Promise<CheckFacts> {
  const named = requirePolicyArn(arn);
  const isRead = named.accountId === awsAccount && !facts.isWrite;
  return factsOf(
    context,
    (tx) => tx.policies.getBy("byArn", arn),
    (policy) => ({
      resource: arn,
      resourceAccountId: isRead ? context.accountId : named.accountId,
      shownAs: facts.shownAs ?? `policy ${arn}`,
      context: { ...resourceTagContext(policy?.tags, ["aws"]), ...facts.context },
    }),
  );
}

/** A customer managed policy. @throws NoSuchEntity */
export async function findPolicy(tx: ReadTx, arn: string, accountId: string): Promise<ManagedPolicy> {
  const policy = await tx.policies.getBy("byArn", arn);
  if (policy?.accountId !== accountId) throw NoSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** The account's own policy, or AWS's. */
export async function readPolicy(
  tx: ReadTx,
  arn: string,
  { accountId, access }: { accountId: string; access: Access },
): Promise<ManagedPolicy | AwsManagedPolicy | undefined> {
  if (requirePolicyArn(arn).accountId === awsAccount) return access.awsManaged.get(arn);
  const policy = await tx.policies.getBy("byArn", arn);
  return policy?.accountId === accountId ? policy : undefined;
}

/** The account's own policy, or AWS's. @throws NoSuchEntity */
export async function findAnyPolicy(
  tx: ReadTx,
  arn: string,
  context: { accountId: string; access: Access },
): Promise<ManagedPolicy | AwsManagedPolicy> {
  const policy = await readPolicy(tx, arn, context);
  if (!policy) throw NoSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

export const isAwsManaged = (policy: ManagedPolicy | AwsManagedPolicy): policy is AwsManagedPolicy =>
  "versions" in policy;

/** Whether identities of the account may have it: not what AWS reserves for service-linked roles and root tasks. */
export const isAttachable = (policy: ManagedPolicy | AwsManagedPolicy): boolean =>
  !isAwsManaged(policy) || policy.isAttachable;

/**
 * As seen in public transcripts of 2026.
 * @throws PolicyNotAttachable
 */
export function requireAttachable(policy: ManagedPolicy | AwsManagedPolicy, noun: string): void {
  if (!isAttachable(policy))
    throw PolicyNotAttachable(`Cannot attach AWS reserved policy to an IAM ${noun}.`);
}

/** Every version of an account's own policy, oldest first. */
export async function allVersions(tx: ReadTx, { policyId }: ManagedPolicy): Promise<PolicyVersion[]> {
  return tx.policyVersions.list([policyId], { limit: await tx.policyVersions.count([policyId]) });
}

/** How often a policy is used in an account: attached, and as a boundary. */
export interface PolicyUse {
  attachments: number;
  boundaries: number;
}

export async function policyUse(tx: ReadTx, arn: string, accountId: string): Promise<PolicyUse> {
  const value = [arn, accountId];
  const attachments = await Promise.all([
    tx.users.countBy("byAttachedPolicy", value),
    tx.groups.countBy("byAttachedPolicy", value),
    tx.roles.countBy("byAttachedPolicy", value),
  ]);
  const boundaries = await Promise.all([
    tx.users.countBy("byBoundary", value),
    tx.roles.countBy("byBoundary", value),
  ]);
  const sum = (counts: number[]): number => counts.reduce((a, b) => a + b, 0);
  return { attachments: sum(attachments), boundaries: sum(boundaries) };
}
