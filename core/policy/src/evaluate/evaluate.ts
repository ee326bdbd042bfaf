import { directGrantPassesSession, needsSessionPolicy, rcpsApply, scpsApply } from "../choices.ts";
import type { CompiledPolicy, Slice } from "../compile/compile-policy.ts";
import { allowByBoth } from "../compile/bound-statement.ts";
import { sliceFor } from "../compile/compile-policy.ts";
import { delegation, direct, none } from "../compile/compile-principals.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { Decision } from "./decision.ts";
import { implicitDeny, lacks } from "./implicit-deny.ts";
import { bestGrant, firstAllow, firstDeny } from "./layers.ts";
import { planFor } from "./plan.ts";
import type { Levels, Plan, PolicySet } from "./policy-set.ts";

/**
 * Decides one request. Never throws. Context keys of which nothing is known count against the caller.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function evaluate(request: AuthorizationRequest, policies: PolicySet): Decision {
  const plan = planFor(policies, request.action);
  const own = ownSlice(request, policies);
  return explicitDeny(request, plan, own) ?? decideAllow(request, policies, plan, own);
}

/** What the resource's own policy says of the action. */
const ownSlice = ({ action }: AuthorizationRequest, { resource }: PolicySet): Slice | undefined =>
  resource && sliceFor(resource, action);

/** One matching Deny anywhere ends it. The first layer of this order is the one that is reported. */
function explicitDeny(
  request: AuthorizationRequest,
  { scp, rcp, endpoint, denies, boundary }: Plan,
  own: Slice | undefined,
): Decision | undefined {
  const hasBoundary = boundary !== undefined;
  const statement =
    (scp !== undefined && scpsApply(request.principal)
      ? firstDeny(scp.denies, request, hasBoundary)
      : undefined) ??
    (rcp !== undefined && rcpsApply(request) ? firstDeny(rcp.denies, request, hasBoundary) : undefined) ??
    (endpoint && firstDeny(endpoint.denies, request, hasBoundary)) ??
    (own && firstDeny(own.denies, request, hasBoundary)) ??
    firstDeny(denies, request, hasBoundary);
  return statement?.deny;
}

/** What is decided when nothing denies: every gate that applies must be open, and someone must have granted. */
export function decideAllow(
  request: AuthorizationRequest,
  policies: PolicySet,
  plan: Plan = planFor(policies, request.action),
  own: Slice | undefined = ownSlice(request, policies),
): Decision {
  const { principal } = request;
  const { resource } = policies;
  const { rcp, scp, endpoint, boundary, session } = plan;
  let lacking = 0;
  if (rcp !== undefined && rcpsApply(request) && !everyLevelAllows(rcp, request)) lacking |= lacks.rcp;
  if (scp !== undefined && scpsApply(principal) && !everyLevelAllows(scp, request)) lacking |= lacks.scp;
  if (endpoint !== undefined && firstAllow(endpoint, request) === undefined) lacking |= lacks.endpoint;

  const grant = own && bestGrant(own, request);
  const worth = grant?.worth ?? none;

  if (principal.kind === "service" || principal.kind === "federated" || principal.kind === "anonymous") {
    // They have no identity policies: the resource's policy alone can let them in.
    if (grant === undefined) lacking |= lacksResource(request, resource);
    return lacking === 0 && grant !== undefined ? grant.statement.allow : implicitDeny(lacking);
  }

  const isSameAccount =
    request.resourceAccountId === undefined || request.resourceAccountId === principal.accountId;
  if (isSameAccount && worth === direct && directGrantPassesSession(principal) && grant !== undefined)
    return lacking === 0 ? grant.statement.allow : implicitDeny(lacking);

  // Role trust policies and key policies must speak for the caller or its account; others may be silent at home.
  const mustSpeak = request.resourceKind === "trust" || request.resourceKind === "kms-key";
  if (grant === undefined && (!isSameAccount || mustSpeak)) lacking |= lacksResource(request, resource);

  const isRoot = principal.kind === "root" || principal.kind === "assumed-root";
  const identity = firstAllow(plan.identity, request);
  const standsIn = isSameAccount && worth > delegation;
  if (identity === undefined && !isRoot && !standsIn) lacking |= lacks.identity;
  if (boundary !== undefined && !isRoot && firstAllow(boundary, request) === undefined)
    lacking |= lacks.boundary;
  if (session === undefined ? needsSessionPolicy(principal) : firstAllow(session, request) === undefined)
    lacking |= lacks.session;
  if (lacking !== 0) return implicitDeny(lacking);

  if (isSameAccount) return identity?.allow ?? (standsIn && grant ? grant.statement.allow : allowedAsRoot);
  if (identity === undefined || grant === undefined)
    return (identity ?? grant?.statement)?.allow ?? allowedAsRoot;
  return allowByBoth(identity, grant.statement);
}

/** What a resource without a policy is called depends on its kind. */
function lacksResource({ resourceKind }: AuthorizationRequest, resource: CompiledPolicy | undefined): number {
  return lacks[resource?.ref.type ?? (resourceKind === "trust" ? "trust" : "resource")];
}

/** Root needs no policy in its own account. */
const allowedAsRoot: Decision = { effect: "Allow", because: [] };

function everyLevelAllows({ allows }: Levels, request: AuthorizationRequest): boolean {
  for (const level of allows) if (firstAllow(level, request) === undefined) return false;
  return true;
}
