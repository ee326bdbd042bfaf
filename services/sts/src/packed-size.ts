import { packedPolicySize } from "@rolecall/credentials";
import { PackedPolicyTooLarge } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";

/** Session policies as they are kept in a token. */
export interface PassedPolicies {
  policy: string | undefined;
  policyArns: string[] | undefined;
}

export const tooLarge = (percent: number): AwsError =>
  PackedPolicyTooLarge(`Packed policy consumes ${percent}% of allotted space, please use smaller policy.`);

/**
 * `PackedPolicySize`, or `PackedPolicyTooLarge` when it is over 100.
 * @see https://repost.aws/knowledge-center/iam-role-aws-sts-error
 */
export function requirePackedSize(
  policies: PassedPolicies,
  tags: Record<string, string>,
): number | undefined {
  const percent = packedPolicySize({ ...policies, tags });
  if (percent === undefined || percent <= 100) return percent;
  const onlyTags = policies.policy === undefined && policies.policyArns === undefined;
  throw onlyTags
    ? PackedPolicyTooLarge(`Packed size of session tags consumes ${percent}% of allotted space.`)
    : tooLarge(percent);
}
