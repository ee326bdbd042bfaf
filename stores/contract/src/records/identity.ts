import { foldName } from "@rolecall/identifiers";
import type { Key } from "../key.ts";
import type { InlinePolicy } from "./policy-text.ts";

/** What users, groups and roles have in common. */
export interface Identity {
  accountId: string;
  /** As it was given; unique in the account whatever its case. */
  name: string;
  /** Begins and ends with `/`. */
  path: string;
  createdAtMs: number;
  /** ARNs of managed policies, in the order of their attachment. */
  attachedPolicies: string[];
  inlinePolicies: InlinePolicy[];
}

/** Keys of entities that are unique by name within their account. */
export const byAccountAndName = {
  key: ({ accountId, name }: { accountId: string; name: string }): Key => [accountId, name],
  canonical: [undefined, foldName],
};

/** [policy ARN, account id]: AWS managed policies are attached in many accounts. */
export const attachedPolicyValues = ({ attachedPolicies, accountId }: Identity): Key[] =>
  attachedPolicies.map((arn) => [arn, accountId]);

/** [policy ARN, account id] */
export const boundaryValues = (entity: { accountId: string; permissionsBoundary?: string }): Key[] =>
  entity.permissionsBoundary === undefined ? [] : [[entity.permissionsBoundary, entity.accountId]];
