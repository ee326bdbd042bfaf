import { fail } from "./signature-problem.ts";
import type { Checked } from "./signature-problem.ts";

/**
 * What is known of the body once the head is verified, and what the reader of the body has still to do.
 *
 * - `verified`: the body was read before and is the signed one.
 * - `sha256`: read it through `createPayloadHasher(sha256)`.
 * - `unsigned`: the signer chose to leave it uncovered.
 * - `chunked`: read it through `createChunkedDecoder`.
 */
export type PayloadMode =
  | { kind: "verified"; sha256: string }
  | { kind: "sha256"; sha256: string }
  | { kind: "unsigned" }
  | { kind: "chunked"; signed: boolean; trailer: boolean };

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html */
const literals: ReadonlyMap<string, PayloadMode> = new Map<string, PayloadMode>([
  ["UNSIGNED-PAYLOAD", { kind: "unsigned" }],
  ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD", { kind: "chunked", signed: true, trailer: false }],
  ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", { kind: "chunked", signed: true, trailer: true }],
  ["STREAMING-UNSIGNED-PAYLOAD-TRAILER", { kind: "chunked", signed: false, trailer: true }],
]);

/** What `x-amz-content-sha256` announces. */
export function parsePayloadMode(value: string): Checked<PayloadMode> {
  const mode = literals.get(value);
  if (mode !== undefined) return { ok: true, value: mode };
  if (isSha256Hex(value)) return { ok: true, value: { kind: "sha256", sha256: value.toLowerCase() } };
  return fail({ kind: "bad-content-sha256", value: value.slice(0, 128) });
}

/** 64 hexadecimal digits of either case. */
export function isSha256Hex(text: string): boolean {
  return text.length === 64 && /^[0-9a-fA-F]{64}$/.test(text);
}
