/** `SIZE` or `SIZE;chunk-signature=HEX64`, the line before a chunk's bytes. */
export interface ChunkHeader {
  sizeBytes: number;
  /** Undefined when chunks are unsigned. */
  signature: string | undefined;
}

/** Longest line that can be right: 15 digits, the extension's name and 64 digits. */
export const maxChunkHeaderBytes = 128;

/** So many hexadecimal digits stay exact in a number; S3's largest object needs eleven. */
const maxSizeDigits = 13;

const signatureExtension = "chunk-signature=";

/**
 * Reads a chunk's line without its CRLF, or gives undefined: no blanks, no other extension, no second one.
 *
 * @param isSigned  the signature must be there, else it must not
 */
export function parseChunkHeader(line: string, isSigned: boolean): ChunkHeader | undefined {
  const semicolon = line.indexOf(";");
  const size = semicolon < 0 ? line : line.slice(0, semicolon);
  if (size.length === 0 || size.length > maxSizeDigits || !isHex(size)) return undefined;
  const sizeBytes = Number.parseInt(size, 16);
  if (semicolon < 0) return isSigned ? undefined : { sizeBytes, signature: undefined };
  const extension = line.slice(semicolon + 1);
  if (!isSigned || !extension.startsWith(signatureExtension)) return undefined;
  const signature = extension.slice(signatureExtension.length);
  return signature.length === 64 && isHex(signature) ? { sizeBytes, signature } : undefined;
}

function isHex(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const letter = code | 0x20;
    if ((code < 0x30 || code > 0x39) && (letter < 0x61 || letter > 0x66)) return false;
  }
  return true;
}
