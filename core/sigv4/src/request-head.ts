/**
 * A request before its body, exactly as it was received.
 *
 * Text is what Node hands out: one character per byte (latin1). Text with a character above U+00FF cannot come
 * from a socket; where a caller signs such text it counts as UTF-8.
 */
export interface HttpRequestHead {
  method: string;
  /** Raw, as received, without the query. */
  path: string;
  /** Raw, as received, without the question mark. */
  query: string;
  /** In the order received, names in the case received; a name may stand more than once. */
  headers: readonly (readonly [name: string, value: string])[];
}

/** The values of one header, in order. `name` is in lower case. */
export function headerValues(head: HttpRequestHead, name: string): string[] {
  const values: string[] = [];
  for (const [key, value] of head.headers) {
    if (key.length === name.length && key.toLowerCase() === name) values.push(value);
  }
  return values;
}

/** What to hash for a text: ASCII as it is, other text as its bytes. */
export function bytesOf(text: string): string | Uint8Array {
  let isAscii = true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return Buffer.from(text, "utf8");
    if (code > 0x7f) isAscii = false;
  }
  return isAscii ? text : Buffer.from(text, "latin1");
}
