import { createHash } from "node:crypto";
import { bytesOf } from "./request-head.ts";
import type { SignaturePlace, SignatureProblem } from "./signature-problem.ts";
import type { SigningFamily } from "./signing-rules.ts";
import { formatAmzDate } from "./timestamp.ts";

/** AWS's answer to a problem. `details` are further members of S3's error document. */
export interface DescribedProblem {
  code: string;
  status: number;
  message: string;
  details?: Readonly<Record<string, string>>;
}

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
  const row = sentence(problem, nowMs);
  const codes = codeTable[row.code];
  const [code, status] = family === "query" ? codes.query : codes.json;
  return { code, status, message: row.message };
}

type Row<K extends SignatureProblem["kind"]> = Extract<SignatureProblem, { kind: K }>;

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

/** Query and JSON services share their sentences. */
function sentence(problem: SignatureProblem, nowMs: number): Sentence {
  switch (problem.kind) {
    case "missing-authentication":
      return { code: "missing", message: "Request is missing Authentication Token" };
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
function incomplete(problem: Row<"incomplete">): string {
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

const credentialForm = '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"';
const oneMechanism =
  "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified";
const queryParameters =
  "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
const notSupported =
  "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
const contentSha256Values =
  "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.";

const denied = (message: string, details?: Record<string, string>): DescribedProblem => ({
  code: "AccessDenied",
  status: 403,
  message,
  ...(details !== undefined && { details }),
});

const bad = (code: string, message: string, details?: Record<string, string>): DescribedProblem => ({
  code,
  status: 400,
  message,
  ...(details !== undefined && { details }),
});

/** S3 names the place in the code and, in the query string, begins the sentence otherwise. */
const malformed = (place: SignaturePlace, what: string): DescribedProblem =>
  place === "header"
    ? bad("AuthorizationHeaderMalformed", `The authorization header is malformed; ${what}`)
    : bad("AuthorizationQueryParametersError", `Error parsing the X-Amz-Credential parameter; ${what}`);

const isoSeconds = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function describeForS3(problem: SignatureProblem, nowMs: number): DescribedProblem {
  switch (problem.kind) {
    case "missing-authentication":
      return denied("Access Denied");
    case "unknown-key":
      return {
        code: "InvalidAccessKeyId",
        status: 403,
        message: "The AWS Access Key Id you provided does not exist in our records.",
      };
    case "invalid-token":
      return bad("InvalidToken", "The provided token is malformed or otherwise invalid.");
    case "expired-token":
      return bad("ExpiredToken", "The provided token has expired.");
    case "incomplete":
      return problem.authorization === undefined
        ? bad("AuthorizationQueryParametersError", queryParameters)
        : isForeignScheme(problem)
          ? bad("InvalidArgument", "Unsupported Authorization Type", { ArgumentName: "Authorization" })
          : malformed(
              "header",
              "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
            );
    case "malformed-authorization":
      return malformed(
        "header",
        "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
      );
    case "malformed-credential":
      return malformed(problem.place, `the Credential is mal-formed; expecting ${credentialForm}.`);
    case "unsupported-algorithm":
      return problem.place === "header"
        ? bad("InvalidRequest", notSupported)
        : bad("AuthorizationQueryParametersError", 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
    case "ambiguous":
      return bad("InvalidArgument", oneMechanism, { ArgumentName: "Authorization" });
    case "malformed-encoding":
      return bad("InvalidURI", "Couldn't parse the specified URI.");
    case "missing-date":
      return denied("AWS authentication requires a valid Date or x-amz-date header");
    case "bad-date":
      return problem.place === "header"
        ? denied("AWS authentication requires a valid Date or x-amz-date header")
        : bad(
            "AuthorizationQueryParametersError",
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
          );
    case "bad-scope-date":
      return malformed(
        problem.place,
        `incorrect date format "${problem.scopeDate}". This date in the credential must be in the format "yyyyMMdd".`,
      );
    case "scope-date-mismatch": {
      const what = `Invalid credential date "${problem.scopeDate}". This date is not the same as X-Amz-Date: "${problem.amzDate.slice(0, 8)}".`;
      return problem.place === "header"
        ? malformed("header", what)
        : bad("AuthorizationQueryParametersError", what);
    }
    case "wrong-service":
      return malformed(
        problem.place,
        `incorrect service "${problem.service}". This endpoint belongs to "${problem.expected[0] ?? "s3"}".`,
      );
    case "bad-terminator":
      return malformed(
        problem.place,
        `incorrect terminal "${problem.terminator}". This endpoint uses "aws4_request".`,
      );
    case "host-not-signed":
      return headersNotSigned(["host"]);
    case "unsigned-headers":
      return headersNotSigned(problem.headers);
    case "bad-expires":
      return bad("AuthorizationQueryParametersError", expiresSentences[problem.reason]);
    case "expired":
      return problem.presigned
        ? denied("Request has expired", {
            Expires: isoSeconds(problem.expiresAtMs),
            ServerTime: isoSeconds(nowMs),
          })
        : tooSkewed(problem, nowMs);
    case "not-yet-valid":
      return problem.presigned ? denied("Request is not yet valid") : tooSkewed(problem, nowMs);
    case "missing-content-sha256":
      return bad("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
    case "bad-content-sha256":
      return bad("InvalidArgument", contentSha256Values, {
        ArgumentName: "x-amz-content-sha256",
        ArgumentValue: problem.value,
      });
    case "payload-mismatch":
      return bad(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        {
          ClientComputedContentSHA256: problem.declaredSha256,
          S3ComputedContentSHA256: problem.actualSha256,
        },
      );
    case "missing-signed-header":
      return mismatchForS3({});
    case "mismatch":
      return mismatchForS3({
        StringToSign: problem.stringToSign,
        SignatureProvided: problem.signature,
        ...(problem.canonicalRequest !== undefined && { CanonicalRequest: problem.canonicalRequest }),
      });
    case "sigv2-malformed":
      return denied(
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
      );
    case "sigv2-bad-expires":
      return denied(`Invalid date (should be seconds since epoch): ${problem.expires}`);
    case "sigv2-unsupported":
      return bad("InvalidRequest", notSupported);
    case "sigv2-uncovered-parameter":
      // AWS serves such a request; see uncoveredParameter for why it is refused here.
      return bad(
        "InvalidRequest",
        `Signature Version 2 does not cover the parameter ${problem.parameter}. Please use AWS4-HMAC-SHA256.`,
      );
  }
}

const expiresSentences = {
  "not-a-number": "X-Amz-Expires should be a number",
  negative: "X-Amz-Expires must be non-negative",
  "too-long":
    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
} as const;

const headersNotSigned = (headers: readonly string[]): DescribedProblem =>
  denied("There were headers present in the request which were not signed", {
    HeadersNotSigned: headers.join(", "),
  });

const mismatchForS3 = (details: Record<string, string>): DescribedProblem => ({
  code: "SignatureDoesNotMatch",
  status: 403,
  message:
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  details,
});

const tooSkewed = (problem: Row<"expired"> | Row<"not-yet-valid">, nowMs: number): DescribedProblem => ({
  code: "RequestTimeTooSkewed",
  status: 403,
  message: "The difference between the request time and the current time is too large.",
  details: {
    RequestTime: problem.amzDate,
    ServerTime: isoSeconds(nowMs),
    MaxAllowedSkewMilliseconds: `${problem.windowMinutes * 60_000}`,
  },
});

const isForeignScheme = (problem: Row<"incomplete">): boolean =>
  problem.authorization !== undefined && !problem.authorization.startsWith("AWS4-HMAC-SHA256");
