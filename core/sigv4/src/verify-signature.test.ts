import { createHash } from "node:crypto";
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { test } from "node:test";
import { canonicalHeaders, canonicalRequest, stringToSign } from "./canonical-request.ts";
import { hmacHex } from "./hmac.ts";
import { parseAuthentication } from "./parse-authentication.ts";
import type { HttpRequestHead } from "./request-head.ts";
import { signRequest } from "./sign-request.ts";
import { createSigningKeyCache, signingKey } from "./signing-key.ts";
import type { VerifyOptions } from "./verified-signature.ts";
import { verifySignature } from "./verify-signature.ts";

const nowMs = Date.UTC(2026, 9, 1);
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const bodySha256 = createHash("sha256").update("body").digest("hex");
const s3: VerifyOptions = {
  secret: "secret",
  nowMs,
  family: "s3",
  signingNames: ["s3"],
  bodySha256: undefined,
};

function verify(head: HttpRequestHead, options: VerifyOptions) {
  const parsed = parseAuthentication(head, { family: options.family });
  ok(parsed.ok && parsed.value.kind !== "anonymous");
  return verifySignature(head, parsed.value, options);
}

const put = (payload: string, headers: [string, string][] = []): HttpRequestHead =>
  signRequest(
    { method: "PUT", path: "/b/k", query: "", headers: [["Host", "s3.local"], ...headers] },
    { credentials, region: "us-east-1", service: "s3", nowMs, bodySha256: payload },
  );

test("what remains to be done for the body", () => {
  const modeOf = (payload: string, known?: string) => {
    const verified = verify(put(payload), { ...s3, bodySha256: known });
    return verified.ok ? verified.verified.payload : verified.problem.kind;
  };
  deepEqual(modeOf(bodySha256), { kind: "sha256", sha256: bodySha256 });
  deepEqual(modeOf(bodySha256, bodySha256), { kind: "verified", sha256: bodySha256 });
  deepEqual(modeOf(bodySha256, "0".repeat(64)), "payload-mismatch");
  deepEqual(modeOf("UNSIGNED-PAYLOAD"), { kind: "unsigned" });
  deepEqual(modeOf("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), { kind: "chunked", signed: true, trailer: false });
  deepEqual(modeOf("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"), {
    kind: "chunked",
    signed: true,
    trailer: true,
  });
  deepEqual(modeOf("STREAMING-UNSIGNED-PAYLOAD-TRAILER"), { kind: "chunked", signed: false, trailer: true });
  deepEqual(modeOf("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"), "bad-content-sha256");
});

test("a service that signs the body cannot do without it", () => {
  const head = signRequest(
    { method: "POST", path: "/", query: "", headers: [["Host", "sts"]] },
    { credentials, region: "us-east-1", service: "sts", nowMs, bodySha256 },
  );
  const options: VerifyOptions = { ...s3, family: "query", signingNames: ["sts"] };
  throws(() => verify(head, options), TypeError);
  ok(verify(head, { ...options, bodySha256 }).ok);
});

test("only a right signature fills the key cache", () => {
  const keyCache = createSigningKeyCache(10);
  const cached = () => keyCache.get("secret", "20261001/us-east-1/s3/aws4_request");
  const head = put("UNSIGNED-PAYLOAD");
  ok(!verify({ ...head, path: "/b/l" }, { ...s3, keyCache }).ok);
  equal(cached(), undefined);
  ok(verify(head, { ...s3, keyCache }).ok);
  ok(cached());
  ok(verify(head, { ...s3, keyCache }).ok);
  ok(!verify({ ...head, path: "/b/l" }, { ...s3, keyCache }).ok);
});

test("an S3 path that was signed as it is, not strictly spelled, is taken, but never with a line break in it", () => {
  const sign = (path: string): HttpRequestHead => {
    const headers: [string, string][] = [
      ["Host", "s3.local"],
      ["X-Amz-Date", "20261001T000000Z"],
      ["X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"],
    ];
    const signedHeaders = ["host", "x-amz-content-sha256", "x-amz-date"];
    const canonical = canonicalRequest({
      method: "GET",
      path,
      query: "",
      signedHeaders,
      headers: canonicalHeaders(headers),
      payloadHash: "UNSIGNED-PAYLOAD",
    });
    const scope = "20261001/us-east-1/s3/aws4_request";
    const key = signingKey("secret", "20261001", "us-east-1", "s3");
    const signature = hmacHex(key, stringToSign("20261001T000000Z", scope, canonical));
    const authorization = `AWS4-HMAC-SHA256 Credential=A/${scope},SignedHeaders=${signedHeaders.join(";")},Signature=${signature}`;
    return { method: "GET", path, query: "", headers: [...headers, ["Authorization", authorization]] };
  };
  ok(verify(sign("/b/a!(1)'*.txt"), s3).ok);
  ok(verify(sign("/b/%e1%88%b4"), s3).ok);
  ok(!verify(sign("/b/k\n\nhost:s3.local"), s3).ok);
});

test("the facts that conditions and audit read", () => {
  const verified = verify(put("UNSIGNED-PAYLOAD", [["X-Amz-Meta-A", "1"]]), s3);
  ok(verified.ok);
  const { version, place, region, service, signedAtMs, signedHeaders, chunkSigning } = verified.verified;
  deepEqual(
    { version, place, region, service, signedAtMs },
    { version: "sigv4", place: "header", region: "us-east-1", service: "s3", signedAtMs: nowMs },
  );
  deepEqual(signedHeaders, ["host", "x-amz-content-sha256", "x-amz-date", "x-amz-meta-a"]);
  equal(chunkSigning?.scope, "20261001/us-east-1/s3/aws4_request");
});

test("the edges of the clock window", () => {
  const minute = 60_000;
  const head = put("UNSIGNED-PAYLOAD");
  for (const [offset, isTaken] of [
    [15 * minute, true],
    [15 * minute + 1000, false],
    [-15 * minute, true],
    [-15 * minute - 1000, false],
  ] as const)
    equal(verify(head, { ...s3, nowMs: nowMs + offset }).ok, isTaken, `${offset}`);
});

test("a request is anonymous only without any trace of a signature", () => {
  const kindOf = (query: string, headers: [string, string][], family: "query" | "s3" = "s3") => {
    const parsed = parseAuthentication({ method: "GET", path: "/", query, headers }, { family });
    return parsed.ok ? parsed.value.kind : parsed.problem.kind;
  };
  equal(kindOf("", []), "anonymous");
  equal(kindOf("x-amz-acl=private", []), "anonymous");
  equal(kindOf("X-Amz-Signature=1", []), "incomplete");
  equal(kindOf("x-amz-credential=1", []), "incomplete");
  equal(kindOf("%58-Amz-Signature=1", []), "incomplete");
  equal(kindOf("AWSAccessKeyId=1", []), "sigv2-malformed");
  equal(kindOf("Signature=1", []), "sigv2-malformed");
  equal(kindOf("Signature=1", [], "query"), "anonymous");
  equal(kindOf("", [["AUTHORIZATION", ""]]), "incomplete");
  equal(kindOf("", [["Authorization", "AWS AKID:sig"]]), "missing-date");
  equal(kindOf("", [["Authorization", "AWS AKID"]]), "sigv2-malformed");
  equal(kindOf("", [["Authorization", "AWS AKID:sig"]], "query"), "incomplete");
});
