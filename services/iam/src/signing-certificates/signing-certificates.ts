import { createHash } from "node:crypto";
import type { X509Certificate } from "node:crypto";
import { InvalidCertificate, MalformedCertificate, NoSuchEntity } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import type { ReadTx, SigningCertificate } from "@rolecall/store-contract";
import { ownerKey } from "../access-keys/owner.ts";
import { keyOwner } from "../caller-user.ts";
import { notAfterMs, notBeforeMs, parseCertificate } from "../x509.ts";

/**
 * A certificate that is in force, of any algorithm and size: AWS takes elliptic and small RSA keys too.
 * @throws MalformedCertificate (for an expired one too, as recorded); InvalidCertificate for one of the future
 */
export function requireCertificate(body: string, nowMs: number): X509Certificate {
  // AWS shows the body again. Whoever sent his private key by mistake must not read it in a log.
  const shown = body.includes("PRIVATE KEY-----") ? "" : ` ${body}`;
  const certificate = parseCertificate(body);
  if (!certificate) throw MalformedCertificate(`Certificate${shown} is malformed.`);
  // How the recorded sentences go on after the body is not recorded.
  if (nowMs > notAfterMs(certificate)) throw MalformedCertificate(`Certificate${shown} is expired.`);
  if (nowMs < notBeforeMs(certificate)) throw InvalidCertificate(`Certificate${shown} is not valid yet.`);
  return certificate;
}

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Observed, recorded 09/2026: SHA-1 of the certificate in base 32, 32 characters. Pinned by signing-certificates.test.ts. */
export function certificateIdOf({ raw }: X509Certificate): string {
  const digest = createHash("sha1").update(raw).digest();
  let id = "";
  for (let bit = 0; bit < 160; bit += 5) {
    const pair = digest.readUInt8(bit >> 3) * 256 + (digest[(bit >> 3) + 1] ?? 0);
    id += base32[(pair >> (11 - (bit & 7))) & 31];
  }
  return id;
}

/** A certificate of the named or calling user, or of the root user. @throws NoSuchEntity */
export async function findOwnCertificate(
  tx: ReadTx,
  input: { readonly UserName?: string | undefined; readonly CertificateId: string },
  context: OperationContext,
): Promise<SigningCertificate> {
  const { owner } = await keyOwner(tx, input.UserName, context);
  const certificate = await tx.signingCertificates.get(context.accountId, input.CertificateId);
  if (!certificate || ownerKey(certificate.owner) !== ownerKey(owner))
    throw NoSuchEntity(`The Certificate with id ${input.CertificateId} cannot be found.`);
  return certificate;
}

/** @param userName  undefined for the root user, who has none, whatever the model requires */
export function certificateShape(
  { certificateId, body, status, uploadedAtMs }: SigningCertificate,
  userName: string | undefined,
): Iam.SigningCertificate {
  const shape: Partial<Iam.SigningCertificate> = {
    ...(userName !== undefined && { UserName: userName }),
    CertificateId: certificateId,
    CertificateBody: body,
    Status: status,
    UploadDate: new Date(uploadedAtMs),
  };
  return shape as Iam.SigningCertificate;
}
