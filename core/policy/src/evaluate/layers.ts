import type { BoundStatement, Grant } from "../compile/bound-statement.ts";
import { grantOf } from "../compile/bound-statement.ts";
import type { Slice } from "../compile/compile-policy.ts";
import type { Worth } from "../compile/compile-principals.ts";
import { direct, none, principalWorth } from "../compile/compile-principals.ts";
import { candidatesFor } from "../compile/resource-index.ts";
import { matchStatement } from "../compile/compile-statement.ts";
import { no, yes } from "../match/outcome.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { Principal } from "../request/principal.ts";

/** The first Deny statement that applies; so does one that cannot be evaluated. */
export function firstDeny(
  denies: readonly BoundStatement[],
  request: AuthorizationRequest,
  hasBoundary: boolean,
): BoundStatement | undefined {
  for (const one of denies) {
    if (worthOf(one, request.principal, hasBoundary) === none) continue;
    if (matchStatement(one.matchers, request.resource, request.context) !== no) return one;
  }
  return undefined;
}

/** The first Allow statement that applies, whatever it is worth. */
export function firstAllow({ byResource }: Slice, request: AuthorizationRequest): BoundStatement | undefined {
  for (const one of candidatesFor(byResource, request.resource)) {
    if (worthOf(one, request.principal, false) === none) continue;
    if (matchStatement(one.matchers, request.resource, request.context) === yes) return one;
  }
  return undefined;
}

/** The applying Allow statement of a resource policy that is worth most; the first of equals. */
export function bestGrant({ byResource }: Slice, request: AuthorizationRequest): Grant | undefined {
  let best: BoundStatement | undefined;
  let worth: Worth = none;
  for (const one of candidatesFor(byResource, request.resource)) {
    const offered = worthOf(one, request.principal, false);
    if (offered <= worth) continue;
    if (matchStatement(one.matchers, request.resource, request.context) !== yes) continue;
    best = one;
    worth = offered;
    if (worth === direct) break;
  }
  return best && grantOf(best, worth);
}

/**
 * What the statement's Principal makes of the caller; documents without principals concern whoever they are attached to.
 *
 * @param hasBoundary counts for a Deny only
 */
export function worthOf(
  { matchers: { principals, statement }, principalIds }: BoundStatement,
  caller: Principal,
  hasBoundary: boolean,
): Worth {
  if (principals === undefined) return direct;
  return principalWorth(principals, caller, principalIds, statement.effect === "Deny", hasBoundary);
}
