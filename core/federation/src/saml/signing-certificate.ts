import { X509Certificate } from "node:crypto";
import { repeatsExtension } from "./certificate-extensions.ts";

/** A certificate that a metadata document gives for verifying signatures. */
export interface SigningCertificate {
  /** DER, base64 without blanks. */
  der: string;
  /** SHA-256 of the DER, in hex. */
  sha256: string;
  /** Milliseconds since 1970. An expired certificate still verifies: its key is trusted because it is registered. */
  notAfterMs: number;
}

export type ReadCertificate = { ok: true; certificate: SigningCertificate } | { ok: false; problem: string };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html: no repeated extensions, 1024 bits at least. */
const minRsaBits = 1024;
/** Base64 of one certificate; the largest of practice are below 10,000 characters. */
const maxCertificateChars = 65_536;

/** The content of a `ds:X509Certificate` element. */
export function readCertificate(content: string): ReadCertificate {
  if (content.length > maxCertificateChars) return { ok: false, problem: "a certificate is too long" };
  const der = content.replaceAll(/[\t\n\r ]+/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(der)) return { ok: false, problem: "a certificate is not base64" };
  const bytes = Buffer.from(der, "base64");
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(bytes);
    const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
    const isLongEnough =
      asymmetricKeyType === "ec" ||
      (asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= minRsaBits);
    if (!isLongEnough)
      return {
        ok: false,
        problem: `a certificate's key is neither EC nor RSA of ${minRsaBits} bits or more`,
      };
  } catch {
    return { ok: false, problem: "a certificate is not X.509" };
  }
  // What follows the certificate would be kept and shown as part of it.
  if (!bytes.equals(certificate.raw)) return { ok: false, problem: "a certificate is not X.509" };
  if (repeatsExtension(bytes)) return { ok: false, problem: "a certificate repeats an extension" };
  return {
    ok: true,
    certificate: {
      der,
      sha256: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
      notAfterMs: Date.parse(certificate.validTo),
    },
  };
}
