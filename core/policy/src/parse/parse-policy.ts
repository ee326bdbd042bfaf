import type { Policy, PolicyKind, Problem } from "./policy.ts";

export interface ParseOptions {
  /** CreatePolicy and CreatePolicyVersion take no document older than 2012-10-17 or without Version. Default false. */
  readonly requireVersion2012?: boolean;
  /** Whose sentences a resource policy is refused with. Default `iam`. */
  readonly sentences?: "iam" | "s3";
  /** The ARN of the resource (S3: the bucket) that a resource policy is for; its Resource elements must lie within. */
  readonly resourceArn?: string;
  /** Longest text that is read, in characters. Default 131,072. */
  readonly maxLength?: number;
}

export type ParseResult =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads and checks a policy document as the API that saves it does. The first problem's message is the sentence AWS
 * answers with (MalformedPolicyDocument; MalformedPolicy in S3). Never throws.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(_text: string, _kind: PolicyKind, _options: ParseOptions = {}): ParseResult {
  throw new Error("under construction");
}
