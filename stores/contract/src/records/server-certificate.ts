import { collection } from "../collection.ts";
import { byAccountAndName } from "./identity.ts";
import type { Tag } from "./tag.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServerCertificate.html */
export interface ServerCertificate {
  accountId: string;
  /** `ASCA…` */
  serverCertificateId: string;
  /** As it was given; unique in the account whatever its case. */
  name: string;
  /** Begins and ends with `/`. */
  path: string;
  uploadedAtMs: number;
  expiresAtMs: number;
  /** PEM. */
  body: string;
  /** PEM, the issuer of the certificate first. */
  chain?: string;
  /** PEM, encrypted under the master key; base64. No operation shows it. */
  sealedPrivateKey: string;
  tags: Tag[];
}

/** Key [account id, name]. */
export const serverCertificates = collection({
  name: "serverCertificates",
  ...byAccountAndName,
  key: (certificate: ServerCertificate) => byAccountAndName.key(certificate),
  unique: { byId: ({ serverCertificateId }) => [serverCertificateId] },
  isCounted: true,
});
