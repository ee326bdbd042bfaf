import { collection } from "../collection.ts";
import { orderedTime } from "./ordered-time.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SSHPublicKey.html */
export interface SshPublicKey {
  /** `APKA…` */
  sshPublicKeyId: string;
  accountId: string;
  userId: string;
  status: "Active" | "Inactive";
  uploadedAtMs: number;
  /** What SSH calls the key's blob, base64; what was uploaded may have been PEM. */
  blob: string;
}

/** Key [SSH public key id]. */
export const sshPublicKeys = collection({
  name: "sshPublicKeys",
  key: ({ sshPublicKeyId }: SshPublicKey) => [sshPublicKeyId],
  indexes: {
    /** [account id, user id, upload time] */
    byUser: ({ accountId, userId, uploadedAtMs }) => [[accountId, userId, orderedTime(uploadedAtMs)]],
  },
});
