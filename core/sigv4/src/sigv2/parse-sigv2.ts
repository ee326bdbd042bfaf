import type { SigV2Authentication } from "../authentication.ts";
import type { Evidence } from "../evidence.ts";
import { fail } from "../signature-problem.ts";
import type { Checked } from "../signature-problem.ts";
import { parseDateHeader } from "../timestamp.ts";

/**
 * Reads `AWS AKID:signature`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#ConstructingTheAuthenticationHeader
 */
export function parseSigV2Header(authorization: string, { headers }: Evidence): Checked<SigV2Authentication> {
  const text = authorization.slice("AWS ".length).trim();
  const colon = text.lastIndexOf(":");
  if (colon <= 0 || colon === text.length - 1 || text.length > 512) return fail({ kind: "sigv2-malformed" });
  const date =
    headers.get("x-amz-date")?.[0] ??
    (headers.get("date")?.length === 1 ? headers.get("date")?.[0] : undefined);
  if (date === undefined) return fail({ kind: "missing-date" });
  const signedAtMs = parseDateHeader(date);
  if (signedAtMs === undefined) return fail({ kind: "bad-date", date: date.slice(0, 64), place: "header" });
  return {
    ok: true,
    value: {
      kind: "sigv2",
      place: "header",
      accessKeyId: text.slice(0, colon),
      signature: text.slice(colon + 1),
      signedAtMs,
      ...common(headers, undefined),
    },
  };
}

/**
 * Reads `AWSAccessKeyId`, `Signature` and `Expires`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#RESTAuthenticationQueryStringAuth
 */
export function parseSigV2Query({ headers, parameters }: Evidence): Checked<SigV2Authentication> {
  const accessKeyId = parameters.get("awsaccesskeyid");
  const signature = parameters.get("signature");
  const expires = parameters.get("expires");
  if (!accessKeyId || !signature || !expires || accessKeyId.length > 512)
    return fail({ kind: "sigv2-malformed" });
  if (!/^\d{1,12}$/.test(expires)) return fail({ kind: "sigv2-bad-expires", expires: expires.slice(0, 32) });
  return {
    ok: true,
    value: {
      kind: "sigv2",
      place: "query",
      accessKeyId,
      signature,
      expires,
      expiresAtMs: Number(expires) * 1000,
      ...common(headers, parameters),
    },
  };
}

function common(
  headers: Evidence["headers"],
  parameters: Evidence["parameters"] | undefined,
): Pick<SigV2Authentication, "sessionToken" | "contentSha256"> {
  const sessionToken = headers.get("x-amz-security-token")?.[0] ?? parameters?.get("x-amz-security-token");
  const contentSha256 = headers.get("x-amz-content-sha256")?.[0] ?? parameters?.get("x-amz-content-sha256");
  return {
    ...(sessionToken !== undefined && { sessionToken }),
    ...(contentSha256 !== undefined && { contentSha256 }),
  };
}
