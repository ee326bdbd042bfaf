import type { ContextValue, RequestContext } from "@rolecall/policy";
import type { Check } from "./check.ts";
import type { GlobalFacts } from "./context-keys.ts";
import type { Organizations } from "./organization.ts";
import { folded, globalContext, globalValue, resourceOwnerContext } from "./request-context.ts";

/** What the condition context of every check of one request is made from. */
export interface RequestContextFacts extends GlobalFacts {
  /** Of the accounts that the request touches. */
  organizations: Organizations;
}

/**
 * The condition context of one check: what the check names, over whose the resource is, over what follows from the
 * caller and his connection. Nothing is made before a condition asks for it: of some thirty keys most requests are
 * asked for none.
 */
export function checkContext(check: Check, facts: RequestContextFacts): RequestContext {
  const owner = check.resourceAccountId;
  const named = folded(check.context);
  const ofOwner = folded(resourceOwnerContext(owner, facts.organizations.get(owner ?? "")));
  return {
    get: (key) => named.get(key) ?? ofOwner.get(key) ?? globalValue(key, facts),
    entries: () => Object.entries(contextEntries(check, facts)),
  };
}

/** All of it, names as AWS spells them: for explanations and records. */
export function contextEntries(check: Check, facts: RequestContextFacts): Record<string, ContextValue> {
  const entries: Record<string, ContextValue> = {};
  const { resourceAccountId } = check;
  const owner = resourceOwnerContext(resourceAccountId, facts.organizations.get(resourceAccountId ?? ""));
  for (const source of [globalContext(facts), owner, check.context ?? {}])
    for (const [key, value] of Object.entries(source)) if (value !== undefined) entries[key] = value;
  return entries;
}
