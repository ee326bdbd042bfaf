import type { ParsedAuthentication } from "./authentication.ts";
import type { Evidence } from "./evidence.ts";
import { parseAuthorizationHeader } from "./parse-header.ts";
import { parsePresignedQuery } from "./parse-query.ts";
import { parseSigV2Header, parseSigV2Query } from "./sigv2/parse-sigv2.ts";
import type { HttpRequestHead } from "./request-head.ts";
import { fail } from "./signature-problem.ts";
import type { Checked } from "./signature-problem.ts";
import type { SigningFamily } from "./signing-rules.ts";
import { signingRules } from "./signing-rules.ts";
import { isWellFormedEncoding, uriDecode } from "./uri-encode.ts";

export interface ParseOptions {
  family: SigningFamily;
}

/** More query parameters than any AWS operation takes; a longer query is not worth sorting. */
const maxParameters = 5000;

/**
 * Reads who claims to have signed a request, without a secret. A request is anonymous only if it carries no trace of
 * a signature: what is there but not understood is a problem.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function parseAuthentication(
  head: HttpRequestHead,
  options: ParseOptions,
): Checked<ParsedAuthentication> {
  if (!isWellFormedEncoding(head.path)) return fail({ kind: "malformed-encoding", where: "path" });
  if (!isWellFormedEncoding(head.query)) return fail({ kind: "malformed-encoding", where: "query" });
  if (!isMethod(head.method)) return fail({ kind: "malformed-encoding", where: "method" });
  const headers = authenticationHeaders(head);
  for (const name of singleHeaders) {
    const values = headers.get(name);
    // To pick one would be to verify what another reader, behind us, may not see.
    if (values !== undefined && values.length > 1) return fail({ kind: "ambiguous", what: name });
  }
  const parsed = authenticationParameters(head.query, options.family);
  if (!parsed.ok) return parsed;
  const parameters = parsed.value;
  const authorization = headers.get("authorization")?.[0];
  const rules = signingRules[options.family];

  const inQuery = presignNames.some((name) => parameters.has(name));
  const inQueryV2 = rules.allowsSigV2 && sigV2Names.some((name) => parameters.has(name));
  if (Number(authorization !== undefined) + Number(inQuery) + Number(inQueryV2) > 1)
    return fail({ kind: "ambiguous", what: "authorization" });
  if (parameters.has("x-amz-security-token") && headers.has("x-amz-security-token") && (inQuery || inQueryV2))
    return fail({ kind: "ambiguous", what: "x-amz-security-token" });

  const evidence: Evidence = { headers, parameters, rules };
  if (inQuery) return parsePresignedQuery(evidence);
  if (inQueryV2) return parseSigV2Query(evidence);
  if (authorization === undefined) return { ok: true, value: { kind: "anonymous" } };
  if (rules.allowsSigV2 && authorization.startsWith("AWS ")) return parseSigV2Header(authorization, evidence);
  return parseAuthorizationHeader(authorization, evidence);
}

const readHeaders = new Set([
  "authorization",
  "x-amz-date",
  "date",
  "x-amz-security-token",
  "x-amz-content-sha256",
  "host",
]);
const singleHeaders = ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "host"];
const presignNames = ["x-amz-signature", "x-amz-algorithm", "x-amz-credential"];
const sigV2Names = ["awsaccesskeyid", "signature"];
const readParameters = new Set([
  ...presignNames,
  "x-amz-date",
  "x-amz-signedheaders",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-content-sha256",
]);
const readSigV2Parameters = new Set([...sigV2Names, "expires"]);

function authenticationHeaders(head: HttpRequestHead): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of head.headers) {
    const key = name.toLowerCase();
    if (!readHeaders.has(key)) continue;
    const values = found.get(key);
    if (values === undefined) found.set(key, [value.trim()]);
    else values.push(value.trim());
  }
  return found;
}

/**
 * Names are compared without regard to case, so that no spelling of a signature can pass for a request that has none;
 * for the same reason a parameter that stands twice, in any spelling, is ambiguous.
 */
function authenticationParameters(query: string, family: SigningFamily): Checked<Map<string, string>> {
  const found = new Map<string, string>();
  if (query === "") return { ok: true, value: found };
  const isS3 = signingRules[family].allowsSigV2;
  const parts = query.split("&");
  if (parts.length > maxParameters) return fail({ kind: "malformed-encoding", where: "query" });
  for (const part of parts) {
    const equals = part.indexOf("=");
    const name = uriDecode(equals < 0 ? part : part.slice(0, equals)).toLowerCase();
    if (!readParameters.has(name) && !(isS3 && readSigV2Parameters.has(name))) continue;
    if (found.has(name)) return fail({ kind: "ambiguous", what: name });
    found.set(name, equals < 0 ? "" : uriDecode(part.slice(equals + 1)));
  }
  return { ok: true, value: found };
}

/** The method is the one part of a canonical request that is never encoded. */
function isMethod(method: string): boolean {
  for (let i = 0; i < method.length; i++) {
    const letter = method.charCodeAt(i) | 0x20;
    if ((letter < 0x61 || letter > 0x7a) && method[i] !== "-") return false;
  }
  return method !== "" && method.length <= 32;
}
