import type { Outcome } from "../match/outcome.ts";
import { failed, negated, no, unknown, yes } from "../match/outcome.ts";
import type { ConditionElement } from "../parse/policy.ts";
import type { RequestContext } from "../request/context.ts";
import { unknownValue } from "../request/context.ts";
import type { Family, ValueTest } from "./families.ts";
import { operators, parseOperator } from "./operators.ts";
import type { Operator, ParsedOperator } from "./operators.ts";

export interface CompiledCondition {
  readonly element: ConditionElement;
  /** The key in lower case. */
  readonly key: string;
  /** Whether the test can end in an evaluation error. */
  readonly mayFail: boolean;
  readonly test: (context: RequestContext) => Outcome;
}

/**
 * Prepares one key under one operator.
 *
 * @param variables whether the document's version has policy variables
 */
export function compileCondition(element: ConditionElement, variables: boolean): CompiledCondition {
  const key = element.key.toLowerCase();
  const parsed = parseOperator(element.operator);
  // The parser lets no other operator through; whoever builds a policy by hand gets an evaluation error.
  if (parsed === undefined) return { element, key, mayFail: true, test: () => failed };
  const operator: Operator = operators[parsed.base];
  if (operator.family === "null")
    return { element, key, mayFail: false, test: nullTest(key, element.values, parsed) };
  // A family and its tests agree on T; the union of rows cannot say so.
  const family = operator.family as Family<unknown>;
  const tests = element.values.map((value) => family.prepare(value, variables));
  const value = valueTest(family, tests, operator.not);
  return {
    element,
    key,
    mayFail: element.values.some(
      (wanted) => family.isInvalid(wanted) || (variables && wanted.includes("${")),
    ),
    test: quantifiers[parsed.set ?? "single"](key, value, operator.not, parsed.ifExists),
  };
}

/** Tests one value of the request against all values of the policy: OR, or for negated operators none may match. */
type RequestValueTest = (value: string, context: RequestContext) => Outcome;

function valueTest<T>(family: Family<T>, tests: readonly ValueTest<T>[], not: boolean): RequestValueTest {
  const any = anyOf(tests);
  const unreadable: Outcome = not && !family.unreadableIsFalse ? yes : no;
  return (value, context) => {
    const got = family.read(value);
    if (got === undefined) return unreadable;
    return not ? negated(any(got, context)) : any(got, context);
  };
}

/** In order: the first match ends the search, and so does the first error. */
function anyOf<T>(tests: readonly ValueTest<T>[]): ValueTest<T> {
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (got, context) => {
    let outcome: Outcome = no;
    for (const test of tests) {
      const one = test(got, context);
      if (one === yes) return yes;
      if (one === unknown) outcome = unknown;
      else if (one === failed) return outcome === unknown ? unknown : failed;
    }
    return outcome;
  };
}

type Quantifier = (
  key: string,
  value: RequestValueTest,
  not: boolean,
  ifExists: boolean,
) => CompiledCondition["test"];

/**
 * How many of a key's values must match. A key without values counts as absent.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
const quantifiers: Record<"single" | "ForAllValues" | "ForAnyValue", Quantifier> = {
  single: (key, value, not, ifExists) => {
    const absent: Outcome = ifExists || not ? yes : no;
    return (context) => {
      const got = context.get(key);
      if (typeof got === "string") return value(got, context);
      if (got === undefined) return absent;
      if (got === unknownValue) return unknown;
      // A multivalued key without a set operator matches nothing, not even a negated operator (recorded).
      return got.length === 0 ? absent : no;
    };
  },
  ForAllValues: (key, value) => (context) => {
    const got = context.get(key);
    if (typeof got === "string") return value(got, context);
    if (got === undefined) return yes;
    if (got === unknownValue) return unknown;
    let outcome: Outcome = yes;
    for (const one of got) {
      const result = value(one, context);
      if (result === no || result === failed) return result;
      if (result === unknown) outcome = unknown;
    }
    return outcome;
  },
  ForAnyValue: (key, value, _not, ifExists) => {
    const absent: Outcome = ifExists ? yes : no;
    return (context) => {
      const got = context.get(key);
      if (typeof got === "string") return value(got, context);
      if (got === undefined) return absent;
      if (got === unknownValue) return unknown;
      if (got.length === 0) return absent;
      let outcome: Outcome = no;
      for (const one of got) {
        const result = value(one, context);
        if (result === yes || result === failed) return result;
        if (result === unknown) outcome = unknown;
      }
      return outcome;
    };
  },
};

/** `Null`: "true" in any case asks for an absent key, any other text for a present one. An empty string is present. */
function nullTest(
  key: string,
  values: readonly string[],
  { set }: ParsedOperator,
): CompiledCondition["test"] {
  // Policy check NULL_WITH_QUALIFIER: always true with ForAllValues, always false with ForAnyValue.
  if (set !== undefined) return () => (set === "ForAllValues" ? yes : no);
  const whenAbsent: Outcome = values.some((value) => value.toLowerCase() === "true") ? yes : no;
  const whenPresent: Outcome = values.some((value) => value.toLowerCase() !== "true") ? yes : no;
  return (context) => {
    const got = context.get(key);
    if (got === unknownValue) return whenAbsent === whenPresent ? whenAbsent : unknown;
    return got === undefined || (typeof got !== "string" && got.length === 0) ? whenAbsent : whenPresent;
  };
}
