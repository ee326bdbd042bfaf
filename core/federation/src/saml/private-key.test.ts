import { equal } from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { samlPrivateKeyProblem } from "./private-key.ts";

const rsa = (bits: number, type: "pkcs8" | "pkcs1", passphrase?: string): string =>
  generateKeyPairSync("rsa", {
    modulusLength: bits,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding:
      passphrase === undefined
        ? { type, format: "pem" }
        : { type, format: "pem", cipher: "aes-256-cbc", passphrase },
  }).privateKey;

test("a private key is PEM, RSA, long enough and open", () => {
  const pem = rsa(2048, "pkcs8");
  equal(samlPrivateKeyProblem(pem), undefined);
  equal(samlPrivateKeyProblem(pem.replaceAll("\n", "\r\n")), undefined);
  equal(samlPrivateKeyProblem(rsa(2048, "pkcs1")), undefined);
  equal(samlPrivateKeyProblem(rsa(1024, "pkcs8")), "it has fewer than 2048 bits");
  const notPem = "it is not a PEM private key";
  equal(samlPrivateKeyProblem(rsa(1024, "pkcs8", "secret")), notPem);
  equal(samlPrivateKeyProblem(pem.slice(0, 300)), notPem);
  equal(samlPrivateKeyProblem("nonsense"), notPem);
  const ec = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  equal(samlPrivateKeyProblem(ec.privateKey), "it is not an RSA key");
  equal(samlPrivateKeyProblem(ec.publicKey), notPem);
});
