import { collection } from "../collection.ts";
import { byAccountAndName } from "./identity.ts";
import type { Tag } from "./tag.ts";

export interface InstanceProfile {
  accountId: string;
  /** `AIPA…` */
  instanceProfileId: string;
  /** As it was given; unique in the account whatever its case. */
  name: string;
  /** Begins and ends with `/`. */
  path: string;
  createdAtMs: number;
  tags: Tag[];
  roleId?: string;
}

/** Key [account id, name]. */
export const instanceProfiles = collection({
  name: "instanceProfiles",
  ...byAccountAndName,
  key: (profile: InstanceProfile) => byAccountAndName.key(profile),
  unique: { byId: ({ instanceProfileId }) => [instanceProfileId] },
  indexes: {
    /** [role id] */
    byRole: ({ roleId }) => (roleId === undefined ? [] : [[roleId]]),
  },
  isCounted: true,
});
