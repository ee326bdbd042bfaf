import { hash } from "node:crypto";
import { bytesOf } from "./request-head.ts";
import { algorithm } from "./signing-rules.ts";
import { uriEncode, uriNormalize } from "./uri-encode.ts";

/**
 * The canonical request of Signature Version 4.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
export interface CanonicalParts {
  method: string;
  path: string;
  query: string;
  /** Lower case and sorted. */
  signedHeaders: readonly string[];
  /** Canonical value by lower-case name, at least for every signed header. */
  headers: ReadonlyMap<string, string>;
  payloadHash: string;
}

export function canonicalRequest(parts: CanonicalParts): string {
  const { signedHeaders, headers } = parts;
  let block = "";
  for (const name of signedHeaders) block += `${name}:${headers.get(name) ?? ""}\n`;
  return `${parts.method}\n${parts.path}\n${parts.query}\n${block}\n${signedHeaders.join(";")}\n${parts.payloadHash}`;
}

/**
 * What is signed in the end.
 *
 * @param scope  `YYYYMMDD/region/service/aws4_request`
 */
export function stringToSign(amzDate: string, scope: string, canonical: string): string {
  return `${algorithm}\n${amzDate}\n${scope}\n${sha256Hex(canonical)}`;
}

/** Hex SHA-256 of a text's bytes. */
export const sha256Hex = (text: string): string => hash("sha256", bytesOf(text), "hex");

/** Hex SHA-256 of no bytes. */
export const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Without dot segments and doubled slashes, encoded once more than it was sent: every service but S3. */
export function normalizedPath(path: string): string {
  // The usual path of a query service, and the only one that Vault's `//` may become.
  if (path === "/" || path === "") return "/";
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(segment);
  }
  if (segments.length === 0) return "/";
  return uriEncode(`/${segments.join("/")}${path.endsWith("/") ? "/" : ""}`, true);
}

/** As it was sent, in the one strict spelling: S3. The path must be well-formed. */
export const pathAsSent = (path: string): string => (path === "" ? "/" : uriNormalize(path, true));

/**
 * Parameters in strict spelling, sorted by name and then by value. `+` is a plus sign, as AWS has it, not a blank.
 *
 * @param query  raw and well-formed, without the question mark
 * @param leftOut  lower-case name that does not count, in whatever case it stands: the signature itself
 */
export function canonicalQuery(query: string, leftOut?: string): string {
  if (query === "") return "";
  const pairs: { name: string; value: string }[] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = uriNormalize(equals < 0 ? part : part.slice(0, equals));
    if (leftOut !== undefined && name.length === leftOut.length && name.toLowerCase() === leftOut) continue;
    pairs.push({ name, value: equals < 0 ? "" : uriNormalize(part.slice(equals + 1)) });
  }
  if (pairs.length > 1) pairs.sort(byNameThenValue);
  let out = "";
  for (const { name, value } of pairs) out += out === "" ? `${name}=${value}` : `&${name}=${value}`;
  return out;
}

type Pair = { name: string; value: string };

// By code point of the encoded text, never by locale.
function byNameThenValue(a: Pair, b: Pair): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.value === b.value ? 0 : a.value < b.value ? -1 : 1;
}

/** A header value trimmed, with every run of blanks inside it folded to one. Quotes change nothing. */
export function canonicalHeaderValue(value: string): string {
  let needsWork = false;
  let previousBlank = true;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    const blank = code === 0x20 || (code >= 0x09 && code <= 0x0d);
    if (blank && (previousBlank || code !== 0x20)) {
      needsWork = true;
      break;
    }
    previousBlank = blank;
  }
  if (!needsWork && !(previousBlank && value.length > 0)) return value;
  return value.replace(/[ \t\n\v\f\r]+/g, " ").replace(/^ | $/g, "");
}

/**
 * Canonical values by lower-case name; values of a name that stands more than once are joined by commas, in order.
 *
 * @param names  in lower case: others are left out
 */
export function canonicalHeaders(
  headers: readonly (readonly [string, string])[],
  names?: readonly string[],
): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (names?.includes(key) === false) continue;
    const before = values.get(key);
    const canonical = canonicalHeaderValue(value);
    values.set(key, before === undefined ? canonical : `${before},${canonical}`);
  }
  return values;
}
