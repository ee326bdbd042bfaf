import type { CompiledPolicy, Grant, Verdict } from "../compile/compile-policy.ts";
import { grantOf, verdictOf } from "../compile/compile-policy.ts";
import type { Worth } from "../compile/compile-principals.ts";
import { direct, none, principalWorth } from "../compile/compile-principals.ts";
import type { CompiledStatement } from "../compile/compile-statement.ts";
import { matchStatement } from "../compile/compile-statement.ts";
import { statementsFor } from "../compile/slices.ts";
import { no, yes } from "../match/outcome.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { Principal } from "../request/principal.ts";

/** The first Deny statement that applies; so does one that cannot be evaluated. */
export function denyIn(
  policy: CompiledPolicy,
  request: AuthorizationRequest,
  hasBoundary: boolean,
): Verdict | undefined {
  for (const one of statementsFor(policy.document.deny, policy.document, request.action)) {
    if (worthOf(one, policy, request.principal, hasBoundary) === none) continue;
    if (matchStatement(one, request.resource, request.context) !== no) return verdictOf(policy, one);
  }
  return undefined;
}

/** The first Allow statement that applies, whatever it is worth. */
export function allowIn(policy: CompiledPolicy, request: AuthorizationRequest): Verdict | undefined {
  for (const one of statementsFor(policy.document.allow, policy.document, request.action)) {
    if (worthOf(one, policy, request.principal, false) === none) continue;
    if (matchStatement(one, request.resource, request.context) === yes) return verdictOf(policy, one);
  }
  return undefined;
}

/** The applying Allow statement of a resource policy that is worth most; the first of equals. */
export function grantIn(policy: CompiledPolicy, request: AuthorizationRequest): Grant | undefined {
  let best: CompiledStatement | undefined;
  let worth: Worth = none;
  for (const one of statementsFor(policy.document.allow, policy.document, request.action)) {
    const offered = worthOf(one, policy, request.principal, false);
    if (offered <= worth) continue;
    if (matchStatement(one, request.resource, request.context) !== yes) continue;
    best = one;
    worth = offered;
    if (worth === direct) break;
  }
  return best && grantOf(policy, best, worth);
}

/**
 * What the statement's Principal makes of the caller; documents without principals concern whoever they are attached to.
 *
 * @param hasBoundary counts for a Deny only
 */
export function worthOf(
  { principals, statement }: CompiledStatement,
  { principalIds }: CompiledPolicy,
  caller: Principal,
  hasBoundary: boolean,
): Worth {
  if (principals === undefined) return direct;
  return principalWorth(principals, caller, principalIds, statement.effect === "Deny", hasBoundary);
}
