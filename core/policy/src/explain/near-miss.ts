import type { CompiledCondition } from "../conditions/compile-condition.ts";
import type { CompiledStatement, Failure } from "../compile/compile-statement.ts";
import type { StatementRef } from "../compile/policy-ref.ts";
import { failed, unknown } from "../match/outcome.ts";
import { parseTemplate, textFor } from "../match/template.ts";
import type { Statement } from "../parse/policy.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { RequestContext } from "../request/context.ts";
import { unknownValue } from "../request/context.ts";
import type { FailedCondition, NearMiss, WantedElement } from "./explanation.ts";

/** Why an Allow statement did not apply, from where its matchers stopped. */
export function nearMissAt(
  failedAt: NearMiss["failedAt"],
  { statement, variables }: CompiledStatement,
  ref: StatementRef,
  { context }: AuthorizationRequest,
  failure?: Failure,
): NearMiss {
  const miss = { statement: ref, effect: "Allow", failedAt } as const;
  if (failure?.condition !== undefined) {
    const condition = failedCondition(failure.condition, failure, context);
    return { ...miss, condition, ...variablesUsed(condition.wanted, variables, context) };
  }
  const wanted = wantedElement(failedAt, statement);
  const patterns = failedAt === "resource" ? (statement.resources?.values ?? []) : [];
  return { ...miss, ...(wanted && { wanted }), ...variablesUsed(patterns, variables, context) };
}

function wantedElement(
  failedAt: NearMiss["failedAt"],
  { actions, principals, resources }: Statement,
): WantedElement | undefined {
  switch (failedAt) {
    case "principal":
      return (
        principals && { element: principals.not ? "NotPrincipal" : "Principal", values: principals.entries }
      );
    case "action":
      return { element: actions.not ? "NotAction" : "Action", values: actions.values };
    case "resource":
      return resources && { element: resources.not ? "NotResource" : "Resource", values: resources.values };
    case "condition":
      return undefined;
  }
}

function failedCondition(
  { element: { operator, key, values }, key: lowerCaseKey }: CompiledCondition,
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

/** Nothing when there are none. */
function variablesUsed(
  values: readonly string[],
  hasVariables: boolean,
  context: RequestContext,
): Pick<NearMiss, "variables"> {
  const used = new Map<string, string | null>();
  for (const value of values)
    for (const piece of parseTemplate(value, { wildcards: false, variables: hasVariables }))
      if (typeof piece === "object") {
        const text = textFor(piece, context);
        used.set(piece.text, typeof text === "string" ? text : null);
      }
  return used.size === 0 ? {} : { variables: Object.fromEntries(used) };
}
