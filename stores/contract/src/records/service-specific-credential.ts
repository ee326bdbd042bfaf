import { collection } from "../collection.ts";
import { orderedTime } from "./ordered-time.ts";

/** A user's name and password, or API key, for one service. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceSpecificCredential.html */
export interface ServiceSpecificCredential {
  /** `ACCA…` */
  credentialId: string;
  accountId: string;
  userId: string;
  /** Lower case: `codecommit.amazonaws.com`. */
  serviceName: string;
  /** `NAME-at-ACCOUNT`, `NAME+1-at-ACCOUNT`: stays when the user is renamed. */
  publicName: string;
  status: "Active" | "Inactive";
  createdAtMs: number;
  expiresAtMs?: number;
  /** SHA-256 of the password, which is 360 random bits; hex. */
  secretSha256: string;
}

/** Key [credential id]. */
export const serviceSpecificCredentials = collection({
  name: "serviceSpecificCredentials",
  key: ({ credentialId }: ServiceSpecificCredential) => [credentialId],
  indexes: {
    /** [account id, user id, creation time] */
    byUser: ({ accountId, userId, createdAtMs }) => [[accountId, userId, orderedTime(createdAtMs)]],
    /** [account id, service name, user id, creation time] */
    byService: ({ accountId, serviceName, userId, createdAtMs }) => [
      [accountId, serviceName, userId, orderedTime(createdAtMs)],
    ],
  },
  unique: {
    /** [service name, public name] */
    byPublicName: ({ serviceName, publicName }) => [serviceName, publicName],
  },
});
