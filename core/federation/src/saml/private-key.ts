import { createPrivateKey } from "node:crypto";

const minRsaBits = 2048;

/**
 * Why a text cannot be a key that decrypts assertions; undefined when it can. It must be PEM, not protected by a
 * passphrase, and RSA: assertions carry their content key under RSA.
 *
 * The answer holds nothing of the text.
 */
export function samlPrivateKeyProblem(pem: string): string | undefined {
  if (!/^\s*-----BEGIN (?:RSA )?PRIVATE KEY-----/.test(pem)) return "it is not a PEM private key";
  try {
    const key = createPrivateKey({ key: pem, format: "pem" });
    if (key.asymmetricKeyType !== "rsa") return "it is not an RSA key";
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < minRsaBits)
      return `it has fewer than ${minRsaBits} bits`;
    return undefined;
  } catch {
    return "it is not a PEM private key";
  }
}
