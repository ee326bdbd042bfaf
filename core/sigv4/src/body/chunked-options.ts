import { checksumAlgorithm } from "../checksum/checksum.ts";
import type { ChecksumAlgorithm } from "../checksum/checksum.ts";
import { headerValues } from "../request-head.ts";
import type { HttpRequestHead } from "../request-head.ts";
import type { ChunkSigning, VerifiedSignature } from "../verified-signature.ts";
import type { BodyProblem } from "./body-problem.ts";

/** What the decoder of an `aws-chunked` body must know beforehand. */
export interface ChunkedOptions {
  /** Bytes of the object itself: `x-amz-decoded-content-length`. */
  decodedLength: number;
  /** Set when chunks are signed. */
  signing: ChunkSigning | undefined;
  /** Whether the body may end with trailers. */
  allowsTrailer: boolean;
  /** What `x-amz-trailer` announces. */
  checksum: ChecksumAlgorithm | undefined;
  /** Smallest chunk but the last. S3 has 8192; 0 takes any. */
  minChunkBytes: number;
}

/** S3: every chunk but the last must be at least this long. sigv4-streaming.html */
const s3MinChunkBytes = 8192;

/**
 * Reads the headers of a chunked upload.
 *
 * @param verified  with a `payload` of kind `chunked`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function chunkedOptions(
  head: HttpRequestHead,
  verified: VerifiedSignature,
): { ok: true; value: ChunkedOptions } | { ok: false; problem: BodyProblem } {
  const { payload } = verified;
  if (payload.kind !== "chunked") throw new TypeError("this body is not aws-chunked");
  const lengths = headerValues(head, "x-amz-decoded-content-length");
  const length = lengths[0]?.trim();
  if (length === undefined) return { ok: false, problem: { kind: "missing-decoded-length" } };
  if (lengths.length > 1 || !/^\d{1,15}$/.test(length))
    return { ok: false, problem: { kind: "bad-decoded-length", value: length.slice(0, 32) } };
  const names = headerValues(head, "x-amz-trailer")
    .flatMap((value) => value.split(",", 16))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const [first, second] = names;
  if (second !== undefined) return { ok: false, problem: { kind: "several-checksums" } };
  const checksum = first === undefined ? undefined : checksumAlgorithm(first);
  if (first !== undefined && (checksum === undefined || !payload.trailer))
    return { ok: false, problem: { kind: "unsupported-trailer", trailer: first.slice(0, 128) } };
  return {
    ok: true,
    value: {
      decodedLength: Number(length),
      signing: payload.signed ? verified.chunkSigning : undefined,
      allowsTrailer: payload.trailer,
      checksum,
      minChunkBytes: s3MinChunkBytes,
    },
  };
}
