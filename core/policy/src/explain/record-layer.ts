import type { CompiledPolicy } from "../compile/compile-policy.ts";
import { boundStatement } from "../compile/compile-policy.ts";
import { none } from "../compile/compile-principals.ts";
import type { CompiledStatement, Failure } from "../compile/compile-statement.ts";
import { matchStatement } from "../compile/compile-statement.ts";
import type { StatementRef } from "../compile/policy-ref.ts";
import { worthOf } from "../evaluate/layers.ts";
import { actionMatches, serviceOf } from "../match/action.ts";
import { no, yes } from "../match/outcome.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import { nearMissAt } from "./near-miss.ts";
import type { NearMiss } from "./explanation.ts";

/** What all statements of one pool of policies say. */
export interface LayerRecord {
  readonly denied: readonly StatementRef[];
  readonly allowed: readonly StatementRef[];
  readonly nearMisses: readonly NearMiss[];
}

/** More would hide what matters. */
const maxNearMisses = 10;

/** How far a statement came: later elements are nearer misses. */
const nearness = ["action", "principal", "resource", "condition"] as const;

export function recordLayer(
  pool: readonly CompiledPolicy[],
  request: AuthorizationRequest,
  hasBoundary: boolean,
): LayerRecord {
  const denied: StatementRef[] = [];
  const allowed: StatementRef[] = [];
  const nearMisses: NearMiss[] = [];
  const action = request.action.toLowerCase();
  for (const policy of pool)
    for (const parsed of policy.document.policy.statements) {
      const bound = boundStatement(policy, parsed);
      const { matchers: compiled, ref: statement } = bound;
      const isAllow = parsed.effect === "Allow";
      if (!actionMatches(parsed.actions, action)) {
        // Another action of the same service is a near miss, one of another service is not.
        if (isAllow && namesService(compiled, serviceOf(action)))
          nearMisses.push(nearMissAt("action", compiled, statement, request));
        continue;
      }
      if (worthOf(bound, request.principal, hasBoundary) === none) {
        if (isAllow) nearMisses.push(nearMissAt("principal", compiled, statement, request));
        continue;
      }
      const failure: Failure = { at: undefined, condition: undefined, outcome: yes };
      const outcome = matchStatement(compiled, request.resource, request.context, failure);
      if (!isAllow) {
        if (outcome !== no) denied.push(statement);
      } else if (outcome === yes) allowed.push(statement);
      else nearMisses.push(nearMissAt(failure.at ?? "resource", compiled, statement, request, failure));
    }
  nearMisses.sort((a, b) => nearness.indexOf(b.failedAt) - nearness.indexOf(a.failedAt));
  return { denied, allowed, nearMisses: nearMisses.slice(0, maxNearMisses) };
}

function namesService({ statement }: CompiledStatement, service: string): boolean {
  return statement.actions.values.some((action) => serviceOf(action.toLowerCase()) === service);
}
