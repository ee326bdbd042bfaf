import { createPrivateKey } from "node:crypto";
import type { KeyObject, X509Certificate } from "node:crypto";
import { KeyPairMismatch, MalformedCertificate } from "@rolecall/model";
import { isIssuedBy, notAfterMs, notBeforeMs, parseCertificate, parseCertificates } from "../x509.ts";

/** What was uploaded, checked: PEM without the blanks around it. */
export interface KeyMaterial {
  body: string;
  chain: string | undefined;
  expiresAtMs: number;
}

/**
 * Checks that a certificate is in force, that the private key is its own, and that the chain, if there is one, leads
 * on from it. A certificate of a CA may come without its chain, as recorded, whatever the guide says.
 * @throws MalformedCertificate, KeyPairMismatch
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html
 */
export function requireKeyMaterial(
  input: {
    readonly CertificateBody: string;
    readonly PrivateKey: string;
    readonly CertificateChain?: string | undefined;
  },
  nowMs: number,
): KeyMaterial {
  const certificate = parseCertificate(input.CertificateBody);
  if (!certificate)
    throw MalformedCertificate(
      "Unable to parse certificate. Please ensure the certificate is in PEM format.",
    );
  if (nowMs > notAfterMs(certificate))
    throw MalformedCertificate(
      "Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed.",
    );
  if (nowMs < notBeforeMs(certificate))
    throw MalformedCertificate(
      "Certificate is not yet valid. The 'Not Before' date restriction on the certificate has not passed.",
    );
  requireOwnKey(certificate, requirePrivateKey(input.PrivateKey));
  if (input.CertificateChain !== undefined) requireChain(certificate, input.CertificateChain);
  return {
    body: input.CertificateBody.trim(),
    chain: input.CertificateChain?.trim(),
    expiresAtMs: notAfterMs(certificate),
  };
}

/** Unencrypted, RSA or elliptic, one PEM block. The sentence is ours, and shows nothing of the key. */
function requirePrivateKey(pem: string): KeyObject {
  const unreadable = (): Error =>
    MalformedCertificate(
      "Unable to parse private key. Please ensure the private key is an unencrypted RSA or EC key in PEM format.",
    );
  let key: KeyObject;
  try {
    key = createPrivateKey(pem.trim());
  } catch {
    throw unreadable();
  }
  if (key.asymmetricKeyType !== "rsa" && key.asymmetricKeyType !== "ec") throw unreadable();
  return key;
}

function requireOwnKey(certificate: X509Certificate, key: KeyObject): void {
  if (!certificate.checkPrivateKey(key))
    throw KeyPairMismatch(
      "The private key did not match the public key provided. Please verify the key material and try again.",
    );
}

function requireChain(certificate: X509Certificate, pem: string): void {
  const chain = parseCertificates(pem);
  if (!chain)
    // AWS sends the code with no sentence at all, on which some clients stumble.
    throw MalformedCertificate(
      "Unable to parse certificate chain. Please ensure the certificate chain is in PEM format.",
    );
  let issued = certificate;
  for (const issuer of chain) {
    if (!isIssuedBy(issued, issuer)) {
      // Observed, recorded 09/2026: the place where the missing issuer does stand, -1 when it stands nowhere.
      const child = issued;
      const at = chain.findIndex((other) => isIssuedBy(child, other));
      throw MalformedCertificate(
        `Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: ${at}`,
      );
    }
    issued = issuer;
  }
}
