import { collection } from "../collection.ts";
import { orderedTime } from "./ordered-time.ts";

export type AccessKeyOwner = { kind: "user"; userId: string } | { kind: "root" };

/** A long-term access key; those of sessions are not stored. */
export interface AccessKey {
  accessKeyId: string;
  accountId: string;
  owner: AccessKeyOwner;
  status: "Active" | "Inactive";
  createdAtMs: number;
  /** Encrypted under the master key; base64. */
  sealedSecret: string;
  lastUsed?: { atMs: number; region: string; service: string };
}

/** Key [access key id]. */
export const accessKeys = collection({
  name: "accessKeys",
  key: ({ accessKeyId }: AccessKey) => [accessKeyId],
  indexes: {
    /** [account id, user id or `root`, creation time] */
    byOwner: ({ accountId, owner, createdAtMs }) => [
      [accountId, owner.kind === "root" ? "root" : owner.userId, orderedTime(createdAtMs)],
    ],
  },
});
