import { ok } from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { AwsError } from "@rolecall/model";
import fc from "fast-check";
import { requireKeyMaterial } from "./server-certificates/key-material.ts";
import { requireCertificate } from "./signing-certificates/signing-certificates.ts";
import { fingerprint, parsePublicKey, pemEncoding, sshEncoding } from "./ssh-public-keys/ssh-key-format.ts";
import { testCertificate } from "./testing-certificates.ts";

const { certificate, privateKey } = await testCertificate("fuzz");
const pem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();
const ssh = sshEncoding(parsePublicKey(pem));
const nowMs = Date.UTC(2026, 8, 27, 12, 0, 0);

/** A text with a few places changed, cut, doubled or joined to another. */
const damaged = (whole: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(whole.length), fc.nat(3), fc.string({ maxLength: 4 })), { maxLength: 4 }),
      fc.constantFrom("", whole, certificate, pem, "\n", "-----BEGIN CERTIFICATE-----"),
    )
    .map(([edits, tail]) =>
      edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), whole + tail),
    );

const anything = (whole: string): fc.Arbitrary<string> =>
  fc.oneof(damaged(whole), fc.string({ maxLength: 200 }), fc.string({ unit: "binary", maxLength: 200 }));

/** Whatever comes is taken or refused in AWS's words; nothing else is thrown. */
function isAnswered(take: () => unknown): boolean {
  try {
    take();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
  return true;
}

test("whatever comes as a public key is a key that can be read again, or refused", () => {
  fc.assert(
    fc.property(fc.oneof(anything(ssh), anything(pem)), (body) =>
      isAnswered(() => {
        const blob = parsePublicKey(body);
        ok(parsePublicKey(pemEncoding(blob)) === blob && parsePublicKey(sshEncoding(blob)) === blob);
        ok(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/.test(fingerprint(blob)));
      }),
    ),
    { numRuns: 500 },
  );
});

test("fields of any length in an SSH key are refused, not read past their end", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (bytes, hasName) => {
      const name = hasName
        ? Buffer.concat([Buffer.from([0, 0, 0, 7]), Buffer.from("ssh-rsa")])
        : Buffer.alloc(0);
      const body = `ssh-rsa ${Buffer.concat([name, bytes]).toString("base64")}`;
      return isAnswered(() => parsePublicKey(body));
    }),
    { numRuns: 500 },
  );
});

test("whatever comes as a certificate, key or chain is taken or refused", () => {
  fc.assert(
    fc.property(anything(certificate), (body) => isAnswered(() => requireCertificate(body, nowMs))),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(anything(certificate), anything(privateKey), anything(certificate), (body, key, chain) =>
      [
        { CertificateBody: body, PrivateKey: privateKey },
        { CertificateBody: certificate, PrivateKey: key },
        { CertificateBody: certificate, PrivateKey: privateKey, CertificateChain: chain },
      ].every((input) => isAnswered(() => requireKeyMaterial(input, nowMs))),
    ),
    { numRuns: 200 },
  );
});
