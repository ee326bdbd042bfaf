import { managedDocument } from "@rolecall/access";
import type { Access, ContextEntries } from "@rolecall/access";
import { isAccountId, parseEntityArn } from "@rolecall/identifiers";
import { NoSuchEntity, ValidationError } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import { resourceTagContext } from "@rolecall/access";
import type { ManagedPolicy, ReadTx } from "@rolecall/store-contract";
import type { PolicyUse } from "./shapes.ts";

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

/** The check of an operation on a policy that its ARN names. */
export async function policyCheck(
  arn: string,
  { store, accountId }: OperationContext,
  facts: { shownAs?: string; context?: ContextEntries } = {},
): Promise<CheckFacts> {
  const named = requirePolicyArn(arn);
  const policy = await store.read((tx) => tx.policies.getBy("byArn", arn));
  return {
    resource: arn,
    // AWS's own policies are read by everybody as if they were the account's.
    resourceAccountId: named.accountId === awsAccount ? accountId : named.accountId,
    shownAs: facts.shownAs ?? `policy ${arn}`,
    context: { ...resourceTagContext(policy?.tags, ["aws"]), ...facts.context },
  };
}

/** A customer managed policy. @throws NoSuchEntity */
export async function findPolicy(tx: ReadTx, arn: string, accountId: string): Promise<ManagedPolicy> {
  const policy = await tx.policies.getBy("byArn", arn);
  if (policy?.accountId !== accountId) throw NoSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** Whether the policy exists and is the account's own or AWS's. */
export async function isAttachable(
  tx: ReadTx,
  arn: string,
  accountId: string,
  access: Access,
): Promise<boolean> {
  const { accountId: owner } = requirePolicyArn(arn);
  if (owner !== accountId && owner !== awsAccount) return false;
  return (await managedDocument(tx, arn, access.awsManaged)) !== undefined;
}

/** How often a policy is used in an account: attached, and as a boundary. */
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
