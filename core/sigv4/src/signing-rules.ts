/**
 * How a service checks signatures and words its signature errors: `query` (IAM, STS and the other query
 * services), `s3`, `json` (the JSON protocols, REST or not).
 */
export type SigningFamily = "query" | "s3" | "json";

/** What the families differ in. */
export interface SigningRules {
  /** How far the client's clock may be from ours, either way. */
  clockWindowMinutes: number;
  /**
   * `normalized`: dot segments and doubled slashes go, then the path is encoded once more than it was sent.
   * `as-sent`: one encoding, nothing normalised, because an S3 key may hold `//` and `..`.
   */
  canonicalPath: "normalized" | "as-sent";
  /**
   * Life of a presigned request from its date. `declared`: `X-Amz-Expires`, which must be there.
   * `declared-or-default`: it may be missing. `fixed`: it is ignored.
   */
  presignedLife: "declared" | "declared-or-default" | "fixed";
  /** For `fixed` and `declared-or-default`. */
  presignedMinutes: number;
  /** Where the payload hash in the canonical request comes from: the declared header, or always the body. */
  payloadHash: "declared" | "body";
  /** Whether this header, if present, must be among the signed ones. `host` always must. */
  mustBeSigned: (lowerCaseName: string) => boolean;
  /** Whether Signature Version 2 is still taken. */
  allowsSigV2: boolean;
}

/**
 * S3 refuses any `x-amz-*` header that the signature does not cover. `x-amz-content-sha256` needs no signature of
 * its own: its value is the last line of the canonical request.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html#canonical-request
 */
const everyAmzHeader = (name: string): boolean =>
  name.startsWith("x-amz-") && name !== "x-amz-content-sha256";

export const signingRules = {
  query: {
    clockWindowMinutes: 5,
    canonicalPath: "normalized",
    // Observed: STS keeps a presigned GetCallerIdentity alive for 15 minutes whatever X-Amz-Expires says. EKS tokens
    // say 60 and are cached for 14 minutes. client-expectations.md section 1, row 6.
    presignedLife: "fixed",
    presignedMinutes: 15,
    payloadHash: "body",
    // Query services act on no header but the date and the token. The date stands in the string to sign, and the
    // public test suite (post-sts-header-after) adds the token after signing: it is bound to the secret anyway.
    mustBeSigned: () => false,
    allowsSigV2: false,
  },
  s3: {
    clockWindowMinutes: 15,
    canonicalPath: "as-sent",
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    presignedLife: "declared",
    presignedMinutes: 0,
    payloadHash: "declared",
    mustBeSigned: everyAmzHeader,
    allowsSigV2: true,
  },
  json: {
    clockWindowMinutes: 5,
    canonicalPath: "normalized",
    presignedLife: "declared-or-default",
    presignedMinutes: 15,
    payloadHash: "body",
    // X-Amz-Target names the operation and others carry input (x-amz-invocation-type), so none may be added by a
    // third party. CloudFront adds x-amz-cf-id to every request that passes through it.
    mustBeSigned: (name) => everyAmzHeader(name) && name !== "x-amz-cf-id" && name !== "x-amz-security-token",
    allowsSigV2: false,
  },
} satisfies Record<SigningFamily, SigningRules> as Record<SigningFamily, SigningRules>;

/** Longest life of a presigned request, in seconds: seven days. */
export const maxExpiresSeconds = 604_800;

/** The algorithm of Signature Version 4, as it stands in requests. */
export const algorithm = "AWS4-HMAC-SHA256";

/** The last part of every credential scope. */
export const terminator = "aws4_request";
