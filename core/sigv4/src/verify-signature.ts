import type { SigV2Authentication, SigV4Authentication } from "./authentication.ts";
import {
  canonicalHeaders,
  canonicalQuery,
  canonicalRequest,
  normalizedPath,
  pathAsSent,
  stringToSign,
} from "./canonical-request.ts";
import { hmacHex, sameText } from "./hmac.ts";
import { parsePayloadMode } from "./payload-mode.ts";
import type { PayloadMode } from "./payload-mode.ts";
import type { HttpRequestHead } from "./request-head.ts";
import { fail } from "./signature-problem.ts";
import type { Checked, SignatureProblem } from "./signature-problem.ts";
import { signingKey } from "./signing-key.ts";
import { signingRules, terminator } from "./signing-rules.ts";
import type { SigningRules } from "./signing-rules.ts";
import { verifySigV2 } from "./sigv2/verify-sigv2.ts";
import { isScopeDate } from "./timestamp.ts";
import type { Verified, VerifyOptions } from "./verified-signature.ts";

/**
 * Whether the request was signed with this secret, now, for this service, as it was received.
 *
 * Everything is checked against what `SignedHeaders` lists and the Host as received; the region is the signer's choice.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySignature(
  head: HttpRequestHead,
  authentication: SigV4Authentication | SigV2Authentication,
  options: VerifyOptions,
): Verified {
  return authentication.kind === "sigv2"
    ? verifySigV2(head, authentication, options)
    : verifySigV4(head, authentication, options);
}

function verifySigV4(head: HttpRequestHead, auth: SigV4Authentication, options: VerifyOptions): Verified {
  const rules = signingRules[options.family];
  const scopeProblem = checkScope(auth, options.signingNames) ?? checkTime(auth, rules, options.nowMs);
  if (scopeProblem !== undefined) return fail(scopeProblem);
  const headers = canonicalHeaders(head.headers, auth.signedHeaders);
  const headerProblem = checkSignedHeaders(head, auth, headers, rules);
  if (headerProblem !== undefined) return fail(headerProblem);
  const payload = payloadOf(auth, rules, options.bodySha256);
  if (!payload.ok) return payload;

  const scope = `${auth.date}/${auth.region}/${auth.service}/${terminator}`;
  const cached = options.keyCache?.get(options.secret, scope);
  const key = cached ?? signingKey(options.secret, auth.date, auth.region, auth.service);
  const parts = {
    method: head.method,
    query: canonicalQuery(head.query, auth.place === "query" ? "x-amz-signature" : undefined),
    signedHeaders: auth.signedHeaders,
    headers,
    payloadHash: payload.value.hash,
  };
  let mismatch: SignatureProblem | undefined;
  for (const path of canonicalPaths(head.path, rules)) {
    const canonical = canonicalRequest({ ...parts, path });
    const text = stringToSign(auth.amzDate, scope, canonical);
    if (sameText(hmacHex(key, text), auth.signature)) {
      // Only now: whoever has no secret could otherwise push out the keys of those who have.
      if (cached === undefined) options.keyCache?.set(options.secret, scope, key);
      return finish(auth, rules, payload.value, options.bodySha256, { signingKey: key, scope });
    }
    mismatch ??= {
      kind: "mismatch",
      canonicalRequest: canonical,
      stringToSign: text,
      signature: auth.signature,
    };
  }
  return fail(mismatch ?? { kind: "missing-authentication" });
}

/**
 * S3 clients that leave `!` or `(` bare in the request differ on whether they sign them bare. Both spell the same key,
 * so either is taken.
 */
function canonicalPaths(path: string, rules: SigningRules): string[] {
  if (rules.canonicalPath === "normalized") return [normalizedPath(path)];
  const strict = pathAsSent(path);
  return strict === path || !isPrintable(path) ? [strict] : [strict, path];
}

/** Lines of the canonical request are told apart by line breaks alone, so none may come in with the path. */
function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f) return false;
  }
  return text !== "";
}

function checkScope(
  auth: SigV4Authentication,
  signingNames: readonly string[],
): SignatureProblem | undefined {
  const { date, amzDate, service, place } = auth;
  if (auth.terminator !== terminator) return { kind: "bad-terminator", terminator: auth.terminator, place };
  if (!isScopeDate(date)) return { kind: "bad-scope-date", scopeDate: date, place };
  if (!amzDate.startsWith(date)) return { kind: "scope-date-mismatch", scopeDate: date, amzDate, place };
  if (!signingNames.includes(service))
    return { kind: "wrong-service", service, expected: signingNames, place };
  return undefined;
}

const minuteMs = 60_000;

function checkTime(
  auth: SigV4Authentication,
  rules: SigningRules,
  nowMs: number,
): SignatureProblem | undefined {
  const { amzDate, signedAtMs } = auth;
  const presigned = auth.place === "query";
  const windowMs = rules.clockWindowMinutes * minuteMs;
  if (signedAtMs > nowMs + windowMs)
    return { kind: "not-yet-valid", amzDate, windowMinutes: rules.clockWindowMinutes, presigned };
  const lifeMs = presigned ? presignedLifeMs(auth, rules) : windowMs;
  if (signedAtMs + lifeMs >= nowMs) return undefined;
  return {
    kind: "expired",
    amzDate,
    windowMinutes: lifeMs / minuteMs,
    presigned,
    expiresAtMs: signedAtMs + lifeMs,
  };
}

const presignedLifeMs = (auth: SigV4Authentication, rules: SigningRules): number =>
  auth.expiresSeconds === undefined ? rules.presignedMinutes * minuteMs : auth.expiresSeconds * 1000;

function checkSignedHeaders(
  head: HttpRequestHead,
  auth: SigV4Authentication,
  headers: ReadonlyMap<string, string>,
  rules: SigningRules,
): SignatureProblem | undefined {
  const { signedHeaders } = auth;
  // Without the host a signed request could be replayed against any other one.
  if (!signedHeaders.includes("host")) return { kind: "host-not-signed" };
  for (const name of signedHeaders)
    if (!headers.has(name)) return { kind: "missing-signed-header", header: name };
  const unsigned = new Set<string>();
  for (const [spelling] of head.headers) {
    const name = spelling.toLowerCase();
    if (rules.mustBeSigned(name) && !signedHeaders.includes(name)) unsigned.add(name);
  }
  return unsigned.size === 0 ? undefined : { kind: "unsigned-headers", headers: [...unsigned] };
}

interface Payload {
  /** Last line of the canonical request. */
  hash: string;
  mode: PayloadMode;
}

function payloadOf(
  auth: SigV4Authentication,
  rules: SigningRules,
  bodySha256: string | undefined,
): Checked<Payload> {
  if (rules.payloadHash === "body") {
    if (bodySha256 === undefined) throw new TypeError("this family signs the body, so bodySha256 is needed");
    return { ok: true, value: { hash: bodySha256, mode: { kind: "verified", sha256: bodySha256 } } };
  }
  const declared = auth.contentSha256;
  if (declared === undefined) {
    if (auth.place === "header") return fail({ kind: "missing-content-sha256" });
    return { ok: true, value: { hash: "UNSIGNED-PAYLOAD", mode: { kind: "unsigned" } } };
  }
  const mode = parsePayloadMode(declared);
  return mode.ok ? { ok: true, value: { hash: declared, mode: mode.value } } : mode;
}

/** After the signature: a declared body hash, which is signed, must be the body's. */
function finish(
  auth: SigV4Authentication,
  rules: SigningRules,
  payload: Payload,
  bodySha256: string | undefined,
  key: { signingKey: Uint8Array; scope: string },
): Verified {
  let mode = payload.mode;
  if (mode.kind === "sha256" && bodySha256 !== undefined) {
    if (mode.sha256 !== bodySha256)
      return fail({ kind: "payload-mismatch", declaredSha256: mode.sha256, actualSha256: bodySha256 });
    mode = { kind: "verified", sha256: bodySha256 };
  }
  const declared = auth.contentSha256;
  if (rules.payloadHash === "body" && declared !== undefined && declared.toLowerCase() !== payload.hash)
    return fail({
      kind: "payload-mismatch",
      declaredSha256: declared.slice(0, 128),
      actualSha256: payload.hash,
    });
  return {
    ok: true,
    verified: {
      version: "sigv4",
      place: auth.place,
      accessKeyId: auth.accessKeyId,
      region: auth.region,
      service: auth.service,
      signedAtMs: auth.signedAtMs,
      expiresAtMs: auth.place === "query" ? auth.signedAtMs + presignedLifeMs(auth, rules) : undefined,
      signedHeaders: auth.signedHeaders,
      sessionToken: auth.sessionToken,
      contentSha256: auth.contentSha256,
      payload: mode,
      chunkSigning: { ...key, seedSignature: auth.signature, amzDate: auth.amzDate },
    },
  };
}
