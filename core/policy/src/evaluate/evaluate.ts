import { directGrantPassesSession, needsSessionPolicy, rcpsApply, scpsApply } from "../choices.ts";
import type { CompiledPolicy, Verdict } from "../compile/compile-policy.ts";
import { allowByBoth } from "../compile/compile-policy.ts";
import { delegation, direct, none } from "../compile/compile-principals.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { Decision } from "./decision.ts";
import { implicitDeny, lacks } from "./implicit-deny.ts";
import { allowIn, denyIn, grantIn } from "./layers.ts";
import type { PolicySet } from "./policy-set.ts";

/**
 * Decides one request. Never throws. Context keys of which nothing is known count against the caller.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function evaluate(request: AuthorizationRequest, policies: PolicySet): Decision {
  return explicitDeny(request, policies) ?? decideAllow(request, policies);
}

/** One matching Deny anywhere ends it. The first layer of this order is the one that is reported. */
function explicitDeny(request: AuthorizationRequest, policies: PolicySet): Decision | undefined {
  const { scp, rcp, endpoint, resource, identity, boundary, session } = policies;
  const hasBoundary = boundary !== undefined;
  const verdict =
    (scp !== undefined && scpsApply(request.principal)
      ? denyInLevels(scp, request, hasBoundary)
      : undefined) ??
    (rcp !== undefined && rcpsApply(request) ? denyInLevels(rcp, request, hasBoundary) : undefined) ??
    (endpoint && denyIn(endpoint, request, hasBoundary)) ??
    (resource && denyIn(resource, request, hasBoundary)) ??
    denyInPool(identity, request, hasBoundary) ??
    (boundary && denyIn(boundary, request, hasBoundary)) ??
    (session && denyInPool(session, request, hasBoundary));
  return verdict?.deny;
}

/** What is decided when nothing denies: every gate that applies must be open, and someone must have granted. */
export function decideAllow(request: AuthorizationRequest, policies: PolicySet): Decision {
  const { principal } = request;
  const { rcp, scp, endpoint, resource, boundary, session } = policies;
  let lacking = 0;
  if (rcp !== undefined && rcpsApply(request) && !everyLevelAllows(rcp, request)) lacking |= lacks.rcp;
  if (scp !== undefined && scpsApply(principal) && !everyLevelAllows(scp, request)) lacking |= lacks.scp;
  if (endpoint !== undefined && allowIn(endpoint, request) === undefined) lacking |= lacks.endpoint;

  const grant = resource && grantIn(resource, request);
  const worth = grant?.worth ?? none;

  if (principal.kind === "service" || principal.kind === "federated" || principal.kind === "anonymous") {
    // They have no identity policies: the resource's policy alone can let them in.
    if (grant === undefined) lacking |= lacksResource(request, resource);
    return lacking === 0 && grant !== undefined ? grant.verdict.allow : implicitDeny(lacking);
  }

  const isSameAccount =
    request.resourceAccountId === undefined || request.resourceAccountId === principal.accountId;
  if (isSameAccount && worth === direct && directGrantPassesSession(principal) && grant !== undefined)
    return lacking === 0 ? grant.verdict.allow : implicitDeny(lacking);

  // Role trust policies and key policies must speak for the caller or its account; others may be silent at home.
  const mustSpeak = request.resourceKind === "trust" || request.resourceKind === "kms-key";
  if (grant === undefined && (!isSameAccount || mustSpeak)) lacking |= lacksResource(request, resource);

  const isRoot = principal.kind === "root" || principal.kind === "assumed-root";
  const identity = allowInPool(policies.identity, request);
  const standsIn = isSameAccount && worth > delegation;
  if (identity === undefined && !isRoot && !standsIn) lacking |= lacks.identity;
  if (boundary !== undefined && !isRoot && allowIn(boundary, request) === undefined)
    lacking |= lacks.boundary;
  if (session === undefined ? needsSessionPolicy(principal) : allowInPool(session, request) === undefined)
    lacking |= lacks.session;
  if (lacking !== 0) return implicitDeny(lacking);

  if (isSameAccount) return identity?.allow ?? (standsIn && grant ? grant.verdict.allow : allowedAsRoot);
  if (identity === undefined || grant === undefined)
    return (identity ?? grant?.verdict)?.allow ?? allowedAsRoot;
  return allowByBoth(identity, grant.verdict);
}

/** What a resource without a policy is called depends on its kind. */
function lacksResource({ resourceKind }: AuthorizationRequest, resource: CompiledPolicy | undefined): number {
  return lacks[resource?.ref.type ?? (resourceKind === "trust" ? "trust" : "resource")];
}

/** Root needs no policy in its own account. */
const allowedAsRoot: Decision = { effect: "Allow", because: [] };

function everyLevelAllows(
  levels: readonly (readonly CompiledPolicy[])[],
  request: AuthorizationRequest,
): boolean {
  for (const level of levels) if (allowInPool(level, request) === undefined) return false;
  return true;
}

function denyInLevels(
  levels: readonly (readonly CompiledPolicy[])[],
  request: AuthorizationRequest,
  hasBoundary: boolean,
): Verdict | undefined {
  for (const level of levels) {
    const verdict = denyInPool(level, request, hasBoundary);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** The documents of one layer are one pool: one matching statement speaks for all. */
function denyInPool(
  pool: readonly CompiledPolicy[],
  request: AuthorizationRequest,
  hasBoundary: boolean,
): Verdict | undefined {
  for (const policy of pool) {
    const verdict = denyIn(policy, request, hasBoundary);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function allowInPool(pool: readonly CompiledPolicy[], request: AuthorizationRequest): Verdict | undefined {
  for (const policy of pool) {
    const verdict = allowIn(policy, request);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}
