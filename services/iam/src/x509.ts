import { X509Certificate } from "node:crypto";

const begin = "-----BEGIN CERTIFICATE-----";
const end = "-----END CERTIFICATE-----";

/**
 * The certificates of a PEM text that holds nothing else, in its order; undefined when one cannot be read, when
 * something stands between them, or when there is none.
 */
export function parseCertificates(pem: string): X509Certificate[] | undefined {
  const certificates: X509Certificate[] = [];
  for (let rest = pem.trim(); rest !== "";) {
    const length = rest.indexOf(end) + end.length;
    if (!rest.startsWith(begin) || length < end.length) return undefined;
    try {
      certificates.push(new X509Certificate(rest.slice(0, length)));
    } catch {
      return undefined;
    }
    rest = rest.slice(length).trimStart();
  }
  return certificates.length > 0 ? certificates : undefined;
}

/** The one certificate of a PEM text. */
export function parseCertificate(pem: string): X509Certificate | undefined {
  const certificates = parseCertificates(pem);
  return certificates?.length === 1 ? certificates[0] : undefined;
}

export const notBeforeMs = ({ validFrom }: X509Certificate): number => Date.parse(validFrom);
export const notAfterMs = ({ validTo }: X509Certificate): number => Date.parse(validTo);

/** Whether one certificate is the other's issuer, and signed it. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  if (!certificate.checkIssued(issuer)) return false;
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    // A key or signature algorithm that nobody here knows.
    return false;
  }
}
