import { arn, binary, bool, date, ip, numeric, string, stringIgnoreCase, stringLike } from "./families.ts";
import type { Family } from "./families.ts";

/** A row says what matches; `not` makes it the negation of a row of the same family. */
export type Operator =
  { readonly family: Family; readonly not: boolean } | { readonly family: "null"; readonly not: false };

const is = (family: Family) => ({ family, not: false }) as const;
const not = (family: Family) => ({ family, not: true }) as const;

const equal = (got: number, wanted: number) => got === wanted;
const less = (got: number, wanted: number) => got < wanted;
const lessOrEqual = (got: number, wanted: number) => got <= wanted;
const greater = (got: number, wanted: number) => got > wanted;
const greaterOrEqual = (got: number, wanted: number) => got >= wanted;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export const operators = {
  StringEquals: is(string),
  StringNotEquals: not(string),
  StringEqualsIgnoreCase: is(stringIgnoreCase),
  StringNotEqualsIgnoreCase: not(stringIgnoreCase),
  StringLike: is(stringLike),
  StringNotLike: not(stringLike),
  NumericEquals: is(numeric(equal)),
  NumericNotEquals: not(numeric(equal)),
  NumericLessThan: is(numeric(less)),
  NumericLessThanEquals: is(numeric(lessOrEqual)),
  NumericGreaterThan: is(numeric(greater)),
  NumericGreaterThanEquals: is(numeric(greaterOrEqual)),
  DateEquals: is(date(equal)),
  DateNotEquals: not(date(equal)),
  DateLessThan: is(date(less)),
  DateLessThanEquals: is(date(lessOrEqual)),
  DateGreaterThan: is(date(greater)),
  DateGreaterThanEquals: is(date(greaterOrEqual)),
  Bool: is(bool),
  BinaryEquals: is(binary),
  IpAddress: is(ip),
  NotIpAddress: not(ip),
  ArnEquals: is(arn),
  ArnNotEquals: not(arn),
  ArnLike: is(arn),
  ArnNotLike: not(arn),
  Null: { family: "null", not: false },
} as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof operators;

/** `ForAllValues` and `ForAnyValue` are for multivalued keys. */
export type SetPrefix = "ForAllValues" | "ForAnyValue";

/** A condition operator with its prefix and suffix taken off. */
export interface ParsedOperator {
  /** Spelt as AWS does. */
  readonly name: string;
  readonly base: OperatorName;
  readonly set: SetPrefix | undefined;
  readonly ifExists: boolean;
}

const byLowerCase = new Map(
  (Object.keys(operators) as OperatorName[]).map((name) => [name.toLowerCase(), name] as const),
);
const sets: readonly SetPrefix[] = ["ForAllValues", "ForAnyValue"];

/** Undefined when there is no such operator: `NullIfExists` is none. Names are read in any case. */
export function parseOperator(text: string): ParsedOperator | undefined {
  const lower = text.toLowerCase();
  const set = sets.find((prefix) => lower.startsWith(`${prefix.toLowerCase()}:`));
  const rest = set === undefined ? lower : lower.slice(set.length + 1);
  const ifExists = rest.endsWith("ifexists");
  const base = byLowerCase.get(ifExists ? rest.slice(0, -"ifexists".length) : rest);
  if (base === undefined || (base === "Null" && ifExists)) return undefined;
  return {
    name: `${set === undefined ? "" : `${set}:`}${base}${ifExists ? "IfExists" : ""}`,
    base,
    set,
    ifExists,
  };
}

/** Whether a document that has this value under the operator is refused on save; Bool and Null take any text. */
export function isInvalidValue(base: OperatorName, value: string): boolean {
  const operator: Operator = operators[base];
  return operator.family !== "null" && operator.family.isInvalid(value);
}
