const hexDigits = "0123456789ABCDEF";

/** RFC 3986 section 2.3: the bytes that stand for themselves. 1 = unreserved. */
const unreserved: Readonly<Uint8Array> = (() => {
  const table = new Uint8Array(256);
  for (const c of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    table[c.charCodeAt(0)] = 1;
  return table;
})();

const slash = 0x2f;
const percent = 0x25;

const encodeByte = (byte: number): string => `%${hexDigits[byte >> 4]}${hexDigits[byte & 15]}`;

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** The byte that `%XX` at `index` stands for, or -1 when it is not well-formed. */
function escapedByte(text: string, index: number): number {
  if (index + 2 >= text.length) return -1;
  const high = hexValue(text.charCodeAt(index + 1));
  const low = hexValue(text.charCodeAt(index + 2));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** One character per byte, so that every character is below 256. */
function byteString(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff) return Buffer.from(text, "utf8").toString("latin1");
  }
  return text;
}

/** Whether every `%` begins two hexadecimal digits. */
export function isWellFormedEncoding(text: string): boolean {
  for (let i = text.indexOf("%"); i >= 0; i = text.indexOf("%", i + 1)) {
    if (escapedByte(text, i) < 0) return false;
  }
  return true;
}

/**
 * `UriEncode` of the documentation: every byte except the unreserved ones becomes `%XX` in capitals.
 *
 * @param keepSlash  leaves `/` as it is, for paths
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function uriEncode(text: string, keepSlash = false): string {
  const bytes = byteString(text);
  let out = "";
  let from = 0;
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes.charCodeAt(i);
    if (unreserved[code] === 1 || (keepSlash && code === slash)) continue;
    out += bytes.slice(from, i) + encodeByte(code);
    from = i + 1;
  }
  return from === 0 ? bytes : out + bytes.slice(from);
}

/**
 * Decodes and encodes again in one step, so that all spellings of one text become one: `%7e` and `~` are `~`,
 * `%2f` is `%2F`, a raw `+` is `%2B`. The text must be well-formed (`isWellFormedEncoding`).
 */
export function uriNormalize(text: string, keepSlash = false): string {
  const bytes = byteString(text);
  let out = "";
  let from = 0;
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes.charCodeAt(i);
    if (unreserved[code] === 1 || (keepSlash && code === slash)) continue;
    if (code === percent) {
      const byte = escapedByte(bytes, i);
      out += bytes.slice(from, i) + (unreserved[byte] === 1 ? String.fromCharCode(byte) : encodeByte(byte));
      i += 2;
    } else {
      out += bytes.slice(from, i) + encodeByte(code);
    }
    from = i + 1;
  }
  return from === 0 ? bytes : out + bytes.slice(from);
}

/** Decodes `%XX` to one character per byte; `+` stays. The text must be well-formed. */
export function uriDecode(text: string): string {
  if (!text.includes("%")) return text;
  let out = "";
  let from = 0;
  for (let i = text.indexOf("%"); i >= 0; i = text.indexOf("%", i + 1)) {
    out += text.slice(from, i) + String.fromCharCode(escapedByte(text, i));
    from = i + 3;
    i += 2;
  }
  return out + text.slice(from);
}
