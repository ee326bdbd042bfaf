import { createChecksum, isChecksumValue } from "../checksum/checksum.ts";
import { sameText } from "../hmac.ts";
import type { BodyProblem, Released } from "./body-problem.ts";
import { maxChunkHeaderBytes, parseChunkHeader } from "./chunk-header.ts";
import type { ChunkHeader } from "./chunk-header.ts";
import { createChunkSignatures } from "./chunk-signature.ts";
import type { ChunkedOptions } from "./chunked-options.ts";
import { createHoldBack } from "./hold-back.ts";
import { canonicalTrailer, maxTrailerBytes, parseTrailer } from "./trailer.ts";

/** Takes an `aws-chunked` body apart as it arrives and verifies it. After a problem it only repeats the problem. */
export interface ChunkedDecoder {
  /**
   * Takes bytes of the body, which the caller must not change afterwards; gives bytes of the object that may go on.
   * What is given may still turn out wrong: the last block alone is sure to come after all is verified, so on a
   * problem the caller destroys what it has begun.
   */
  push(bytes: Uint8Array): Released;
  /** At the end of the body: the last block, and the trailers by lower-case name. */
  finish():
    | { ok: true; release: Uint8Array[]; trailers: ReadonlyMap<string, string> }
    | { ok: false; problem: BodyProblem };
}

type State = "header" | "data" | "data-end" | "final-end" | "trailer" | "done";

const lf = 0x0a;

/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function createChunkedDecoder(options: ChunkedOptions): ChunkedDecoder {
  const signatures = options.signing === undefined ? undefined : createChunkSignatures(options.signing);
  const checksum = options.checksum === undefined ? undefined : createChecksum(options.checksum);
  const holdBack = createHoldBack();
  let state: State = "header";
  let line = "";
  let chunk: ChunkHeader = { sizeBytes: 0, signature: undefined };
  let chunkNumber = 0;
  let chunkLeft = 0;
  /** Bytes of the object still to come. */
  let left = options.decodedLength;
  let failed: BodyProblem | undefined;

  /** Reads up to the line feed; gives the place after it, or -1 for a line that is too long. */
  function readLine(bytes: Uint8Array, from: number, maxBytes: number): number {
    const end = bytes.indexOf(lf, from);
    const stop = end < 0 ? bytes.length : end + 1;
    if (line.length + stop - from > maxBytes) return -1;
    line += Buffer.from(bytes.buffer, bytes.byteOffset + from, stop - from).toString("latin1");
    return stop;
  }

  function beginChunk(): BodyProblem | undefined {
    if (!line.endsWith("\r\n")) return broken("a chunk's line does not end in CRLF");
    const header = parseChunkHeader(line.slice(0, -2), signatures !== undefined);
    line = "";
    if (header === undefined) return broken("a chunk's line is not well-formed");
    if (header.sizeBytes > left) return broken("more bytes than x-amz-decoded-content-length announced");
    if (header.sizeBytes > 0 && chunkNumber > 0 && chunk.sizeBytes < options.minChunkBytes)
      return {
        kind: "chunk-too-small",
        chunk: chunkNumber,
        sizeBytes: chunk.sizeBytes,
        minBytes: options.minChunkBytes,
      };
    chunk = header;
    chunkNumber++;
    chunkLeft = header.sizeBytes;
    if (header.sizeBytes > 0) {
      state = "data";
      return undefined;
    }
    if (left > 0) return broken("fewer bytes than x-amz-decoded-content-length announced");
    state = options.allowsTrailer ? "trailer" : "final-end";
    return checkChunk();
  }

  function checkChunk(): BodyProblem | undefined {
    const isRight = signatures === undefined || signatures.isChunkSignature(chunk.signature ?? "");
    return isRight ? undefined : { kind: "chunk-signature-mismatch", chunk: chunkNumber };
  }

  function takeData(bytes: Uint8Array, from: number, release: Uint8Array[]): number {
    const block = bytes.subarray(from, Math.min(bytes.length, from + chunkLeft));
    signatures?.update(block);
    checksum?.update(block);
    holdBack.add(block, release);
    chunkLeft -= block.length;
    left -= block.length;
    if (chunkLeft === 0) state = "data-end";
    return from + block.length;
  }

  function step(bytes: Uint8Array, from: number, release: Uint8Array[]): number | BodyProblem {
    switch (state) {
      case "header": {
        const next = readLine(bytes, from, maxChunkHeaderBytes);
        if (next < 0) return broken("a chunk's line is too long");
        return (line.endsWith("\n") ? beginChunk() : undefined) ?? next;
      }
      case "data":
        return takeData(bytes, from, release);
      case "data-end":
      case "final-end": {
        line += String.fromCharCode(bytes[from] as number);
        if (line === "\r") return from + 1;
        if (line !== "\r\n") return broken("a chunk does not end in CRLF");
        line = "";
        if (state === "final-end") {
          state = "done";
          return from + 1;
        }
        state = "header";
        return checkChunk() ?? from + 1;
      }
      case "trailer": {
        // Kept whole until the end of the body: what follows the empty line must be seen, too.
        if (line.length + bytes.length - from > maxTrailerBytes)
          return { kind: "malformed-trailer", why: "the trailer is too long" };
        line += Buffer.from(bytes.buffer, bytes.byteOffset + from, bytes.length - from).toString("latin1");
        return bytes.length;
      }
      case "done":
        return broken("bytes after the last chunk");
    }
  }

  function checkTrailer(): { ok: true; values: Map<string, string> } | { ok: false; problem: BodyProblem } {
    const parsed = parseTrailer(line);
    if (!parsed.ok) return parsed;
    const trailer = parsed.value;
    const expected = options.checksum === undefined ? undefined : `x-amz-checksum-${options.checksum}`;
    const malformed = (why: string) => ({
      ok: false as const,
      problem: { kind: "malformed-trailer" as const, why },
    });
    for (const name of trailer.values.keys())
      if (name !== expected) return malformed(`${name} was not announced`);
    if (signatures === undefined && trailer.signature !== undefined)
      return malformed("a signature nobody asked for");
    if (signatures !== undefined) {
      // Without a single trailer there is nothing that a signature would cover.
      if (trailer.signature === undefined && (expected !== undefined || trailer.values.size > 0))
        return malformed("the trailer is not signed");
      if (
        trailer.signature !== undefined &&
        !signatures.isTrailerSignature(trailer.signature, canonicalTrailer(trailer))
      )
        return { ok: false, problem: { kind: "trailer-signature-mismatch" } };
    }
    if (expected === undefined || options.checksum === undefined) return { ok: true, values: trailer.values };
    const value = trailer.values.get(expected);
    if (value === undefined) return malformed(`${expected} is missing`);
    if (!isChecksumValue(options.checksum, value))
      return { ok: false, problem: { kind: "bad-checksum-value", trailer: expected } };
    if (!sameText(checksum?.digest() ?? "", value))
      return { ok: false, problem: { kind: "checksum-mismatch", algorithm: options.checksum } };
    return { ok: true, values: trailer.values };
  }

  return {
    push(bytes) {
      if (failed !== undefined) return { ok: false, problem: failed };
      const release: Uint8Array[] = [];
      for (let at = 0; at < bytes.length;) {
        const next = step(bytes, at, release);
        if (typeof next !== "number") {
          failed = next;
          return { ok: false, problem: failed };
        }
        at = next;
      }
      return { ok: true, release };
    },

    finish() {
      if (failed !== undefined) return { ok: false, problem: failed };
      if (state !== "trailer" && state !== "done") {
        failed = broken("the body is cut short");
        return { ok: false, problem: failed };
      }
      const trailer =
        state === "trailer" ? checkTrailer() : { ok: true as const, values: new Map<string, string>() };
      if (!trailer.ok) {
        failed = trailer.problem;
        return trailer;
      }
      failed = broken("the body has already ended");
      return { ok: true, release: holdBack.giveUp(), trailers: trailer.values };
    },
  };
}

const broken = (why: string): BodyProblem => ({ kind: "incomplete-body", why });
