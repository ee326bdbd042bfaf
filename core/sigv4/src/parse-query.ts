import type { SigV4Authentication } from "./authentication.ts";
import type { Evidence } from "./evidence.ts";
import { parseCredential, parseSignedHeaders } from "./parse-credential.ts";
import { fail } from "./signature-problem.ts";
import type { Checked, MissingPart } from "./signature-problem.ts";
import { maxExpiresSeconds, algorithm as sigv4Algorithm } from "./signing-rules.ts";
import { parseAmzDate } from "./timestamp.ts";

const required = [
  ["x-amz-algorithm", "X-Amz-Algorithm"],
  ["x-amz-credential", "X-Amz-Credential"],
  ["x-amz-signature", "X-Amz-Signature"],
  ["x-amz-date", "X-Amz-Date"],
  ["x-amz-signedheaders", "X-Amz-SignedHeaders"],
] as const satisfies readonly (readonly [string, MissingPart])[];

/**
 * Reads a presigned request.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function parsePresignedQuery({ headers, parameters, rules }: Evidence): Checked<SigV4Authentication> {
  const named = parameters.get("x-amz-algorithm");
  if (named !== undefined && named !== "" && named !== sigv4Algorithm)
    return fail({ kind: "unsupported-algorithm", algorithm: named.slice(0, 64), place: "query" });
  const missing: MissingPart[] = [];
  for (const [name, part] of required) if (!parameters.get(name)) missing.push(part);
  const expires = parameters.get("x-amz-expires");
  if (rules.presignedLife === "declared" && !expires) missing.push("X-Amz-Expires");
  const text = (name: (typeof required)[number][0]): string => parameters.get(name) ?? "";
  const signedHeaders = parseSignedHeaders(text("x-amz-signedheaders"));
  if (missing.length > 0 || !signedHeaders)
    return fail({
      kind: "incomplete",
      missing: missing.length > 0 ? missing : ["X-Amz-SignedHeaders"],
      authorization: undefined,
    });
  const credential = parseCredential(text("x-amz-credential"), "query");
  if (!credential.ok) return credential;
  const amzDate = text("x-amz-date");
  const signedAtMs = parseAmzDate(amzDate);
  if (signedAtMs === undefined) return fail({ kind: "bad-date", date: amzDate.slice(0, 64), place: "query" });
  const life = rules.presignedLife === "fixed" || !expires ? undefined : parseExpires(expires);
  if (life !== undefined && !life.ok) return life;
  const sessionToken = parameters.get("x-amz-security-token") ?? headers.get("x-amz-security-token")?.[0];
  const contentSha256 = headers.get("x-amz-content-sha256")?.[0] ?? parameters.get("x-amz-content-sha256");
  return {
    ok: true,
    value: {
      kind: "sigv4",
      place: "query",
      ...credential.value,
      signedHeaders,
      signature: text("x-amz-signature"),
      amzDate,
      signedAtMs,
      ...(life !== undefined && { expiresSeconds: life.value }),
      ...(sessionToken !== undefined && { sessionToken }),
      ...(contentSha256 !== undefined && { contentSha256 }),
    },
  };
}

function parseExpires(expires: string): Checked<number> {
  if (!/^-?\d{1,12}$/.test(expires))
    return fail({ kind: "bad-expires", reason: "not-a-number", expires: expires.slice(0, 32) });
  const seconds = Number(expires);
  if (seconds < 0) return fail({ kind: "bad-expires", reason: "negative", expires });
  if (seconds > maxExpiresSeconds) return fail({ kind: "bad-expires", reason: "too-long", expires });
  return { ok: true, value: seconds };
}
