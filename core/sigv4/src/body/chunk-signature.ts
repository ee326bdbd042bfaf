import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { emptySha256, sha256Hex } from "../canonical-request.ts";
import { hmacHex, sameText } from "../hmac.ts";
import { algorithm } from "../signing-rules.ts";
import type { ChunkSigning } from "../verified-signature.ts";

/** Follows the chain in which every chunk signs the signature before it. */
export interface ChunkSignatures {
  update(bytes: Uint8Array): void;
  /** Ends a chunk. */
  isChunkSignature(signature: string): boolean;
  /** @param canonical  `name:value\n` for each trailer, by name */
  isTrailerSignature(signature: string, canonical: string): boolean;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html#sigv4-chunked-body-definition */
export function createChunkSignatures(signing: ChunkSigning): ChunkSignatures {
  const { amzDate, scope } = signing;
  let previous = signing.seedSignature;
  let hash: Hash | undefined;
  return {
    update(bytes) {
      hash ??= createHash("sha256");
      hash.update(bytes);
    },
    isChunkSignature(signature) {
      const dataSha256 = hash?.digest("hex") ?? emptySha256;
      hash = undefined;
      const text = chunkStringToSign({ amzDate, scope, previous }, dataSha256);
      if (!sameText(hmacHex(signing.signingKey, text), signature)) return false;
      previous = signature;
      return true;
    },
    isTrailerSignature(signature, canonical) {
      return sameText(
        hmacHex(signing.signingKey, trailerStringToSign({ amzDate, scope, previous }, canonical)),
        signature,
      );
    },
  };
}

interface ChainLink {
  amzDate: string;
  scope: string;
  /** Signature of the chunk before, at first the request's own. */
  previous: string;
}

/** The empty hash stands where a chunk's own headers would be hashed, if it had any. */
export const chunkStringToSign = ({ amzDate, scope, previous }: ChainLink, dataSha256: string): string =>
  `${algorithm}-PAYLOAD\n${amzDate}\n${scope}\n${previous}\n${emptySha256}\n${dataSha256}`;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html */
export const trailerStringToSign = ({ amzDate, scope, previous }: ChainLink, canonical: string): string =>
  `${algorithm}-TRAILER\n${amzDate}\n${scope}\n${previous}\n${sha256Hex(canonical)}`;
