import { createHash, createHmac } from "node:crypto";
import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { parseAuthentication } from "./parse-authentication.ts";
import type { HttpRequestHead } from "./request-head.ts";
import { verifySignature } from "./verify-signature.ts";

// The stock SDK's own signer makes the request; what it makes must be taken as it would go over the wire.

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash("sha256")
        : createHmac("sha256", typeof secret === "string" ? secret : bytes(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === "string" ? data : bytes(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

const bytes = (data: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);

/** As the SDK's serializers write it. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const text = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 10 })
  // Half a surrogate pair has no bytes, and an object's prototype is no query.
  .filter((s) => Buffer.from(s, "utf8").toString("utf8") === s && s !== "__proto__");

const request = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT"),
  segments: fc.array(fc.oneof(text.map(encoded), fc.constantFrom("", ".", "..")), { maxLength: 5 }),
  query: fc.dictionary(text, fc.oneof(text, fc.uniqueArray(text, { minLength: 1, maxLength: 3 })), {
    maxKeys: 4,
  }),
  headers: fc.dictionary(
    fc.stringMatching(/^x-[a-z0-9-]{1,8}$/).filter((name) => !name.startsWith("x-amz")),
    fc.stringMatching(/^[ \t!-~]{0,20}$/),
    { maxKeys: 4 },
  ),
  body: fc.string(),
  family: fc.constantFrom("query" as const, "s3" as const),
  isSession: fc.boolean(),
  presigned: fc.boolean(),
});

const nowMs = Date.UTC(2026, 9, 1, 12);
const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

test("what @smithy/signature-v4 signs is taken", () =>
  fc.assert(
    fc.asyncProperty(request, async (r) => {
      const service = r.family === "s3" ? "s3" : "sts";
      const signer = new SignatureV4({
        service,
        region: "eu-west-1",
        credentials: {
          accessKeyId: "AKIDEXAMPLE",
          secretAccessKey: secret,
          ...(r.isSession && { sessionToken: "to/ken+=" }),
        },
        sha256: Sha256,
        uriEscapePath: r.family !== "s3",
        applyChecksum: r.family === "s3",
      });
      const path = `/${r.segments.join("/")}`;
      const isUnsigned = r.presigned && r.family === "s3";
      const toSign = {
        method: r.method,
        protocol: "https:",
        hostname: "localhost",
        port: 4566,
        path,
        query: r.query,
        headers: {
          host: "localhost:4566",
          ...r.headers,
          ...(isUnsigned && { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }),
        },
        body: r.body,
      };
      const options = { signingDate: new Date(nowMs) };
      const signed = r.presigned
        ? await signer.presign(toSign, { ...options, expiresIn: 900 })
        : await signer.sign(toSign, options);
      const pairs = Object.entries(signed.query ?? {}).flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value ?? ""]).map((v) => `${encoded(name)}=${encoded(v)}`),
      );
      const head: HttpRequestHead = {
        method: r.method,
        path: signed.path,
        query: pairs.join("&"),
        headers: Object.entries(signed.headers),
      };
      const parsed = parseAuthentication(head, { family: r.family });
      ok(parsed.ok && parsed.value.kind === "sigv4", JSON.stringify(parsed));
      const verified = verifySignature(head, parsed.value, {
        secret,
        nowMs: nowMs + 60_000,
        family: r.family,
        signingNames: [service],
        bodySha256: createHash("sha256").update(r.body).digest("hex"),
      });
      ok(verified.ok, JSON.stringify(verified));
      equal(verified.verified.sessionToken, r.isSession ? "to/ken+=" : undefined);
    }),
    { numRuns: 400 },
  ));
