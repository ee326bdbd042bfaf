import { collection } from "../collection.ts";
import { byAccountAndName } from "./identity.ts";
import type { Tag } from "./tag.ts";

/** A customer managed policy. AWS managed policies are data, not records. */
export interface ManagedPolicy {
  accountId: string;
  /** `ANPA…` */
  policyId: string;
  /** As it was given; unique in the account whatever its case. */
  name: string;
  /** Begins and ends with `/`. */
  path: string;
  /** Its case counts, unlike the name's. */
  arn: string;
  description?: string;
  /** `v1`, `v2`, … */
  defaultVersionId: string;
  /** Numbers of deleted versions are not given again. */
  nextVersionNumber: number;
  createdAtMs: number;
  updatedAtMs: number;
  tags: Tag[];
}

/** Key [account id, name]. */
export const policies = collection({
  name: "policies",
  ...byAccountAndName,
  key: (policy: ManagedPolicy) => byAccountAndName.key(policy),
  unique: { byArn: ({ arn }) => [arn], byId: ({ policyId }) => [policyId] },
  isCounted: true,
});
