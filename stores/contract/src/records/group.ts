import { collection } from "../collection.ts";
import { attachedPolicyValues, byAccountAndName } from "./identity.ts";
import type { Identity } from "./identity.ts";

export interface Group extends Identity {
  /** `AGPA…` */
  groupId: string;
}

/** Key [account id, name]. */
export const groups = collection({
  name: "groups",
  ...byAccountAndName,
  key: (group: Group) => byAccountAndName.key(group),
  unique: { byId: ({ groupId }) => [groupId] },
  indexes: { byAttachedPolicy: attachedPolicyValues },
  isCounted: true,
  countedIndexes: ["byAttachedPolicy"],
});
