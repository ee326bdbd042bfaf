import { collection } from "../collection.ts";
import { orderedTime } from "./ordered-time.ts";

/** What a revocation ends: one session, the sessions of a role, or those with a source identity. */
export type RevocationScope = "session" | "role" | "source-identity";

/** Sessions that are over before their time. There are as many of these as somebody revoked, never one a session. */
export interface Revocation {
  scope: RevocationScope;
  /** An access key id, a role's unique id (`AROA…`), or a source identity. */
  value: string;
  /** Sessions issued later are not meant. */
  revokedAtMs: number;
  /** When every session that it could end is over by itself. */
  expiresAtMs: number;
}

/** Key [scope, value]. */
export const revocations = collection({
  name: "revocations",
  key: ({ scope, value }: Revocation) => [scope, value],
  indexes: {
    /** [expiry time] */
    byExpiry: ({ expiresAtMs }) => [[orderedTime(expiresAtMs)]],
  },
});
