import { deflateRawSync } from "node:zlib";

/**
 * The space that session policies and tags share inside a session token, in bytes of their packed form.
 * AWS does not publish its own figure; ours keeps a token with everything at its limit far below the 16 KiB
 * that HTTP servers accept for all headers together.
 */
export const packedPolicySpaceBytes = 4096;

/** What a caller passed that has to be packed into the token. */
export interface PackedContent {
  policy?: string | undefined;
  policyArns?: readonly string[] | undefined;
  tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * `PackedPolicySize`: the percentage of the allotted space that policies and tags take, at least 1 when there
 * is anything; over 100 the request fails with `PackedPolicyTooLarge`. Undefined when nothing was passed.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function packedPolicySize(content: PackedContent): number | undefined {
  const hasTags = content.tags !== undefined && Object.keys(content.tags).length > 0;
  const hasArns = content.policyArns !== undefined && content.policyArns.length > 0;
  if (content.policy === undefined && !hasArns && !hasTags) return undefined;
  const packed = deflateRawSync(
    Buffer.from(JSON.stringify([content.policy, content.policyArns, content.tags])),
  );
  return Math.max(1, Math.ceil((packed.length * 100) / packedPolicySpaceBytes));
}
