import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { BasicConstraintsExtension, X509CertificateGenerator } from "@peculiar/x509";

/** A certificate for tests with its private key, both PEM. */
export interface TestCertificate {
  certificate: string;
  privateKey: string;
  subject: string;
  keys: webcrypto.CryptoKeyPair;
}

export interface TestCertificateOptions {
  /** Self-signed without one. */
  issuer?: TestCertificate;
  notBeforeMs?: number;
  notAfterMs?: number;
  rsaBits?: number;
}

/** When the clocks of test roads start. */
const testStartMs = Date.UTC(2026, 8, 27, 12, 0, 0);
const dayMs = 24 * 60 * 60 * 1000;
const elliptic = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

const rsa = (modulusLength: number): typeof elliptic & webcrypto.RsaHashedKeyGenParams => ({
  ...elliptic,
  name: "RSASSA-PKCS1-v1_5",
  modulusLength,
  publicExponent: new Uint8Array([1, 0, 1]),
});

/** In force from a day before the test's clock to a year after it. */
export async function testCertificate(
  name: string,
  { issuer, notBeforeMs, notAfterMs, rsaBits }: TestCertificateOptions = {},
): Promise<TestCertificate> {
  const algorithm = rsaBits === undefined ? elliptic : rsa(rsaBits);
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    "sign",
    "verify",
  ])) as webcrypto.CryptoKeyPair;
  const subject = `CN=${name}`;
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: issuer?.subject ?? subject,
    serialNumber: Buffer.from(name).toString("hex"),
    notBefore: new Date(notBeforeMs ?? testStartMs - dayMs),
    notAfter: new Date(notAfterMs ?? testStartMs + 365 * dayMs),
    publicKey: keys.publicKey,
    signingKey: (issuer ?? { keys }).keys.privateKey,
    signingAlgorithm: issuer ? { ...issuer.keys.privateKey.algorithm, hash: "SHA-256" } : algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  return {
    certificate: `${certificate.toString("pem")}\n`,
    privateKey: pem("PRIVATE KEY", pkcs8),
    subject,
    keys,
  };
}

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${bytes
    .toString("base64")
    .replaceAll(/(.{64})/g, "$1\n")
    .trimEnd()}\n-----END ${label}-----\n`;
