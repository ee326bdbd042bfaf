import { createHash } from "node:crypto";
import { hmacHex } from "../hmac.ts";
import type { ChunkSigning } from "../verified-signature.ts";
import { chunkStringToSign, trailerStringToSign } from "./chunk-signature.ts";

/** Encodes as a client would. For tests: the gateway only ever decodes. */
export function encodeChunks(
  chunks: readonly Uint8Array[],
  signing: ChunkSigning | undefined,
  trailers: readonly (readonly [name: string, value: string])[] = [],
): Buffer {
  const parts: Buffer[] = [];
  let previous = signing?.seedSignature ?? "";
  const write = (text: string): void => void parts.push(Buffer.from(text, "latin1"));
  for (const chunk of [...chunks, new Uint8Array()]) {
    write(chunk.length.toString(16));
    if (signing !== undefined) {
      const dataSha256 = createHash("sha256").update(chunk).digest("hex");
      previous = hmacHex(signing.signingKey, chunkStringToSign({ ...signing, previous }, dataSha256));
      write(`;chunk-signature=${previous}`);
    }
    write("\r\n");
    if (chunk.length > 0) {
      parts.push(Buffer.from(chunk));
      write("\r\n");
    }
  }
  for (const [name, value] of trailers) write(`${name}:${value}\r\n`);
  if (signing !== undefined && trailers.length > 0) {
    const canonical = trailers.map(([name, value]) => `${name}:${value}\n`).join("");
    write(
      `x-amz-trailer-signature:${hmacHex(signing.signingKey, trailerStringToSign({ ...signing, previous }, canonical))}\r\n`,
    );
  }
  write("\r\n");
  return Buffer.concat(parts);
}
