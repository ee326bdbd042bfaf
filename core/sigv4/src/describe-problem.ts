import { createHash } from "node:crypto";
import { describeForS3 } from "./describe-for-s3.ts";
import type { DescribedProblem } from "./described-problem.ts";
import { bytesOf } from "./request-head.ts";
import type { SignatureProblem } from "./signature-problem.ts";
import type { SigningFamily } from "./signing-rules.ts";
import { formatAmzDate } from "./timestamp.ts";

/**
 * The error that a service of this family answers with, in AWS's words.
 *
 * Sources: IAM UserGuide reference_sigv-troubleshooting.html; S3 API ErrorResponses.html; texts that public logs and
 * issues quote from the live services. Rows marked `Not observed` are worded after their neighbours.
 *
 * @param nowMs  the time the request was verified at; some sentences name it
 */
export function describeProblem(
  problem: SignatureProblem,
  family: SigningFamily,
  nowMs: number,
): DescribedProblem {
  if (family === "s3") return describeForS3(problem, nowMs);
  const row = sentence(problem, family, nowMs);
  const codes = codeTable[row.code];
  const [code, status] = family === "query" ? codes.query : codes.json;
  return { code, status, message: row.message };
}

/** One situation, two spellings: error code and status of the query and the JSON services. */
const codeTable = {
  missing: { query: ["MissingAuthenticationToken", 403], json: ["MissingAuthenticationTokenException", 400] },
  token: { query: ["InvalidClientTokenId", 403], json: ["UnrecognizedClientException", 400] },
  expired: { query: ["ExpiredToken", 403], json: ["ExpiredTokenException", 400] },
  incomplete: { query: ["IncompleteSignature", 400], json: ["IncompleteSignatureException", 400] },
  mismatch: { query: ["SignatureDoesNotMatch", 403], json: ["InvalidSignatureException", 400] },
  malformed: { query: ["MalformedQueryString", 400], json: ["SerializationException", 400] },
} as const satisfies Record<string, { query: [string, number]; json: [string, number] }>;

type Sentence = { code: keyof typeof codeTable; message: string };

const doesNotMatch =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/** Query and JSON services share nearly all their sentences. */
function sentence(problem: SignatureProblem, family: SigningFamily, nowMs: number): Sentence {
  switch (problem.kind) {
    case "missing-authentication":
      return {
        code: "missing",
        message:
          family === "json" ? "Missing Authentication Token" : "Request is missing Authentication Token",
      };
    case "unknown-key":
    case "invalid-token":
      return { code: "token", message: "The security token included in the request is invalid." };
    case "expired-token":
      return { code: "expired", message: "The security token included in the request is expired" };
    case "incomplete":
      return { code: "incomplete", message: incomplete(problem) };
    case "missing-date":
      return {
        code: "incomplete",
        message: "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      };
    case "malformed-authorization":
      return {
        code: "incomplete",
        message: `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${base64Sha256(problem.authorization)}'.`,
      };
    case "malformed-credential":
      return {
        code: "incomplete",
        message: `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${problem.credential}'`,
      };
    case "unsupported-algorithm":
      return { code: "incomplete", message: `Unsupported AWS 'algorithm': '${problem.algorithm}'.` };
    case "ambiguous":
      // Not observed: the services differ on which of two they read, so neither is read here.
      return { code: "incomplete", message: `Request must not carry more than one '${problem.what}'.` };
    case "bad-date":
      return {
        code: "incomplete",
        message: `Date must be in ISO-8601 'basic format'. Got '${problem.date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      };
    case "host-not-signed":
      return {
        code: "incomplete",
        message: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
      };
    case "unsigned-headers":
      // Not observed.
      return {
        code: "incomplete",
        message: problem.headers
          .map((h) => `'${h}' must be a 'SignedHeader' in the AWS Authorization.`)
          .join(" "),
      };
    case "bad-expires":
      // Not observed.
      return {
        code: "incomplete",
        message: `X-Amz-Expires must be between 0 and 604800 seconds, got '${problem.expires}'.`,
      };
    case "bad-terminator":
      return {
        code: "mismatch",
        message: `Credential should be scoped with a valid terminator: 'aws4_request', not '${problem.terminator}'.`,
      };
    case "bad-scope-date":
    case "scope-date-mismatch": {
      const amzDate = problem.kind === "scope-date-mismatch" ? problem.amzDate : "";
      return {
        code: "mismatch",
        message: `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${problem.scopeDate}' != '${amzDate.slice(0, 8)}', from '${amzDate}'.`,
      };
    }
    case "wrong-service":
      return {
        code: "mismatch",
        message: `Credential should be scoped to correct service: '${problem.expected[0] ?? ""}'. `,
      };
    case "expired": {
      const { amzDate, windowMinutes } = problem;
      const bound = formatAmzDate(nowMs - windowMinutes * 60_000);
      return {
        code: "mismatch",
        message: `Signature expired: ${amzDate} is now earlier than ${bound} (${formatAmzDate(nowMs)} - ${windowMinutes} min.)`,
      };
    }
    case "not-yet-valid": {
      const { amzDate, windowMinutes } = problem;
      const bound = formatAmzDate(nowMs + windowMinutes * 60_000);
      return {
        code: "mismatch",
        message: `Signature not yet current: ${amzDate} is still later than ${bound} (${formatAmzDate(nowMs)} + ${windowMinutes} min.)`,
      };
    }
    case "malformed-encoding":
      // Not observed.
      return {
        code: "malformed",
        message: `The ${problem.where} of the request is not well-formed.`,
      };
    case "mismatch":
    case "missing-signed-header":
    case "payload-mismatch":
    case "bad-content-sha256":
    case "missing-content-sha256":
    case "sigv2-malformed":
    case "sigv2-unsupported":
    case "sigv2-bad-expires":
    case "sigv2-uncovered-parameter":
      return { code: "mismatch", message: doesNotMatch };
  }
}

/**
 * Every part that is missing has its sentence. The header itself is named by its hash, as the live services do since
 * they stopped repeating it: it may hold a bearer token, and messages are kept in the audit log.
 */
function incomplete(problem: Extract<SignatureProblem, { kind: "incomplete" }>): string {
  if (problem.authorization === undefined) {
    return `${problem.missing.map((part) => `AWS query-string parameters must include '${part}'.`).join(" ")} Re-examine the query-string parameters.`;
  }
  const sentences = problem.missing.map((part) =>
    part === "Date"
      ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
      : `Authorization header requires '${part}' parameter.`,
  );
  return `${sentences.join(" ")} (Hashed with SHA-256 and encoded with Base64) Authorization=${base64Sha256(problem.authorization)}`;
}

const base64Sha256 = (text: string): string => createHash("sha256").update(bytesOf(text)).digest("base64");
