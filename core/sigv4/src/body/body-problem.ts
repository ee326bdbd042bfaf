import { s3Error } from "../described-problem.ts";
import type { DescribedProblem } from "../described-problem.ts";

/** Why a streamed body is not the one that was announced. Only S3 streams bodies. */
export type BodyProblem =
  | { kind: "missing-decoded-length" }
  | { kind: "bad-decoded-length"; value: string }
  | { kind: "unsupported-trailer"; trailer: string }
  | { kind: "several-checksums" }
  /** Not well-formed, cut short, longer than announced, or followed by something. */
  | { kind: "incomplete-body"; why: string }
  | { kind: "chunk-too-small"; chunk: number; sizeBytes: number; minBytes: number }
  | { kind: "chunk-signature-mismatch"; chunk: number }
  | { kind: "trailer-signature-mismatch" }
  | { kind: "malformed-trailer"; why: string }
  | { kind: "bad-checksum-value"; trailer: string }
  | { kind: "checksum-mismatch"; algorithm: string }
  | { kind: "body-sha256-mismatch"; declaredSha256: string; actualSha256: string };

/** Bytes that may go on, or the end of it. */
export type Released = { ok: true; release: Uint8Array[] } | { ok: false; problem: BodyProblem };

/**
 * S3's answer to a body that does not hold.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function describeBodyProblem(problem: BodyProblem): DescribedProblem {
  switch (problem.kind) {
    case "missing-decoded-length":
      return {
        code: "MissingContentLength",
        status: 411,
        message: "You must provide the Content-Length HTTP header.",
      };
    case "bad-decoded-length":
      return bad("InvalidArgument", "x-amz-decoded-content-length must be a non-negative number.", {
        ArgumentName: "x-amz-decoded-content-length",
        ArgumentValue: problem.value,
      });
    case "unsupported-trailer":
      return bad("InvalidRequest", "The value specified in the x-amz-trailer header is not supported");
    case "several-checksums":
      return bad(
        "InvalidRequest",
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
      );
    case "incomplete-body":
      return bad("IncompleteBody", "The request body terminated unexpectedly");
    case "chunk-too-small":
      return {
        code: "InvalidChunkSizeError",
        status: 403,
        message: `Only the last chunk is allowed to have a size less than ${problem.minBytes} bytes`,
        details: { Chunk: `${problem.chunk}`, BadChunkSize: `${problem.sizeBytes}` },
      };
    case "chunk-signature-mismatch":
    case "trailer-signature-mismatch":
      return {
        code: "SignatureDoesNotMatch",
        status: 403,
        message:
          "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      };
    case "malformed-trailer":
      return bad(
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
      );
    case "bad-checksum-value":
      return bad("InvalidRequest", `Value for ${problem.trailer} trailing header is invalid.`);
    case "checksum-mismatch":
      return bad(
        "BadDigest",
        `The ${problem.algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
      );
    case "body-sha256-mismatch":
      return bad(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        {
          ClientComputedContentSHA256: problem.declaredSha256,
          S3ComputedContentSHA256: problem.actualSha256,
        },
      );
  }
}

const bad = (code: string, message: string, details?: Record<string, string>): DescribedProblem =>
  s3Error(code, 400, message, details);
