import {
  canonicalHeaders,
  canonicalQuery,
  canonicalRequest,
  normalizedPath,
  pathAsSent,
  stringToSign,
} from "./canonical-request.ts";
import { hmacHex } from "./hmac.ts";
import type { HttpRequestHead } from "./request-head.ts";
import { createSigningKeyCache, signingKey } from "./signing-key.ts";
import type { SigningKeyCache } from "./signing-key.ts";
import { algorithm, signingRules, terminator } from "./signing-rules.ts";
import type { SigningFamily } from "./signing-rules.ts";
import { formatAmzDate } from "./timestamp.ts";
import { uriEncode } from "./uri-encode.ts";

export interface SigningCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface SignOptions {
  credentials: SigningCredentials;
  region: string;
  /** Signing name: `iam`, `sts`, `s3`. */
  service: string;
  nowMs: number;
  /**
   * Hex SHA-256 of the body; for S3 also one of the literals of `x-amz-content-sha256`, such as `UNSIGNED-PAYLOAD`.
   */
  bodySha256: string;
  /** Default: `s3` for the service of that name, else `query`; the query and JSON families sign alike. */
  family?: SigningFamily;
  /** Headers to leave unsigned because something on the way may change them. Lower case. */
  unsignedHeaders?: readonly string[];
  keyCache?: SigningKeyCache;
}

/** A head with its signature, and what chunk signatures go on from. */
export interface SignedRequest extends HttpRequestHead {
  signature: string;
  /** Name, date and region of the signature: `YYYYMMDD/region/service/aws4_request`. */
  scope: string;
  amzDate: string;
}

/** Hop-by-hop or rewritten on the way; the stock SDKs leave the same ones out. */
const neverSigned = new Set(
  (
    "authorization cache-control connection expect from keep-alive max-forwards pragma " +
    "proxy-authenticate proxy-authorization proxy-connection referer te trailer transfer-encoding " +
    "upgrade user-agent x-amzn-trace-id"
  ).split(" "),
);

/** Replaced by signing: an old signature never goes along with a new one. */
const replaced = new Set(["authorization", "x-amz-date", "x-amz-security-token"]);

/**
 * Signs a request in its headers. The head must have a `host` header; `x-amz-date`, the session token and, for S3,
 * `x-amz-content-sha256` are set here, whatever stood there before.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signRequest(head: HttpRequestHead, options: SignOptions): SignedRequest {
  const { credentials } = options;
  const isS3 = familyOf(options) === "s3";
  const amzDate = formatAmzDate(options.nowMs);
  const headers: (readonly [string, string])[] = head.headers.filter(([name]) => {
    const key = name.toLowerCase();
    return !replaced.has(key) && !(isS3 && key === "x-amz-content-sha256");
  });
  headers.push(["x-amz-date", amzDate]);
  if (isS3) headers.push(["x-amz-content-sha256", options.bodySha256]);
  if (credentials.sessionToken !== undefined)
    headers.push(["x-amz-security-token", credentials.sessionToken]);

  const values = canonicalHeaders(headers);
  if (!values.has("host")) throw new TypeError("a request needs its host header before it is signed");
  const left = options.unsignedHeaders ?? [];
  const signedHeaders = [...values.keys()]
    .filter((name) => !neverSigned.has(name) && !left.includes(name))
    .sort();
  const { signature, scope } = calculate(head, options, {
    amzDate,
    signedHeaders,
    values,
    query: head.query,
  });
  const authorization =
    `${algorithm} Credential=${credentials.accessKeyId}/${scope}, ` +
    `SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
  headers.push(["authorization", authorization]);
  return { ...head, headers, signature, scope, amzDate };
}

export interface PresignOptions extends SignOptions {
  expiresSeconds: number;
}

/**
 * Signs a request in its query. Every header of the head is signed and must be sent as it is; `bodySha256` is
 * `UNSIGNED-PAYLOAD` for S3 and the hash of the empty body for a GET elsewhere.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presign(head: HttpRequestHead, options: PresignOptions): SignedRequest {
  const { credentials } = options;
  const amzDate = formatAmzDate(options.nowMs);
  const headers = head.headers.filter(([name]) => !replaced.has(name.toLowerCase()));
  const values = canonicalHeaders(headers);
  if (!values.has("host")) throw new TypeError("a request needs its host header before it is signed");
  const left = options.unsignedHeaders ?? [];
  const signedHeaders = [...values.keys()]
    .filter((name) => !neverSigned.has(name) && !left.includes(name))
    .sort();
  const parameters: [string, string][] = [
    ["X-Amz-Algorithm", algorithm],
    ["X-Amz-Credential", `${credentials.accessKeyId}/${scopeOf(amzDate, options)}`],
    ["X-Amz-Date", amzDate],
    ["X-Amz-Expires", `${options.expiresSeconds}`],
    ["X-Amz-SignedHeaders", signedHeaders.join(";")],
  ];
  if (credentials.sessionToken !== undefined)
    parameters.push(["X-Amz-Security-Token", credentials.sessionToken]);
  const added = parameters.map(([name, value]) => `${name}=${uriEncode(value)}`).join("&");
  const query = head.query === "" ? added : `${head.query}&${added}`;
  const { signature, scope } = calculate(head, options, { amzDate, signedHeaders, values, query });
  return { ...head, headers, query: `${query}&X-Amz-Signature=${signature}`, signature, scope, amzDate };
}

const familyOf = (options: SignOptions): SigningFamily =>
  options.family ?? (options.service === "s3" ? "s3" : "query");

const scopeOf = (amzDate: string, { region, service }: SignOptions): string =>
  `${amzDate.slice(0, 8)}/${region}/${service}/${terminator}`;

interface ToSign {
  amzDate: string;
  signedHeaders: readonly string[];
  values: ReadonlyMap<string, string>;
  query: string;
}

function calculate(
  head: HttpRequestHead,
  options: SignOptions,
  { amzDate, signedHeaders, values, query }: ToSign,
): { signature: string; scope: string } {
  const { canonicalPath } = signingRules[familyOf(options)];
  const canonical = canonicalRequest({
    method: head.method,
    path: canonicalPath === "normalized" ? normalizedPath(head.path) : pathAsSent(head.path),
    query: canonicalQuery(query),
    signedHeaders,
    headers: values,
    payloadHash: options.bodySha256,
  });
  const scope = scopeOf(amzDate, options);
  return {
    signature: hmacHex(signingKeyOf(options, amzDate), stringToSign(amzDate, scope, canonical)),
    scope,
  };
}

/** The key that `signRequest` signs with, for signing chunks after it. */
export function signingKeyOf(options: SignOptions, amzDate: string): Uint8Array {
  const { credentials, region, service, keyCache } = options;
  const cache = keyCache ?? createSigningKeyCache(0);
  const scope = scopeOf(amzDate, options);
  const cached = cache.get(credentials.secretAccessKey, scope);
  if (cached !== undefined) return cached;
  const key = signingKey(credentials.secretAccessKey, amzDate.slice(0, 8), region, service);
  cache.set(credentials.secretAccessKey, scope, key);
  return key;
}
