import { managedDocument } from "@rolecall/access";
import type { Access } from "@rolecall/access";
import { parseEntityArn } from "@rolecall/identifiers";
import { MalformedPolicyDocument, ValidationError } from "@rolecall/model";
import { parsePolicy } from "@rolecall/policy";
import type { Store } from "@rolecall/store-contract";
import { tooLarge } from "./packed-size.ts";
import type { PassedPolicies } from "./packed-size.ts";

/** Characters that one inline session policy and the managed ARNs may have together. */
const maxPlaintextLength = 2048;

/**
 * The session policies of a request, checked: grammar, that managed ones exist and belong to the account of
 * the new session (or to AWS), and their size.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
export async function sessionPolicies(
  input: {
    Policy?: string | undefined;
    PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined;
  },
  accountId: string,
  store: Store,
  access: Access,
): Promise<PassedPolicies> {
  const policy = input.Policy;
  if (policy !== undefined) {
    const parsed = parsePolicy(policy, "session");
    if (!parsed.ok) throw MalformedPolicyDocument(parsed.problems[0]?.message ?? "Syntax errors in policy.");
  }
  const policyArns = input.PolicyArns?.map(({ arn }) => arn ?? "");
  for (const arn of policyArns ?? []) {
    const parsed = parseEntityArn(arn);
    if (parsed?.type !== "policy") throw ValidationError("Invalid ARN:  Could not be parsed!");
    const isOurs = parsed.accountId === accountId || parsed.accountId === "aws";
    const document = isOurs && (await store.read((tx) => managedDocument(tx, arn, access.awsManaged)));
    if (!document) throw ValidationError(`Policy ${arn} does not exist or is not attachable.`);
  }
  const length = (policy?.length ?? 0) + (policyArns ?? []).reduce((sum, arn) => sum + arn.length, 0);
  if (length > maxPlaintextLength) throw tooLarge(Math.ceil((length * 100) / maxPlaintextLength));
  return { policy, policyArns: policyArns && policyArns.length > 0 ? policyArns : undefined };
}
