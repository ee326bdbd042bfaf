import { directGrantPassesSession, needsSessionPolicy, rcpsApply, scpsApply } from "../choices.ts";
import type { CompiledPolicy, Verdict } from "../compile/compile-policy.ts";
import { delegation, direct, entity, none } from "../compile/compile-principals.ts";
import type { PolicyType } from "../compile/policy-ref.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { Decision } from "./decision.ts";
import { allowIn, denyIn, grantIn, inquiryOf } from "./layers.ts";
import type { Inquiry } from "./layers.ts";
import type { PolicySet } from "./policy-set.ts";

/**
 * Decides one request. Never throws. Context keys of which nothing is known count against the caller.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function evaluate(request: AuthorizationRequest, policies: PolicySet): Decision {
  const inquiry = inquiryOf(request, policies);
  return explicitDeny(inquiry, request, policies) ?? decideAllow(inquiry, request, policies);
}

/** One matching Deny anywhere ends it. The first layer of this order is the one that is reported. */
function explicitDeny(
  inquiry: Inquiry,
  request: AuthorizationRequest,
  policies: PolicySet,
): Decision | undefined {
  const { scp, rcp, endpoint, resource, identity, boundary, session } = policies;
  const verdict =
    (scp !== undefined && scpsApply(request.principal) ? denyInLevels(scp, inquiry) : undefined) ??
    (rcp !== undefined && rcpsApply(request) ? denyInLevels(rcp, inquiry) : undefined) ??
    (endpoint && denyIn(endpoint, inquiry)) ??
    (resource && denyIn(resource, inquiry)) ??
    denyInPool(identity, inquiry) ??
    (boundary && denyIn(boundary, inquiry)) ??
    (session && denyInPool(session, inquiry));
  return verdict?.deny;
}

/** What is decided when nothing denies: every gate that applies must be open, and someone must have granted. */
export function decideAllow(inquiry: Inquiry, request: AuthorizationRequest, policies: PolicySet): Decision {
  const { principal } = request;
  const { rcp, scp, endpoint, resource, boundary, session } = policies;
  const lacking: PolicyType[] = [];
  if (rcp !== undefined && rcpsApply(request) && !everyLevelAllows(rcp, inquiry)) lacking.push("rcp");
  if (scp !== undefined && scpsApply(principal) && !everyLevelAllows(scp, inquiry)) lacking.push("scp");
  if (endpoint !== undefined && allowIn(endpoint, inquiry) === undefined) lacking.push("endpoint");

  const grant = resource && grantIn(resource, inquiry);
  const worth = grant?.worth ?? none;
  const resourceLayer = resource?.ref.type ?? (request.resourceKind === "trust" ? "trust" : "resource");

  if (principal.kind === "service" || principal.kind === "federated" || principal.kind === "anonymous") {
    // They have no identity policies: the resource's policy alone can let them in.
    if (worth === none) lacking.push(resourceLayer);
    return lacking.length > 0
      ? implicitDeny(lacking)
      : (grant?.verdict.allow ?? implicitDeny([resourceLayer]));
  }

  const isSameAccount =
    request.resourceAccountId === undefined || request.resourceAccountId === principal.accountId;
  if (isSameAccount && worth === direct && directGrantPassesSession(principal) && grant !== undefined)
    return lacking.length > 0 ? implicitDeny(lacking) : grant.verdict.allow;

  // Role trust policies and key policies must speak for the caller or its account; others may be silent at home.
  const mustSpeak = request.resourceKind === "trust" || request.resourceKind === "kms-key";
  if (worth === none && (!isSameAccount || mustSpeak)) lacking.push(resourceLayer);

  const isRoot = principal.kind === "root" || principal.kind === "assumed-root";
  const identity = allowInPool(policies.identity, inquiry);
  const standsIn = isSameAccount && worth > delegation;
  if (identity === undefined && !isRoot && !standsIn) lacking.push("identity");
  if (boundary !== undefined && !isRoot && allowIn(boundary, inquiry) === undefined) lacking.push("boundary");
  if (session === undefined ? needsSessionPolicy(principal) : allowInPool(session, inquiry) === undefined)
    lacking.push("session");
  if (lacking.length > 0) return implicitDeny(lacking);

  if (isSameAccount)
    return identity?.allow ?? (worth >= entity && grant ? grant.verdict.allow : allowedAsRoot);
  return allowedByBoth(identity, grant?.verdict);
}

/** Root needs no policy in its own account. */
const allowedAsRoot: Decision = { effect: "Allow", because: [] };

function allowedByBoth(identity: Verdict | undefined, resource: Verdict | undefined): Decision {
  const because = [...(identity?.allow.because ?? []), ...(resource?.allow.because ?? [])];
  return { effect: "Allow", because };
}

function implicitDeny(lacking: readonly PolicyType[]): Decision {
  return { effect: "Deny", kind: "implicit", layer: lacking[0] ?? "identity", lacking };
}

function everyLevelAllows(levels: readonly (readonly CompiledPolicy[])[], inquiry: Inquiry): boolean {
  for (const level of levels) if (allowInPool(level, inquiry) === undefined) return false;
  return true;
}

function denyInLevels(levels: readonly (readonly CompiledPolicy[])[], inquiry: Inquiry): Verdict | undefined {
  for (const level of levels) {
    const verdict = denyInPool(level, inquiry);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** The documents of one layer are one pool: one matching statement speaks for all. */
function denyInPool(pool: readonly CompiledPolicy[], inquiry: Inquiry): Verdict | undefined {
  for (const policy of pool) {
    const verdict = denyIn(policy, inquiry);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function allowInPool(pool: readonly CompiledPolicy[], inquiry: Inquiry): Verdict | undefined {
  for (const policy of pool) {
    const verdict = allowIn(policy, inquiry);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}
