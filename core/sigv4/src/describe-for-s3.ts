import { s3Error } from "./described-problem.ts";
import type { DescribedProblem } from "./described-problem.ts";
import type { SignaturePlace, SignatureProblem } from "./signature-problem.ts";

type Row<K extends SignatureProblem["kind"]> = Extract<SignatureProblem, { kind: K }>;

const credentialForm = '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"';
const oneMechanism =
  "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified";
const queryParameters =
  "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
const notSupported =
  "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
const contentSha256Values =
  "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.";

const denied = (message: string, details?: Record<string, string>): DescribedProblem =>
  s3Error("AccessDenied", 403, message, details);

const bad = (code: string, message: string, details?: Record<string, string>): DescribedProblem =>
  s3Error(code, 400, message, details);

/** S3 names the place in the code and, in the query string, begins the sentence otherwise. */
const malformed = (place: SignaturePlace, what: string): DescribedProblem =>
  place === "header"
    ? bad("AuthorizationHeaderMalformed", `The authorization header is malformed; ${what}`)
    : bad("AuthorizationQueryParametersError", `Error parsing the X-Amz-Credential parameter; ${what}`);

const isoSeconds = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function describeForS3(problem: SignatureProblem, nowMs: number): DescribedProblem {
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
