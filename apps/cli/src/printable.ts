/** Control characters of C0 and C1, and those that turn the direction of what follows. */
const isHidden = (unit: number): boolean =>
  unit < 0x20 ||
  (unit >= 0x7f && unit < 0xa0) ||
  (unit >= 0x202a && unit <= 0x202e) ||
  (unit >= 0x2066 && unit <= 0x2069);

/**
 * Text that others wrote, for a terminal: names of objects, user agents and tags may hold characters that it would take
 * for commands. They are shown as JSON writes them.
 */
export function printable(text: string): string {
  let plain = "";
  for (const char of text) {
    const unit = char.charCodeAt(0);
    plain += isHidden(unit) ? `\\u${unit.toString(16).padStart(4, "0")}` : char;
  }
  return plain;
}

/** A value as JSON, which stays the same JSON: what would be a command is escaped in its texts. */
export const printableJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).split("\n").map(printable).join("\n");
