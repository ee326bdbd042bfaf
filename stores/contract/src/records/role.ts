import { collection } from "../collection.ts";
import { attachedPolicyValues, boundaryValues, byAccountAndName } from "./identity.ts";
import type { Identity } from "./identity.ts";
import type { StoredPolicy } from "./policy-text.ts";
import type { Tag } from "./tag.ts";

export interface Role extends Identity {
  /** `AROA…` */
  roleId: string;
  description?: string;
  maxSessionDurationSeconds: number;
  trustPolicy: StoredPolicy;
  /** ARN of a managed policy. */
  permissionsBoundary?: string;
  tags: Tag[];
  lastUsed?: { atMs: number; region: string };
  /** Present on service-linked roles. */
  serviceLinked?: { serviceName: string; customSuffix?: string };
  /** Present on roles that a role template made: which, and with what values. */
  sourceTemplate?: {
    arn: string;
    minorVersion: number;
    parameters: Readonly<Record<string, string | string[]>>;
  };
}

/** Key [account id, name]. */
export const roles = collection({
  name: "roles",
  ...byAccountAndName,
  key: (role: Role) => byAccountAndName.key(role),
  unique: { byId: ({ roleId }) => [roleId] },
  indexes: { byAttachedPolicy: attachedPolicyValues, byBoundary: boundaryValues },
  isCounted: true,
  countedIndexes: ["byAttachedPolicy", "byBoundary"],
});
