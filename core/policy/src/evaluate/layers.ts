import type { CompiledPolicy, Verdict } from "../compile/compile-policy.ts";
import { verdictOf } from "../compile/compile-policy.ts";
import type { Worth } from "../compile/compile-principals.ts";
import { direct, none, principalWorth } from "../compile/compile-principals.ts";
import type { CompiledStatement } from "../compile/compile-statement.ts";
import { matchStatement } from "../compile/compile-statement.ts";
import { sliceFor } from "../compile/slices.ts";
import { serviceOf } from "../match/action.ts";
import { no, yes } from "../match/outcome.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { RequestContext } from "../request/context.ts";
import type { Principal } from "../request/principal.ts";
import type { PolicySet } from "./policy-set.ts";

/** A request as the matchers want it. */
export interface Inquiry {
  readonly principal: Principal;
  /** In lower case. */
  readonly action: string;
  readonly service: string;
  readonly resource: string;
  readonly context: RequestContext;
  readonly hasBoundary: boolean;
}

export function inquiryOf(request: AuthorizationRequest, policies: PolicySet): Inquiry {
  const action = request.action.toLowerCase();
  return {
    principal: request.principal,
    action,
    service: serviceOf(action),
    resource: request.resource,
    context: request.context,
    hasBoundary: policies.boundary !== undefined,
  };
}

/** The first Deny statement that applies; so does one that cannot be evaluated. */
export function denyIn(policy: CompiledPolicy, inquiry: Inquiry): Verdict | undefined {
  const { statements, actionMatches } = sliceFor(policy.document.deny, inquiry.action, inquiry.service);
  for (const one of statements) {
    if (worthOf(one, policy, inquiry) === none) continue;
    if (matchStatement(one, inquiry.action, inquiry.resource, inquiry.context, actionMatches) !== no)
      return verdictOf(policy, one);
  }
  return undefined;
}

/** The first Allow statement that applies, whatever its principal. */
export function allowIn(policy: CompiledPolicy, inquiry: Inquiry): Verdict | undefined {
  const { statements, actionMatches } = sliceFor(policy.document.allow, inquiry.action, inquiry.service);
  for (const one of statements) {
    if (worthOf(one, policy, inquiry) === none) continue;
    if (matchStatement(one, inquiry.action, inquiry.resource, inquiry.context, actionMatches) === yes)
      return verdictOf(policy, one);
  }
  return undefined;
}

/** What a resource policy grants. */
export interface Grant {
  readonly verdict: Verdict;
  readonly worth: Worth;
}

/** The applying Allow statement that is worth most; the first of equals. */
export function grantIn(policy: CompiledPolicy, inquiry: Inquiry): Grant | undefined {
  const { statements, actionMatches } = sliceFor(policy.document.allow, inquiry.action, inquiry.service);
  let best: CompiledStatement | undefined;
  let worth: Worth = none;
  for (const one of statements) {
    const offered = worthOf(one, policy, inquiry);
    if (offered <= worth) continue;
    if (matchStatement(one, inquiry.action, inquiry.resource, inquiry.context, actionMatches) !== yes)
      continue;
    best = one;
    worth = offered;
    if (worth === direct) break;
  }
  return best && { verdict: verdictOf(policy, best), worth };
}

/** What the statement's Principal makes of the caller; documents without principals concern whoever they are attached to. */
export function worthOf(
  { principals, statement }: CompiledStatement,
  policy: CompiledPolicy,
  inquiry: Inquiry,
): Worth {
  if (principals === undefined) return direct;
  const isDeny = statement.effect === "Deny";
  return principalWorth(principals, inquiry.principal, policy.principalIds, isDeny, inquiry.hasBoundary);
}
