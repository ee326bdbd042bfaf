import type { ContextValue } from "@rolecall/policy";
import { globalKeys } from "./context-keys.ts";
import type { GlobalFacts } from "./context-keys.ts";
import type { OrganizationFacts } from "./organization.ts";

/** Context keys as given by whoever names them; keys are compared without regard to case. */
export type ContextEntries = Readonly<Record<string, ContextValue | undefined>>;

/** Values by key in lower case. */
export function folded(entries: ContextEntries | undefined): Map<string, ContextValue> {
  const values = new Map<string, ContextValue>();
  for (const key in entries) {
    const value = entries[key];
    if (value !== undefined) values.set(key.toLowerCase(), value);
  }
  return values;
}

const rows = new Map(globalKeys.map((row) => [row.key.toLowerCase(), row]));
const tagPrefix = "aws:principaltag/";

/** One value of `globalContext`, by its key in lower case. */
export function globalValue(key: string, facts: GlobalFacts): ContextValue | undefined {
  const { tags, claims } = facts.caller;
  const fixed = folded(claims?.context).get(key);
  if (fixed !== undefined) return fixed;
  if (key.startsWith(tagPrefix)) {
    const name = key.slice(tagPrefix.length);
    return tags.findLast((tag) => tag.key.toLowerCase() === name)?.value;
  }
  return rows.get(key)?.value(facts);
}

/**
 * The global condition keys that follow from the caller, his organization and the connection, present exactly when AWS
 * puts them there: the rows of `globalKeys`, the caller's tags, and what was fixed when his session was issued.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function globalContext(facts: GlobalFacts): Record<string, ContextValue> {
  const { caller } = facts;
  const context: Record<string, ContextValue> = {};
  for (const row of globalKeys) {
    const value = row.value(facts);
    if (value !== undefined) context[row.key] = value;
  }
  for (const { key, value } of caller.tags) context[`aws:PrincipalTag/${key}`] = value;
  for (const [key, value] of Object.entries(caller.claims?.context ?? {})) context[key] = value;
  return context;
}

/** The keys that say whose a resource is. */
export function resourceOwnerContext(
  accountId: string | undefined,
  organization: OrganizationFacts | undefined,
): ContextEntries {
  if (accountId === undefined) return {};
  return {
    "aws:ResourceAccount": accountId,
    "aws:ResourceOrgID": organization?.id,
    "aws:ResourceOrgPaths": organization && [organization.path],
  };
}

/** `aws:RequestTag/k` and `aws:TagKeys` for tags passed in a request; nothing when no tags are passed. */
export function requestTagContext(
  tags: readonly { Key: string; Value: string }[] | undefined,
): Record<string, ContextValue> {
  if (!tags || tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map((tag) => [`aws:RequestTag/${tag.Key}`, tag.Value])),
    "aws:TagKeys": tags.map((tag) => tag.Key),
  };
}

/** `aws:ResourceTag/k`, and `iam:ResourceTag/k` beside it for users and roles. */
export function resourceTagContext(
  tags: readonly { key: string; value: string }[] | undefined,
  prefixes: readonly string[] = ["aws", "iam"],
): Record<string, ContextValue> {
  const context: Record<string, ContextValue> = {};
  for (const tag of tags ?? [])
    for (const prefix of prefixes) context[`${prefix}:ResourceTag/${tag.key}`] = tag.value;
  return context;
}
