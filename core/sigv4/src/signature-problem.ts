/**
 * Why a request is not authenticated, with the facts that AWS's sentence needs. `describeProblem` words it.
 *
 * The first rows are found by whoever looks credentials up; the rest by this package.
 */
export type SignatureProblem =
  | { kind: "missing-authentication" }
  | { kind: "unknown-key" }
  | { kind: "invalid-token" }
  | { kind: "expired-token" }
  /** Parts that must be there and are not. `authorization` is the header as sent, for the query string undefined. */
  | { kind: "incomplete"; missing: readonly MissingPart[]; authorization: string | undefined }
  | { kind: "malformed-authorization"; part: string; authorization: string }
  | { kind: "malformed-credential"; credential: string; place: SignaturePlace }
  | { kind: "unsupported-algorithm"; algorithm: string; place: SignaturePlace }
  | { kind: "ambiguous"; what: string }
  | { kind: "malformed-encoding"; where: "method" | "path" | "query" }
  | { kind: "missing-date" }
  | { kind: "bad-date"; date: string; place: SignaturePlace }
  | { kind: "bad-scope-date"; scopeDate: string; place: SignaturePlace }
  | { kind: "scope-date-mismatch"; scopeDate: string; amzDate: string; place: SignaturePlace }
  | { kind: "wrong-service"; service: string; expected: readonly string[]; place: SignaturePlace }
  | { kind: "bad-terminator"; terminator: string; place: SignaturePlace }
  | { kind: "host-not-signed" }
  | { kind: "unsigned-headers"; headers: readonly string[] }
  /** A header is listed as signed and is not in the request. */
  | { kind: "missing-signed-header"; header: string }
  | { kind: "bad-expires"; reason: "not-a-number" | "negative" | "too-long"; expires: string }
  /** Signed too long ago; a presigned request that is over has `presigned`. */
  | { kind: "expired"; amzDate: string; windowMinutes: number; presigned: boolean; expiresAtMs: number }
  | { kind: "not-yet-valid"; amzDate: string; windowMinutes: number; presigned: boolean }
  | { kind: "missing-content-sha256" }
  | { kind: "bad-content-sha256"; value: string }
  | { kind: "payload-mismatch"; declaredSha256: string; actualSha256: string }
  /** `canonicalRequest` and `stringToSign` are what this side calculated; they hold nothing secret. */
  | { kind: "mismatch"; canonicalRequest: string | undefined; stringToSign: string; signature: string }
  | { kind: "sigv2-malformed" }
  | { kind: "sigv2-unsupported" }
  | { kind: "sigv2-bad-expires"; expires: string }
  /** Signature Version 2 does not cover this query parameter, and it is not one that may be left uncovered. */
  | { kind: "sigv2-uncovered-parameter"; parameter: string };

/** Where the signature stands: `Authorization` header or query string. */
export type SignaturePlace = "header" | "query";

export type MissingPart =
  | "Credential"
  | "Signature"
  | "SignedHeaders"
  | "Date"
  | "X-Amz-Algorithm"
  | "X-Amz-Credential"
  | "X-Amz-Signature"
  | "X-Amz-Date"
  | "X-Amz-SignedHeaders"
  | "X-Amz-Expires";

/** A value, or why there is none. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problem: SignatureProblem };

export const fail = (problem: SignatureProblem): { ok: false; problem: SignatureProblem } => ({
  ok: false,
  problem,
});
