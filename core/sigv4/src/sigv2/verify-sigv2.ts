import { createHmac } from "node:crypto";
import type { SigV2Authentication } from "../authentication.ts";
import { sameText } from "../hmac.ts";
import { parsePayloadMode } from "../payload-mode.ts";
import type { PayloadMode } from "../payload-mode.ts";
import { bytesOf, headerValues } from "../request-head.ts";
import type { HttpRequestHead } from "../request-head.ts";
import { fail } from "../signature-problem.ts";
import type { Checked, SignatureProblem } from "../signature-problem.ts";
import { signingRules } from "../signing-rules.ts";
import { formatAmzDate } from "../timestamp.ts";
import type { Verified, VerifyOptions } from "../verified-signature.ts";
import { sigV2StringToSign, uncoveredParameter } from "./string-to-sign.ts";

/**
 * Signature Version 2 as S3 still takes it: `boto3` and `aws s3 presign` make such links by default in us-east-1.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */
export function verifySigV2(
  head: HttpRequestHead,
  auth: SigV2Authentication,
  options: VerifyOptions,
): Verified {
  const rules = signingRules[options.family];
  const bucket = options.virtualHostBucket;
  if (!rules.allowsSigV2 || bucket === undefined) return fail({ kind: "sigv2-unsupported" });
  const problem = checkTime(auth, rules.clockWindowMinutes, options.nowMs);
  if (problem !== undefined) return fail(problem);
  const uncovered = uncoveredParameter(head, auth.place);
  if (uncovered !== undefined)
    return fail({ kind: "sigv2-uncovered-parameter", parameter: uncovered.slice(0, 128) });
  const payload = payloadOf(auth, options.bodySha256);
  if (!payload.ok) return payload;

  const texts = pathSpellings(head.path, bucket).map((path) =>
    sigV2StringToSign(head, dateLine(head, auth), bucket, auth.place, path),
  );
  if (!texts.some((text) => sameText(sigV2Signature(options.secret, text), auth.signature)))
    return fail({
      kind: "mismatch",
      canonicalRequest: undefined,
      stringToSign: texts[0] ?? "",
      signature: auth.signature,
    });
  if (payload.value.kind === "sha256" && options.bodySha256 !== undefined)
    return fail({
      kind: "payload-mismatch",
      declaredSha256: payload.value.sha256,
      actualSha256: options.bodySha256,
    });
  return {
    ok: true,
    verified: {
      version: "sigv2",
      place: auth.place,
      accessKeyId: auth.accessKeyId,
      region: undefined,
      service: undefined,
      signedAtMs: auth.signedAtMs,
      expiresAtMs: auth.expiresAtMs,
      signedHeaders: [],
      sessionToken: auth.sessionToken,
      contentSha256: auth.contentSha256,
      payload: payload.value,
      chunkSigning: undefined,
    },
  };
}

const sigV2Signature = (secret: string, text: string): string =>
  createHmac("sha1", secret).update(bytesOf(text)).digest("base64");

/**
 * A bucket in the path is signed with a slash behind it by boto3, which then asks for it without. Either names the
 * bucket.
 */
function pathSpellings(path: string, bucket: string | null): string[] {
  const isBucketAlone = bucket === null && path.length > 1 && path.indexOf("/", 1) < 0;
  return isBucketAlone ? [path, `${path}/`] : [path];
}

/** A date that is among the signed `x-amz-*` headers leaves its own line empty. */
function dateLine(head: HttpRequestHead, auth: SigV2Authentication): string {
  if (auth.place === "query") return auth.expires ?? "";
  return headerValues(head, "x-amz-date").length > 0 ? "" : (headerValues(head, "date")[0]?.trim() ?? "");
}

function checkTime(
  auth: SigV2Authentication,
  windowMinutes: number,
  nowMs: number,
): SignatureProblem | undefined {
  if (auth.expiresAtMs !== undefined) {
    if (nowMs <= auth.expiresAtMs) return undefined;
    return { kind: "expired", amzDate: "", windowMinutes: 0, presigned: true, expiresAtMs: auth.expiresAtMs };
  }
  const signedAtMs = auth.signedAtMs ?? 0;
  const windowMs = windowMinutes * 60_000;
  const amzDate = formatAmzDate(signedAtMs);
  if (signedAtMs > nowMs + windowMs)
    return { kind: "not-yet-valid", amzDate, windowMinutes, presigned: false };
  if (signedAtMs + windowMs < nowMs)
    return { kind: "expired", amzDate, windowMinutes, presigned: false, expiresAtMs: signedAtMs + windowMs };
  return undefined;
}

/** Version 2 does not sign the body, but a signed `x-amz-content-sha256` header still says what it must be. */
function payloadOf(auth: SigV2Authentication, bodySha256: string | undefined): Checked<PayloadMode> {
  if (auth.contentSha256 === undefined) return { ok: true, value: { kind: "unsigned" } };
  const mode = parsePayloadMode(auth.contentSha256);
  if (!mode.ok) return mode;
  // There is no key and no seed to verify signed chunks with.
  if (mode.value.kind === "chunked" && mode.value.signed) return fail({ kind: "sigv2-unsupported" });
  if (mode.value.kind === "sha256" && mode.value.sha256 === bodySha256)
    return { ok: true, value: { kind: "verified", sha256: bodySha256 } };
  return mode;
}
