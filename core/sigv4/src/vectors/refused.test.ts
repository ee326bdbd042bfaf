import { deepEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import { describeProblem } from "../describe-problem.ts";
import { parseAuthentication } from "../parse-authentication.ts";
import type { HttpRequestHead } from "../request-head.ts";
import type { SignatureProblem } from "../signature-problem.ts";
import type { SigningFamily } from "../signing-rules.ts";
import { verifySignature } from "../verify-signature.ts";
import { asReceived, readVectors, sha256Of } from "./testing.ts";
import type { RequestData } from "./testing.ts";

interface RefusedVector {
  name: string;
  family: SigningFamily;
  signingNames: string[];
  secret: string;
  now: string;
  request: RequestData;
  virtualHostBucket?: string | null;
  expect: { code: string; status: number; message: string };
}

test("vectors of sigv4/refused.json", async (t) => {
  for (const vector of readVectors<RefusedVector>("refused.json")) {
    await t.test(vector.name, () => {
      const nowMs = Date.parse(vector.now);
      const problem = problemOf(asReceived(vector.request), vector, nowMs);
      ok(problem, "the request was taken");
      const { code, status, message } = describeProblem(problem, vector.family, nowMs);
      deepEqual({ code, status, message }, vector.expect);
    });
  }
});

function problemOf(head: HttpRequestHead, vector: RefusedVector, nowMs: number): SignatureProblem | undefined {
  const parsed = parseAuthentication(head, { family: vector.family });
  if (!parsed.ok) return parsed.problem;
  ok(parsed.value.kind !== "anonymous", "the request passed for anonymous");
  const verified = verifySignature(head, parsed.value, {
    secret: vector.secret,
    nowMs,
    family: vector.family,
    signingNames: vector.signingNames,
    bodySha256: sha256Of(vector.request.body ?? ""),
    ...(vector.virtualHostBucket !== undefined && { virtualHostBucket: vector.virtualHostBucket }),
  });
  return verified.ok ? undefined : verified.problem;
}
