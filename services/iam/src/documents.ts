import { bindPrincipals } from "@rolecall/access";
import { MalformedPolicyDocument } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import { parsePolicy, policySizeWithoutWhitespace } from "@rolecall/policy";
import type { Policy } from "@rolecall/policy";
import type { ReadTx, StoredPolicy } from "@rolecall/store-contract";
import { requireQuota } from "./quotas.ts";

/**
 * Answers carry documents percent-encoded by RFC 3986: `encodeURIComponent` leaves five characters that the RFC
 * reserves.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
 */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** @throws MalformedPolicyDocument in AWS's words */
export function requireIdentityPolicy(document: string, options: { isManaged: boolean }): void {
  const parsed = parsePolicy(document, "identity", { requireVersion2012: options.isManaged });
  if (!parsed.ok) throw MalformedPolicyDocument(parsed.problems[0]?.message ?? "Syntax errors in policy.");
}

/** @throws MalformedPolicyDocument, LimitExceeded */
export function requireManagedPolicy(document: string, context: OperationContext): void {
  requireIdentityPolicy(document, { isManaged: true });
  requireQuota("PolicySize", policySizeWithoutWhitespace(document), context);
}

/** Grammar and size; who is named is looked up by {@link bindTrustPolicy}. @throws MalformedPolicyDocument */
export function requireTrustPolicy(document: string, context: OperationContext): Policy {
  const parsed = parsePolicy(document, "trust");
  if (!parsed.ok) throw MalformedPolicyDocument(parsed.problems[0]?.message ?? "Syntax errors in policy.");
  requireQuota("ACLSizePerRole", policySizeWithoutWhitespace(document), context);
  return parsed.policy;
}

/**
 * The trust policy of a role of that account, as it is kept: every principal exists, and users and roles are noted by their unique ids.
 * @throws MalformedPolicyDocument `Invalid principal in policy: "AWS":"ARN"`
 */
export async function bindTrustPolicy(
  tx: ReadTx,
  document: string,
  policy: Policy,
  accountId: string,
): Promise<StoredPolicy> {
  const bound = await bindPrincipals(tx, policy, accountId);
  if (bound.ok) return { document, principalIds: bound.principalIds };
  const { type, value } = bound.invalid;
  throw MalformedPolicyDocument(`Invalid principal in policy: "${type.toUpperCase()}":"${value}"`);
}
