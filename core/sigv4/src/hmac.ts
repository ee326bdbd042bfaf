import { createHmac, timingSafeEqual } from "node:crypto";

/** Hex HMAC-SHA256 of a text. */
export const hmacHex = (key: Uint8Array, text: string): string =>
  createHmac("sha256", key).update(text).digest("hex");

/** Compares in time that does not depend on where the texts differ. */
export function sameText(expected: string, given: string): boolean {
  if (expected.length !== given.length) return false;
  const mine = Buffer.from(expected);
  const theirs = Buffer.from(given);
  return mine.length === theirs.length && timingSafeEqual(mine, theirs);
}
