import type { BoundStatement } from "../compile/bound-statement.ts";
import type { CompiledPolicy } from "../compile/compile-policy.ts";
import { joinSlices, sliceFor } from "../compile/compile-policy.ts";
import { indexByResource, unindexed } from "../compile/resource-index.ts";
import type { Levels, Plan, Plans, PolicySet } from "./policy-set.ts";

/** A caller asks for few actions; whoever asks for many waits a little. */
const maxPlans = 64;

/**
 * Makes a set ready for many requests: what its policies say of an action is put together once, when it is first asked
 * for. Prepare the caller's policies; the policy of the resource joins them for each request: `{ ...prepared, resource }`.
 * Nothing of a request is kept but the action.
 */
export function preparePolicySet(policies: PolicySet): PolicySet {
  const { identity, session, scp, rcp } = policies;
  // Frozen, so that no plan can outlive what it was made of.
  const of: PolicySet = {
    ...policies,
    identity: frozen(identity),
    session: session && frozen(session),
    scp: scp && frozen(scp.map(frozen)),
    rcp: rcp && frozen(rcp.map(frozen)),
  };
  return { ...of, plans: { of, byAction: new Map() } };
}

const frozen = <T>(list: readonly T[]): readonly T[] => Object.freeze([...list]);

/**
 * INVARIANT: a plan serves the very policies it was made of. Whoever changes a prepared set gets one for this request
 * alone.
 */
export function planFor(policies: PolicySet, action: string): Plan {
  const { plans } = policies;
  if (plans === undefined || !isPlanned(policies, plans.of)) return makePlan(policies, action, unindexed);
  return plans.byAction.get(action) ?? keepPlan(plans, action);
}

function isPlanned(policies: PolicySet, of: PolicySet): boolean {
  return (
    policies.identity === of.identity &&
    policies.boundary === of.boundary &&
    policies.session === of.session &&
    policies.scp === of.scp &&
    policies.rcp === of.rcp &&
    policies.endpoint === of.endpoint
  );
}

function keepPlan({ of, byAction }: Plans, action: string): Plan {
  const plan = makePlan(of, action, indexByResource);
  if (byAction.size >= maxPlans) byAction.clear();
  byAction.set(action, plan);
  return plan;
}

function makePlan(
  { scp, rcp, endpoint, identity, boundary, session }: PolicySet,
  action: string,
  index: typeof indexByResource,
): Plan {
  const pool = (policies: readonly CompiledPolicy[]) =>
    joinSlices(
      policies.map((policy) => sliceFor(policy, action)),
      index,
    );
  const levels = (pools: readonly (readonly CompiledPolicy[])[]): Levels => {
    const slices = pools.map(pool);
    return {
      denies: slices.flatMap(({ denies }) => denies),
      allows: slices.filter(({ allows }) => !allows.some(appliesAlways)),
    };
  };
  const ofIdentity = pool(identity);
  const ofBoundary = boundary && sliceFor(boundary, action);
  const ofSession = session && pool(session);
  return {
    scp: scp && levels(scp),
    rcp: rcp && levels(rcp),
    endpoint: endpoint && sliceFor(endpoint, action),
    denies: [ofIdentity, ofBoundary, ofSession].flatMap((slice) => slice?.denies ?? []),
    identity: ofIdentity,
    boundary: ofBoundary,
    session: ofSession,
  };
}

const appliesAlways = ({ matchers: { principals, resource, conditions } }: BoundStatement) =>
  principals === undefined && resource === undefined && conditions.length === 0;
