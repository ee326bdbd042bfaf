import type { CompiledCondition } from "../conditions/compile-condition.ts";
import { compileCondition, testCondition } from "../conditions/compile-condition.ts";
import type { Outcome } from "../match/outcome.ts";
import { failed, no, unknown, yes } from "../match/outcome.ts";
import type { CompiledResource } from "../match/resource.ts";
import { compileResource, matchResource } from "../match/resource.ts";
import type { ListElement, Policy, Statement } from "../parse/policy.ts";
import type { RequestContext } from "../request/context.ts";
import type { CompiledPrincipals } from "./compile-principals.ts";
import { compilePrincipals } from "./compile-principals.ts";

export interface CompiledStatement {
  readonly statement: Statement;
  /** Undefined when it reaches everyone, as in kinds of documents that have none. */
  readonly principals: CompiledPrincipals | undefined;
  /** Undefined when it matches everything, as in trust policies. */
  readonly resource: CompiledResource | undefined;
  /** Those that can fail first, so that an error counts wherever it stands. */
  readonly conditions: readonly CompiledCondition[];
  readonly mayFailCount: number;
  /** Whether `${…}` is a policy variable here. */
  readonly variables: boolean;
}

export function compileStatement(statement: Statement, { kind, version }: Policy): CompiledStatement {
  const variables = version === "2012-10-17";
  const conditions = statement.conditions.map((element) => compileCondition(element, variables));
  const { resources } = statement;
  const principals = statement.principals && compilePrincipals(statement.principals, kind);
  const mayFail = conditions.filter((condition) => condition.mayFail);
  return {
    statement,
    principals: principals?.everyone === "all" && !principals.not ? undefined : principals,
    resource: resources && !isEverything(resources) ? compileResource(resources, variables) : undefined,
    conditions: [...mayFail, ...conditions.filter((condition) => !condition.mayFail)],
    mayFailCount: mayFail.length,
    variables,
  };
}

const isEverything = ({ not, values }: ListElement) => !not && values.includes("*");

/** Where a statement failed to apply, kept for explanations. */
export interface Failure {
  at: "resource" | "condition" | undefined;
  condition: CompiledCondition | undefined;
  outcome: Outcome;
}

/**
 * Whether a statement whose principal and action match applies.
 *
 * @param failure receives the first element that did not match
 */
export function matchStatement(
  compiled: CompiledStatement,
  resource: string,
  context: RequestContext,
  failure?: Failure,
): Outcome {
  let outcome: Outcome =
    compiled.resource === undefined ? yes : matchResource(compiled.resource, resource, context);
  if (failure !== undefined && outcome !== yes) {
    failure.at = "resource";
    failure.outcome = outcome;
  }
  if (outcome === no) return no;
  const { conditions, mayFailCount } = compiled;
  // An error outweighs a false, a false an unknown, unless the unknown could turn out to be an error.
  let mayStillFail = false;
  for (let i = 0; i < conditions.length; i++) {
    const condition = conditions[i];
    if (condition === undefined) continue;
    const one = testCondition(condition, context);
    if (one === yes) continue;
    if (failure !== undefined && (failure.at === undefined || one === failed)) {
      failure.at = "condition";
      failure.condition = condition;
      failure.outcome = one;
    }
    if (one === failed) return failed;
    if (one === no) {
      outcome = no;
      if (i + 1 >= mayFailCount) break;
    } else {
      if (i < mayFailCount) mayStillFail = true;
      if (outcome === yes) outcome = unknown;
    }
  }
  return outcome === no && mayStillFail ? unknown : outcome;
}
