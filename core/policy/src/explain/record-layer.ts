import type { CompiledPolicy } from "../compile/compile-policy.ts";
import { verdictOf } from "../compile/compile-policy.ts";
import { none } from "../compile/compile-principals.ts";
import type { CompiledStatement, Failure } from "../compile/compile-statement.ts";
import { matchStatement } from "../compile/compile-statement.ts";
import type { StatementRef } from "../compile/policy-ref.ts";
import type { Inquiry } from "../evaluate/layers.ts";
import { worthOf } from "../evaluate/layers.ts";
import { serviceOf } from "../match/action.ts";
import { failed, no, unknown, yes } from "../match/outcome.ts";
import type { RequestContext } from "../request/context.ts";
import { unknownValue } from "../request/context.ts";
import type { FailedCondition, NearMiss } from "./explanation.ts";

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

export function recordLayer(pool: readonly CompiledPolicy[], inquiry: Inquiry): LayerRecord {
  const denied: StatementRef[] = [];
  const allowed: StatementRef[] = [];
  const nearMisses: NearMiss[] = [];
  for (const policy of pool)
    for (const compiled of policy.document.statements) {
      const { statement } = verdictOf(policy, compiled);
      const failure: Failure = { at: undefined, condition: undefined, outcome: yes };
      const isReached = worthOf(compiled, policy, inquiry) !== none;
      const outcome = matchStatement(
        compiled,
        inquiry.action,
        inquiry.resource,
        inquiry.context,
        false,
        failure,
      );
      if (compiled.statement.effect === "Deny") {
        if (isReached && outcome !== no) denied.push(statement);
      } else if (isReached && outcome === yes) allowed.push(statement);
      else {
        const miss = nearMiss(compiled, statement, isReached, failure, inquiry);
        if (miss !== undefined) nearMisses.push(miss);
      }
    }
  nearMisses.sort((a, b) => nearness.indexOf(b.failedAt) - nearness.indexOf(a.failedAt));
  return { denied, allowed, nearMisses: nearMisses.slice(0, maxNearMisses) };
}

function nearMiss(
  compiled: CompiledStatement,
  statement: StatementRef,
  isReached: boolean,
  failure: Failure,
  inquiry: Inquiry,
): NearMiss | undefined {
  const { effect } = compiled.statement;
  if (failure.at === "action")
    return namesService(compiled, inquiry.service) ? { statement, effect, failedAt: "action" } : undefined;
  if (!isReached) return { statement, effect, failedAt: "principal" };
  if (failure.at === undefined || failure.condition === undefined)
    return { statement, effect, failedAt: failure.at ?? "resource" };
  const condition = failedCondition(
    failure.condition.element,
    failure.condition.key,
    failure,
    inquiry.context,
  );
  return { statement, effect, failedAt: "condition", condition };
}

/** Another action of the same service is a near miss, one of another service is not. */
function namesService({ statement }: CompiledStatement, service: string): boolean {
  return statement.actions.values.some((action) => serviceOf(action.toLowerCase()) === service);
}

function failedCondition(
  { operator, key, values }: CompiledStatement["statement"]["conditions"][number],
  lowerCaseKey: string,
  { outcome }: Failure,
  context: RequestContext,
): FailedCondition {
  const got = context.get(lowerCaseKey);
  return {
    operator,
    key,
    wanted: values,
    got: got === undefined || got === unknownValue ? null : typeof got === "string" ? [got] : [...got],
    outcome: outcome === failed ? "error" : outcome === unknown ? "unknown" : "false",
  };
}
