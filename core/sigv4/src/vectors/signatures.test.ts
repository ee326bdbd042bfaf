import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import {
  canonicalHeaders,
  canonicalQuery,
  canonicalRequest,
  normalizedPath,
  pathAsSent,
  stringToSign,
} from "../canonical-request.ts";
import { parseAuthentication } from "../parse-authentication.ts";
import type { HttpRequestHead } from "../request-head.ts";
import { presign, signRequest } from "../sign-request.ts";
import type { SigningCredentials } from "../sign-request.ts";
import { signingRules } from "../signing-rules.ts";
import type { SigningFamily } from "../signing-rules.ts";
import { verifySignature } from "../verify-signature.ts";
import { asReceived, readVectors, sha256Of } from "./testing.ts";
import type { RequestData } from "./testing.ts";

interface SignatureVector {
  name: string;
  family: SigningFamily;
  region: string;
  service: string;
  credentials: SigningCredentials;
  now: string;
  request: RequestData;
  payload?: string;
  expiresSeconds?: number;
  unsigned?: RequestData;
  expect: { canonicalRequest: string; stringToSign: string; signature: string; authorization?: string };
}

function check(vector: SignatureVector): void {
  const { family, credentials, expect } = vector;
  const body = sha256Of(vector.request.body ?? "");
  const received = asReceived(vector.request);
  const { authorization } = expect;
  const head: HttpRequestHead =
    authorization === undefined
      ? received
      : { ...received, headers: [...received.headers, ["Authorization", authorization]] };

  const parsed = parseAuthentication(head, { family });
  ok(parsed.ok && parsed.value.kind === "sigv4", JSON.stringify(parsed));
  const auth = parsed.value;
  equal(auth.sessionToken, credentials.sessionToken);
  equal(auth.accessKeyId, credentials.accessKeyId);

  const canonical = canonicalRequest({
    method: head.method,
    path: signingRules[family].canonicalPath === "normalized" ? normalizedPath(head.path) : pathAsSent(head.path),
    query: canonicalQuery(head.query, auth.place === "query" ? "x-amz-signature" : undefined),
    signedHeaders: auth.signedHeaders,
    headers: canonicalHeaders(head.headers),
    payloadHash: vector.payload ?? body,
  });
  equal(canonical, asText(expect.canonicalRequest));
  equal(
    stringToSign(auth.amzDate, `${auth.date}/${vector.region}/${vector.service}/aws4_request`, canonical),
    expect.stringToSign,
  );

  const verified = verifySignature(head, auth, {
    secret: credentials.secretAccessKey,
    nowMs: Date.parse(vector.now),
    family,
    signingNames: [vector.service],
    bodySha256: body,
  });
  ok(verified.ok, JSON.stringify(verified));
  equal(verified.verified.region, vector.region);
  deepEqual(verified.verified.chunkSigning?.seedSignature, expect.signature);
  if (vector.unsigned !== undefined) {
    // Parameters are added in the vector's order, so the whole query is comparable.
    const signed = presign(asReceived(vector.unsigned), {
      ...signOptions(vector, body),
      expiresSeconds: vector.expiresSeconds ?? 60,
    });
    if (received.query.includes("X-Amz-Expires")) equal(signed.query, received.query);
    return;
  }
  // What is signed by Date or leaves a header out is not what signRequest makes.
  const names = received.headers.map(([name]) => name.toLowerCase());
  if (!names.includes("x-amz-date") || names.some((name) => !auth.signedHeaders.includes(name))) return;
  const signed = signRequest(received, signOptions(vector, body));
  equal(signed.signature, expect.signature);
  equal(signed.headers.find(([name]) => name === "authorization")?.[1], authorization);
}

const signOptions = (vector: SignatureVector, body: string) => ({
  credentials: vector.credentials,
  region: vector.region,
  service: vector.service,
  family: vector.family,
  nowMs: Date.parse(vector.now),
  bodySha256: vector.payload ?? body,
});

function asText(utf8: string): string {
  return Buffer.from(utf8, "utf8").toString("latin1");
}

for (const file of ["header.json", "s3-header.json", "presigned.json"]) {
  const vectors = readVectors<SignatureVector>(file);
  test(`vectors of sigv4/${file}`, async (t) => {
    for (const vector of vectors) await t.test(vector.name, () => check(vector));
  });
}
