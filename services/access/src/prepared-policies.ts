import { preparePolicySet } from "@rolecall/policy";
import type { CompiledPolicy, PolicySet } from "@rolecall/policy";
import type { Caller } from "./caller.ts";
import type { CallerPolicies } from "./gather-policies.ts";
import { isSameRef } from "./policy-cache.ts";

/**
 * Callers' policies made ready for the engine, kept for their next requests. They are gathered anew for each request all
 * the same: what is kept is used only if it was made of the very documents that were found now, in the same places.
 */
export interface PreparedPolicies {
  prepared(caller: Caller, gathered: CallerPolicies): PolicySet;
}

/** @param maxPolicies of all callers together; who has not been seen for longest goes */
export function createPreparedPolicies(maxPolicies = 2000): PreparedPolicies {
  const kept = new Map<string, PolicySet>();
  let total = 0;

  function forget(key: string, set: PolicySet): void {
    kept.delete(key);
    total -= sizeOf(set);
  }

  return {
    prepared(caller, gathered) {
      const key = whose(caller, gathered);
      const known = kept.get(key);
      if (known) forget(key, known);
      const set = known && isMadeOf(known, gathered) ? known : preparePolicySet(gathered);
      kept.set(key, set);
      total += sizeOf(set);
      for (const [oldest, one] of kept) {
        if (total <= maxPolicies || one === set) break;
        forget(oldest, one);
      }
      return set;
    },
  };
}

/** Sessions of one role share what they have, unless they were made with policies of their own. */
function whose({ principal, arn }: Caller, { session }: CallerPolicies): string {
  return principal.kind === "role-session" && session === undefined ? principal.roleArn : arn;
}

/** A caller without policies takes room too. */
function sizeOf({ identity, boundary, session = [] }: PolicySet): number {
  return 1 + identity.length + (boundary ? 1 : 0) + session.length;
}

function isMadeOf(set: PolicySet, { identity, boundary, session }: CallerPolicies): boolean {
  return (
    areSame(set.identity, identity) &&
    areSame(listOf(set.boundary), listOf(boundary)) &&
    (set.session === undefined) === (session === undefined) &&
    areSame(set.session ?? [], session ?? [])
  );
}

const listOf = (policy: CompiledPolicy | undefined) => (policy ? [policy] : []);

function areSame(ones: readonly CompiledPolicy[], others: readonly CompiledPolicy[]): boolean {
  return ones.length === others.length && ones.every((one, i) => isSame(one, others[i]));
}

function isSame(one: CompiledPolicy, other: CompiledPolicy | undefined): boolean {
  if (one === other) return true;
  // The cache has one document for one text.
  return (
    other !== undefined &&
    one.document === other.document &&
    one.principalIds === other.principalIds &&
    isSameRef(one.ref, other.ref)
  );
}
