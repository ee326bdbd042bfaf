import { deepEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import { describeProblem } from "./describe-problem.ts";
import type { SignatureProblem } from "./signature-problem.ts";
import type { SigningFamily } from "./signing-rules.ts";

const nowMs = Date.UTC(2015, 7, 30, 12, 36);

type Answer = [code: string, status: number, message: string];

/** error-sentences section 9: what this package does not find itself. The other rows are vectors. */
const table: [SignatureProblem, Record<SigningFamily, Answer>][] = [
  [
    { kind: "missing-authentication" },
    {
      query: ["MissingAuthenticationToken", 403, "Request is missing Authentication Token"],
      s3: ["AccessDenied", 403, "Access Denied"],
      json: ["MissingAuthenticationTokenException", 400, "Missing Authentication Token"],
    },
  ],
  [
    { kind: "unknown-key" },
    {
      query: ["InvalidClientTokenId", 403, "The security token included in the request is invalid."],
      s3: ["InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."],
      json: ["UnrecognizedClientException", 400, "The security token included in the request is invalid."],
    },
  ],
  [
    { kind: "invalid-token" },
    {
      query: ["InvalidClientTokenId", 403, "The security token included in the request is invalid."],
      s3: ["InvalidToken", 400, "The provided token is malformed or otherwise invalid."],
      json: ["UnrecognizedClientException", 400, "The security token included in the request is invalid."],
    },
  ],
  [
    { kind: "expired-token" },
    {
      query: ["ExpiredToken", 403, "The security token included in the request is expired"],
      s3: ["ExpiredToken", 400, "The provided token has expired."],
      json: ["ExpiredTokenException", 400, "The security token included in the request is expired"],
    },
  ],
];

test("credential problems in the words of each family", () => {
  for (const [problem, answers] of table) {
    for (const family of ["query", "s3", "json"] as const) {
      const { code, status, message } = describeProblem(problem, family, nowMs);
      deepEqual([code, status, message], answers[family]);
    }
  }
});

test("a bearer token is in no message", () => {
  const authorization = "Bearer swordfish";
  for (const family of ["query", "s3", "json"] as const) {
    for (const kind of ["incomplete", "malformed-authorization"] as const) {
      const problem: SignatureProblem =
        kind === "incomplete"
          ? { kind, missing: ["Credential"], authorization }
          : { kind, part: "swordfish", authorization };
      ok(!JSON.stringify(describeProblem(problem, family, nowMs)).includes("swordfish"));
    }
  }
});

test("S3 says what it compared", () => {
  const expired = describeProblem(
    { kind: "expired", amzDate: "20150830T120000Z", windowMinutes: 15, presigned: false, expiresAtMs: 0 },
    "s3",
    nowMs,
  );
  deepEqual(expired.details, {
    RequestTime: "20150830T120000Z",
    ServerTime: "2015-08-30T12:36:00Z",
    MaxAllowedSkewMilliseconds: "900000",
  });
  const unsigned = describeProblem(
    { kind: "unsigned-headers", headers: ["x-amz-acl", "x-amz-meta-a"] },
    "s3",
    nowMs,
  );
  deepEqual(unsigned.details, { HeadersNotSigned: "x-amz-acl, x-amz-meta-a" });
});
