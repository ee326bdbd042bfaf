import type { PayloadMode } from "./payload-mode.ts";
import type { SignatureProblem } from "./signature-problem.ts";
import type { SigningKeyCache } from "./signing-key.ts";
import type { SigningFamily } from "./signing-rules.ts";

export interface VerifyOptions {
  secret: string;
  nowMs: number;
  family: SigningFamily;
  /** Service names that the credential scope may carry, such as `["s3", "s3express"]`. */
  signingNames: readonly string[];
  /** Hex SHA-256 of the body when it has been read. Needed for every family but S3. */
  bodySha256: string | undefined;
  keyCache?: SigningKeyCache;
  /**
   * Signature Version 2 only, which signs the bucket and not the Host: the bucket that the Host header names, or null
   * when the path begins with the bucket. Unless it is given, Signature Version 2 is refused: verifying one reading of
   * the address and serving another would let one bucket's link open another's.
   */
  virtualHostBucket?: string | null;
}

/** What a good signature proves, and what chunk verification continues from. */
export interface VerifiedSignature {
  version: "sigv4" | "sigv2";
  place: "header" | "query";
  accessKeyId: string;
  /** Of the credential scope; Signature Version 2 has none. */
  region: string | undefined;
  service: string | undefined;
  /** Undefined for presigned Signature Version 2, which says only when it ends. */
  signedAtMs: number | undefined;
  /** When a presigned request ends. */
  expiresAtMs: number | undefined;
  /** Lower case. Empty for Signature Version 2. */
  signedHeaders: readonly string[];
  sessionToken: string | undefined;
  /** `x-amz-content-sha256` as sent. */
  contentSha256: string | undefined;
  payload: PayloadMode;
  /** Start of the chain of chunk signatures. */
  chunkSigning: ChunkSigning | undefined;
}

/** Secret material: keep it for the request, and out of logs. */
export interface ChunkSigning {
  signingKey: Uint8Array;
  seedSignature: string;
  amzDate: string;
  /** `YYYYMMDD/region/service/aws4_request` */
  scope: string;
}

export type Verified = { ok: true; verified: VerifiedSignature } | { ok: false; problem: SignatureProblem };
