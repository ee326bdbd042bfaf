import { collection } from "../collection.ts";
import { orderedTime } from "./ordered-time.ts";

/** Why a request was denied, found by the authorization id of the message. */
export interface DecisionRecord {
  id: string;
  /** The caller's. */
  accountId: string;
  resourceAccountId?: string;
  atMs: number;
  expiresAtMs: number;
  /** JSON data. */
  record: unknown;
}

/** Key [authorization id]. */
export const decisions = collection({
  name: "decisions",
  key: ({ id }: DecisionRecord) => [id],
  indexes: {
    /** [expiry time] */
    byExpiry: ({ expiresAtMs }) => [[orderedTime(expiresAtMs)]],
  },
});
