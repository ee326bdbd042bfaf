import type { Exchange, OperationContext, WireResponse } from "@rolecall/pipeline";
import type { Forward } from "./forward.ts";
import type { S3Input } from "./input.ts";

/** Does an authorized request: by our own store, by the upstream, or by both. */
export type S3Handler = (
  input: S3Input,
  context: OperationContext,
  forward: Forward,
) => Promise<WireResponse>;

/** An answer of our own without a body. */
export function emptyBody(
  status: number,
  { requestId }: Exchange,
  headers: readonly [string, string][] = [],
): WireResponse {
  return { status, headers: [["x-amz-request-id", requestId], ...headers], body: undefined };
}
