import { collection } from "../collection.ts";
import type { AccessKeyOwner } from "./access-key.ts";
import { orderedTime } from "./ordered-time.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SigningCertificate.html */
export interface SigningCertificate {
  accountId: string;
  /** SHA-1 of the certificate in base 32, as AWS's are: the same certificate has the same id. */
  certificateId: string;
  owner: AccessKeyOwner;
  status: "Active" | "Inactive";
  uploadedAtMs: number;
  /** PEM, as it was uploaded. */
  body: string;
}

/** Key [account id, certificate id]: nobody else of the account can have the same certificate. */
export const signingCertificates = collection({
  name: "signingCertificates",
  key: ({ accountId, certificateId }: SigningCertificate) => [accountId, certificateId],
  indexes: {
    /** [account id, user id or `root`, upload time] */
    byOwner: ({ accountId, owner, uploadedAtMs }) => [
      [accountId, owner.kind === "root" ? "root" : owner.userId, orderedTime(uploadedAtMs)],
    ],
  },
});
