import type { Random } from "@rolecall/identifiers";

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A random (version 4) UUID from the given source, lower case. */
export function uuid(random: Random): string {
  const bytes = random(16);
  let text = "";
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
    const byte = bytes[i] ?? 0;
    text += hex[i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte];
  }
  return text;
}
