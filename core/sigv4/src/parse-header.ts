import type { SigV4Authentication } from "./authentication.ts";
import type { Evidence } from "./evidence.ts";
import { parseCredential, parseSignedHeaders } from "./parse-credential.ts";
import { fail } from "./signature-problem.ts";
import type { Checked, MissingPart } from "./signature-problem.ts";
import { algorithm as sigv4Algorithm } from "./signing-rules.ts";
import { formatAmzDate, parseAmzDate, parseDateHeader } from "./timestamp.ts";

/**
 * Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`. The parts may come in any order; blanks around
 * the commas do not matter.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
 */
export function parseAuthorizationHeader(
  authorization: string,
  { headers }: Evidence,
): Checked<SigV4Authentication> {
  const blank = authorization.indexOf(" ");
  const scheme = blank < 0 ? authorization : authorization.slice(0, blank);
  if (scheme !== sigv4Algorithm && scheme.startsWith("AWS4-"))
    return fail({ kind: "unsupported-algorithm", algorithm: scheme, place: "header" });
  // Basic, Bearer and the like: AWS reads them as its own header with everything missing.
  const parts =
    scheme === sigv4Algorithm ? keyValues(authorization, blank) : { ok: true as const, value: noParts };
  if (!parts.ok) return parts;
  const { Credential, SignedHeaders, Signature } = parts.value;
  const date = dateOf(headers);
  if (!Credential || !Signature || !SignedHeaders || date === undefined) {
    const missing: MissingPart[] = [];
    if (!Credential) missing.push("Credential");
    if (!Signature) missing.push("Signature");
    if (!SignedHeaders) missing.push("SignedHeaders");
    if (date === undefined) missing.push("Date");
    return missing.length === 1 && date === undefined
      ? fail({ kind: "missing-date" })
      : fail({ kind: "incomplete", missing, authorization });
  }
  const credential = parseCredential(Credential, "header");
  if (!credential.ok) return credential;
  const signedHeaders = parseSignedHeaders(SignedHeaders);
  if (!signedHeaders) return fail({ kind: "incomplete", missing: ["SignedHeaders"], authorization });
  const signedAtMs = date.isAmz ? parseAmzDate(date.text) : parseDateHeader(date.text);
  if (signedAtMs === undefined)
    return fail({ kind: "bad-date", date: date.text.slice(0, 64), place: "header" });
  const sessionToken = headers.get("x-amz-security-token")?.[0];
  const contentSha256 = headers.get("x-amz-content-sha256")?.[0];
  return {
    ok: true,
    value: {
      kind: "sigv4",
      place: "header",
      ...credential.value,
      signedHeaders,
      signature: Signature,
      amzDate: date.isAmz ? date.text : formatAmzDate(signedAtMs),
      signedAtMs,
      ...(sessionToken !== undefined && { sessionToken }),
      ...(contentSha256 !== undefined && { contentSha256 }),
    },
  };
}

interface HeaderParts {
  Credential?: string;
  SignedHeaders?: string;
  Signature?: string;
}

const noParts: HeaderParts = {};

function keyValues(authorization: string, blank: number): Checked<HeaderParts> {
  if (blank < 0) return { ok: true, value: noParts };
  const found: HeaderParts = {};
  for (const raw of authorization.slice(blank + 1).split(",", 16)) {
    const part = raw.trim();
    if (part === "") continue;
    const equals = part.indexOf("=");
    if (equals < 0) return fail({ kind: "malformed-authorization", part, authorization });
    const name = part.slice(0, equals);
    if (name !== "Credential" && name !== "SignedHeaders" && name !== "Signature") continue;
    if (found[name] !== undefined) return fail({ kind: "ambiguous", what: name });
    found[name] = part.slice(equals + 1);
  }
  return { ok: true, value: found };
}

/**
 * `x-amz-date` before `date`.
 * @see https://docs.aws.amazon.com/general/latest/gr/sigv4-date-handling.html
 */
function dateOf(headers: Evidence["headers"]): { text: string; isAmz: boolean } | undefined {
  const amz = headers.get("x-amz-date")?.[0];
  if (amz !== undefined) return { text: amz, isAmz: true };
  const date = headers.get("date");
  // Two Date headers are two opinions of when this was signed.
  return date?.length === 1 && date[0] !== undefined ? { text: date[0], isAmz: false } : undefined;
}
