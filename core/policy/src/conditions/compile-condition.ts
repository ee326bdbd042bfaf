import type { Outcome } from "../match/outcome.ts";
import { failed, negated, no, unknown, yes } from "../match/outcome.ts";
import type { ConditionElement } from "../parse/policy.ts";
import type { RequestContext } from "../request/context.ts";
import { unknownValue } from "../request/context.ts";
import type { Comparison } from "./families.ts";
import { unreadable } from "./families.ts";
import { operators, parseOperator } from "./operators.ts";
import type { Operator, SetPrefix } from "./operators.ts";

/** One key under one operator, made ready to be tested by `testCondition`. */
export interface CompiledCondition {
  readonly element: ConditionElement;
  /** The key in lower case. */
  readonly key: string;
  /** Whether the test can end in an evaluation error. */
  readonly mayFail: boolean;
  readonly set: SetPrefix | undefined;
  readonly whenAbsent: Outcome;
  /** Set where every value has the same answer (Null). */
  readonly whenPresent: Outcome | undefined;
  /** A value of the request against all values of the policy. */
  readonly compare: Comparison;
  readonly not: boolean;
  readonly whenUnreadable: Outcome;
}

/** @param variables whether the document's version has policy variables */
export function compileCondition(element: ConditionElement, variables: boolean): CompiledCondition {
  const parsed = parseOperator(element.operator);
  // The parser lets no other operator through; whoever builds a policy by hand gets an evaluation error.
  if (parsed === undefined) return { ...constant(element, failed, failed), mayFail: true };
  const { set, ifExists } = parsed;
  const operator: Operator = operators[parsed.base];
  if (operator.family === "null") return nullCondition(element, set);
  const { family, not } = operator;
  return {
    element,
    key: element.key.toLowerCase(),
    mayFail: element.values.some((wanted) => family.mayFail(wanted, variables)),
    set,
    whenAbsent: set === "ForAllValues" || ifExists || (not && set === undefined) ? yes : no,
    whenPresent: undefined,
    compare: family.prepare(element.values, variables),
    not,
    whenUnreadable: not && !family.unreadableIsFalse ? yes : no,
  };
}

/** `Null`: "true" in any case asks for an absent key, any other text for a present one. An empty string is present. */
function nullCondition(element: ConditionElement, set: SetPrefix | undefined): CompiledCondition {
  // Policy check NULL_WITH_QUALIFIER: always true with ForAllValues, always false with ForAnyValue.
  if (set !== undefined) {
    const always = set === "ForAllValues" ? yes : no;
    return constant(element, always, always);
  }
  const isTrue = (value: string) => value.toLowerCase() === "true";
  const asks = (present: boolean) => element.values.some((value) => isTrue(value) !== present);
  return constant(element, asks(false) ? yes : no, asks(true) ? yes : no);
}

function constant(element: ConditionElement, whenAbsent: Outcome, whenPresent: Outcome): CompiledCondition {
  return {
    element,
    key: element.key.toLowerCase(),
    mayFail: false,
    set: undefined,
    whenAbsent,
    whenPresent,
    compare: () => no,
    not: false,
    whenUnreadable: no,
  };
}

/**
 * Whether a condition holds. A key without values counts as absent.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function testCondition(condition: CompiledCondition, context: RequestContext): Outcome {
  const { whenAbsent, whenPresent } = condition;
  const got = context.get(condition.key);
  if (typeof got === "string") return whenPresent ?? testValue(condition, got, context);
  if (whenPresent === whenAbsent) return whenAbsent;
  if (got === undefined) return whenAbsent;
  if (got === unknownValue) return unknown;
  if (got.length === 0) return whenAbsent;
  if (whenPresent !== undefined) return whenPresent;
  switch (condition.set) {
    case undefined:
      // A multivalued key without a set operator matches nothing, not even a negated operator (recorded).
      return no;
    case "ForAllValues":
      return testValues(condition, got, context, yes);
    case "ForAnyValue":
      return testValues(condition, got, context, no);
  }
}

function testValue(condition: CompiledCondition, value: string, context: RequestContext): Outcome {
  const outcome = condition.compare(value, context);
  if (outcome === unreadable) return condition.whenUnreadable;
  return condition.not ? negated(outcome) : outcome;
}

/**
 * @param otherwise the answer unless a value has another one: in order, and an error ends it, so that nothing is sure
 *   behind a value of which it is not known whether it ends in one
 */
function testValues(
  condition: CompiledCondition,
  values: readonly string[],
  context: RequestContext,
  otherwise: typeof yes | typeof no,
): Outcome {
  let outcome: Outcome = otherwise;
  for (const value of values) {
    const one = testValue(condition, value, context);
    if (one === unknown) outcome = unknown;
    else if (one !== otherwise) return outcome === unknown && condition.mayFail ? unknown : one;
  }
  return outcome;
}
