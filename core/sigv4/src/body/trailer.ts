import type { BodyProblem } from "./body-problem.ts";

/** What stands after the last chunk. */
export interface Trailer {
  /** Value by lower-case name, without the signature. */
  values: Map<string, string>;
  /** `x-amz-trailer-signature`, if there is one. */
  signature: string | undefined;
}

/** A checksum and a signature need under 200. */
export const maxTrailerBytes = 4096;

const signatureName = "x-amz-trailer-signature";

/**
 * Reads the lines after the chunk of size zero, up to and with the empty line at the end.
 *
 * minio-go ends a trailer with `\n\r\n` before the signature and S3 takes that, so an empty line may stand there; it
 * may stand nowhere else.
 */
export function parseTrailer(
  text: string,
): { ok: true; value: Trailer } | { ok: false; problem: BodyProblem } {
  if (text !== "\r\n" && !text.endsWith("\r\n\r\n")) return incomplete("the trailer has no end");
  const values = new Map<string, string>();
  let signature: string | undefined;
  const lines = text.slice(0, -2).split("\n");
  lines.pop(); // after the last line break
  for (const [index, raw] of lines.entries()) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (signature !== undefined) return malformed("the signature is not the last trailer");
    if (line === "") {
      if (lines[index + 1]?.startsWith(`${signatureName}:`)) continue;
      return malformed("an empty line among the trailers");
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    if (name === "" || !isName(name)) return malformed("a line is no trailer");
    const value = line.slice(colon + 1).trim();
    if (name === signatureName) signature = value;
    else if (values.has(name)) return malformed(`${name} stands twice`);
    else values.set(name, value);
  }
  return { ok: true, value: { values, signature } };
}

/** As the trailer signature covers them. */
export function canonicalTrailer({ values }: Trailer): string {
  let text = "";
  for (const name of [...values.keys()].sort()) text += `${name}:${values.get(name) ?? ""}\n`;
  return text;
}

function isName(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isLetter = code >= 0x61 && code <= 0x7a;
    const isDigit = code >= 0x30 && code <= 0x39;
    if (!isLetter && !isDigit && code !== 0x2d) return false;
  }
  return true;
}

const malformed = (why: string) => ({
  ok: false as const,
  problem: { kind: "malformed-trailer" as const, why },
});
const incomplete = (why: string) => ({
  ok: false as const,
  problem: { kind: "incomplete-body" as const, why },
});
