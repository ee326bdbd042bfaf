import { collection } from "../collection.ts";
import { attachedPolicyValues, boundaryValues, byAccountAndName } from "./identity.ts";
import type { Identity } from "./identity.ts";
import type { Tag } from "./tag.ts";

export interface User extends Identity {
  /** `AIDA…` */
  userId: string;
  tags: Tag[];
  /** ARN of a managed policy. */
  permissionsBoundary?: string;
  /** Group ids, in the order in which they were joined. */
  groups: string[];
  passwordLastUsedAtMs?: number;
}

/** Key [account id, name]. */
export const users = collection({
  name: "users",
  ...byAccountAndName,
  key: (user: User) => byAccountAndName.key(user),
  unique: { byId: ({ userId }) => [userId] },
  indexes: {
    /** [group id] */
    byGroup: ({ groups }) => groups.map((groupId) => [groupId]),
    byAttachedPolicy: attachedPolicyValues,
    byBoundary: boundaryValues,
  },
  isCounted: true,
  countedIndexes: ["byAttachedPolicy", "byBoundary"],
});
