import { createHash } from "node:crypto";
import { request as httpRequest, Agent as HttpAgent } from "node:http";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { request as httpsRequest, Agent as HttpsAgent } from "node:https";
import { pipeline } from "node:stream";
import { AwsError, awsError, ServiceUnavailable } from "@rolecall/model";
import type { WireResponse } from "@rolecall/pipeline";
import { signRequest } from "@rolecall/sigv4";
import type { HttpRequestHead } from "@rolecall/sigv4";
import type { PlainBody } from "../body.ts";
import type { Upstream, UpstreamAddress, UpstreamRequest } from "../upstream.ts";
import { canonicalPath, encodeStrict } from "./address.ts";
import type { CopySource, S3Input } from "./input.ts";
import { taggingHeader } from "./tagging.ts";

// Connections are kept open between requests; which upstream they lead to is part of an agent's own key.
const agents = { "http:": new HttpAgent({ keepAlive: true }), "https:": new HttpsAgent({ keepAlive: true }) };

/** Milliseconds in which an upstream must send something. */
const idleMs = 120_000;

/** Headers that end here: those of one connection, those that signed, those by which a client could pose as us. */
const stripped = new Set(
  (
    "host connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade " +
    "expect content-length authorization x-amz-date date x-amz-security-token x-amz-content-sha256 " +
    "x-amz-decoded-content-length x-amz-trailer x-amz-sdk-checksum-algorithm content-encoding " +
    "x-amz-copy-source x-amz-tagging x-amz-expected-bucket-owner x-amz-source-expected-bucket-owner forwarded cookie"
  ).split(" "),
);
/**
 * Of extensions only S3's own pass: with another's (`x-minio-force-delete`) a store does more than was decided on. None
 * with an underscore does: some servers take it for a hyphen, and the header for one that was decided on.
 */
const isStripped = (name: string): boolean =>
  stripped.has(name) || (name.startsWith("x-") && !name.startsWith("x-amz-")) || name.includes("_");

/** Headers of an answer that belong to the upstream's own connection and requests. */
const notAnswered = new Set(
  "connection keep-alive proxy-authenticate te trailer transfer-encoding upgrade date server x-amz-request-id x-amz-id-2 x-amzn-requestid".split(
    " ",
  ),
);

/** What goes to the upstream instead of what the client sent. */
export interface Replacement {
  /** A whole body in place of the client's; `undefined` streams the client's. */
  body?: Uint8Array;
  headers?: readonly (readonly [string, string])[];
  /** Lower-case names of headers that do not fit the new body. */
  without?: readonly string[];
}

/** A body that was written anew: what the client declared of his own does not fit it. */
export function rewritten(body: Uint8Array, { exchange }: S3Input): Replacement {
  const declared = exchange.request.headers
    .map(([name]) => name.toLowerCase())
    .filter((name) => name.startsWith("x-amz-checksum-"));
  const md5 = createHash("md5").update(body).digest("base64");
  return { body, headers: [["content-md5", md5]], without: declared };
}

/** The query as it was decided on, encoded anew. */
function canonicalQuery(query: ReadonlyMap<string, string>): string {
  return [...query].map(([name, value]) => `${encodeStrict(name)}=${encodeStrict(value)}`).join("&");
}

function copySourceHeader({ bucket, key, versionId }: CopySource, { copySource }: Upstream): string {
  const path = copySource === "strict" ? canonicalPath(bucket, key) : `/${bucket}/${reservedBare(key)}`;
  return versionId === undefined ? path : `${path}?versionId=${encodeStrict(versionId)}`;
}

/** For a store that decodes with `decodeURI`: what that leaves encoded must not be encoded. */
const reservedBare = (key: string): string =>
  encodeURI(key).replaceAll(/%(?=23|24|26|2B|2C|2F|3A|3B|3D|3F|40)/gi, "%25");

function contentEncoding(value: string): string {
  return value
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding.toLowerCase() !== "aws-chunked")
    .join(",");
}

function forwardedHead(
  input: S3Input,
  upstream: Upstream,
  address: UpstreamAddress,
  replacement: Replacement,
  length: number | undefined,
): HttpRequestHead {
  const { request } = input.exchange;
  const replaced = new Set([
    ...(replacement.headers ?? []).map(([name]) => name),
    ...(replacement.without ?? []),
    ...(input.leavesTags ? ["x-amz-tagging-directive"] : []),
  ]);
  const headers: (readonly [string, string])[] = [["host", address.host]];
  for (const [name, value] of request.headers) {
    const key = name.toLowerCase();
    if (key === "content-encoding") {
      const rest = contentEncoding(value);
      if (rest !== "") headers.push([key, rest]);
    } else if (!isStripped(key) && !replaced.has(key)) headers.push([key, value]);
  }
  headers.push(...(replacement.headers ?? []));
  if (input.copySource) headers.push(["x-amz-copy-source", copySourceHeader(input.copySource, upstream)]);
  if (input.tags) headers.push(["x-amz-tagging", taggingHeader(input.tags)]);
  if (input.leavesTags) headers.push(["x-amz-tagging-directive", "REPLACE"]);
  if (length !== undefined) headers.push(["content-length", String(length)]);
  const path = input.bucket === undefined ? "/" : canonicalPath(input.bucket, input.key);
  return { method: request.method, path, query: canonicalQuery(input.query), headers };
}

const noAnswer = (): AwsError =>
  ServiceUnavailable(
    "The storage behind Rolecall does not answer. Please reduce your request rate and try again.",
  );

/** Sends an authorized request to the upstream; see {@link createForward}. */
export type Forward = (
  input: S3Input,
  body?: PlainBody,
  replacement?: Replacement,
) => Promise<IncomingMessage>;

/**
 * Sends authorized requests to the upstream and gives its answers, both as streams. The request is signed anew
 * with the upstream's credentials; nothing by which the client signed goes along.
 *
 * A body that fails its verification ends the connection before the last block, so that the upstream has an
 * incomplete request and stores nothing.
 *
 * The functions throw the body's own error when it is not what was signed, and ServiceUnavailable.
 * @param now  the upstream's clock: real time, whatever a test does to ours
 */
export function createForward(upstream: Upstream, now: () => number): Forward {
  return async (input, body, replacement = {}) => {
    const address = await upstream.ready();
    const refusal = upstream.refuses?.(upstreamRequest(input));
    if (refusal !== undefined) {
      body?.stream.destroy();
      throw awsError("NotImplemented", 400, refusal);
    }
    const length = replacement.body?.length ?? (body ? body.length : lengthWithoutBody(input));
    const signed = signRequest(forwardedHead(input, upstream, address, replacement, length), {
      credentials: upstream.credentials,
      region: upstream.region,
      service: "s3",
      nowMs: now(),
      bodySha256: "UNSIGNED-PAYLOAD",
    });
    return send(signed, address, replacement.body ?? body?.stream);
  };
}

/** PUT and POST say that nothing follows; other methods are silent about it. */
const lengthWithoutBody = ({ exchange }: S3Input): number | undefined =>
  ["PUT", "POST"].includes(exchange.request.method) ? 0 : undefined;

const upstreamRequest = ({
  row,
  bucket = "",
  key,
  query,
  copySource,
  documentKeys,
}: S3Input): UpstreamRequest => ({
  operation: row.name,
  bucket,
  keys: [key, copySource?.key, ...(documentKeys ?? [])].filter((one) => one !== undefined),
  query,
});

function send(
  head: HttpRequestHead,
  address: UpstreamAddress,
  body: Uint8Array | PlainBody["stream"] | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { protocol, hostname, port, socketPath } = address;
    const options: RequestOptions = {
      method: head.method,
      path: head.query === "" ? head.path : `${head.path}?${head.query}`,
      headers: head.headers.flatMap(([name, value]) => [name, value]),
      agent: agents[protocol],
      timeout: idleMs,
      ...(socketPath === undefined ? { hostname, port } : { socketPath }),
    };
    /** What was wrong with the body; the failed request itself says less. */
    let cause: AwsError | undefined;
    const sent: ClientRequest = (protocol === "https:" ? httpsRequest : httpRequest)(options, resolve);
    sent.once("timeout", () => sent.destroy(new Error("the upstream is silent")));
    sent.once("error", () => reject(cause ?? noAnswer()));
    if (body === undefined) sent.end();
    else if (body instanceof Uint8Array) sent.end(body);
    else
      pipeline(body, sent, (error) => {
        if (!error) return;
        if (error instanceof AwsError) cause = error;
        sent.destroy();
        // The answer may have come before the body had ended; then there is nothing left to reject.
        reject(cause ?? noAnswer());
      });
  });
}

/** The upstream's answer as ours. HEAD's has the headers of a body and no body. */
export function relayed(answer: IncomingMessage, input: S3Input): WireResponse {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < answer.rawHeaders.length; i += 2) {
    const name = answer.rawHeaders[i] ?? "";
    if (!notAnswered.has(name.toLowerCase())) headers.push([name, answer.rawHeaders[i + 1] ?? ""]);
  }
  headers.push(["x-amz-request-id", input.exchange.requestId]);
  const isBodiless =
    input.exchange.request.method === "HEAD" || answer.statusCode === 204 || answer.statusCode === 304;
  if (isBodiless) answer.resume();
  return { status: answer.statusCode ?? 502, headers, body: isBodiless ? undefined : answer };
}

/** Reads an answer that must be looked into, up to a bound. */
export async function readAnswer(answer: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw noAnswer();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
