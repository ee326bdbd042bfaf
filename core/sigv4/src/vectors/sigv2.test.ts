import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { parseAuthentication } from "../parse-authentication.ts";
import { sigV2StringToSign } from "../sigv2/string-to-sign.ts";
import { verifySignature } from "../verify-signature.ts";
import { asReceived, readVectors } from "./testing.ts";
import type { RequestData } from "./testing.ts";

interface SigV2Vector {
  name: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  now: string;
  virtualHostBucket: string | null;
  request: RequestData;
  expect?: { stringToSign: string; signature: string };
}

test("vectors of sigv4/sigv2.json", async (t) => {
  for (const vector of readVectors<SigV2Vector>("sigv2.json")) {
    await t.test(vector.name, () => {
      const head = asReceived(vector.request);
      const parsed = parseAuthentication(head, { family: "s3" });
      ok(parsed.ok && parsed.value.kind === "sigv2", JSON.stringify(parsed));
      equal(parsed.value.accessKeyId, vector.credentials.accessKeyId);
      equal(parsed.value.sessionToken, vector.credentials.sessionToken);
      const bucket = vector.virtualHostBucket;
      if (vector.expect) {
        const date = head.headers.find(([name]) => name === "Date")?.[1];
        const { expires = date ?? "", place } = parsed.value;
        equal(sigV2StringToSign(head, expires, bucket, place), vector.expect.stringToSign);
        equal(parsed.value.signature, vector.expect.signature);
      }
      const options = {
        nowMs: Date.parse(vector.now),
        family: "s3" as const,
        signingNames: ["s3"],
        bodySha256: undefined,
        virtualHostBucket: bucket,
      };
      const verified = verifySignature(head, parsed.value, { ...options, secret: vector.credentials.secretAccessKey });
      ok(verified.ok, JSON.stringify(verified));
      equal(verified.verified.version, "sigv2");
      const refused = verifySignature(head, parsed.value, { ...options, secret: "another" });
      equal(!refused.ok && refused.problem.kind, "mismatch");
      const elsewhere = verifySignature(head, parsed.value, {
        ...options,
        secret: vector.credentials.secretAccessKey,
        virtualHostBucket: "elsewhere",
      });
      equal(!elsewhere.ok && elsewhere.problem.kind, "mismatch");
    });
  }
});
