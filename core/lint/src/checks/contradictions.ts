// Conditions that no request satisfies, alone or together.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
import type { Found } from "../check.ts";
import { found } from "../check.ts";
import type { ConditionValue, LintCondition, LintStatement } from "../document.ts";
import { isPositive } from "./operator-kinds.ts";
import { hasVariable } from "./variables.ts";

/** Pairs of conditions, and conditions alone, that no request satisfies. */
export function* neverTrue({ conditions }: LintStatement): Iterable<Found> {
  for (const condition of conditions)
    if (condition.name === "aws:principalarn" && isPositive(condition) && condition.values.length > 0) {
      const isSession = ({ value }: ConditionValue) =>
        /^arn:[^:]*:sts:[^:]*:[^:]*:assumed-role\//.test(value);
      if (condition.values.every(isSession))
        yield found(
          condition,
          "aws:PrincipalArn of a session is the role's ARN: write arn:aws:iam::ACCOUNT:role/NAME.",
        );
    }
  for (const [i, one] of conditions.entries())
    for (const other of conditions.slice(i + 1)) {
      const reason = contradiction(one, other) ?? contradiction(other, one);
      if (reason !== undefined) yield found([one.keyPlace, other.keyPlace], reason);
    }
}

const vpcKeys = ["aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpcsourceip"];

function contradiction(one: LintCondition, other: LintCondition): string | undefined {
  if (one.name === "aws:sourceip" && vpcKeys.includes(other.name) && isPositive(one) && isPositive(other))
    return `A request has aws:SourceIp or comes through a VPC endpoint and has ${other.key}, never both.`;
  if (one.name !== other.name) return undefined;
  if (
    one.parsed?.base === "Null" &&
    one.values.length > 0 &&
    one.values.every(({ value }) => value.toLowerCase() === "true") &&
    isPositive(other)
  )
    return `${one.key} must be absent and have a value.`;
  const [wanted, others] = [exactValues(one), exactValues(other)];
  if (wanted !== undefined && others !== undefined && !wanted.some((value) => others.includes(value)))
    return `${one.key} cannot have one of both lists of values.`;
  if (wanted !== undefined && rulesOut(other, one)) return `${one.key} must have a value that is ruled out.`;
  return bounds(one, other);
}

/** The values of a positive, exact, single-valued test, in lower case. */
function exactValues(condition: LintCondition): string[] | undefined {
  const { parsed, values } = condition;
  if (parsed === undefined || parsed.set !== undefined || !isPositive(condition)) return undefined;
  const isExact = ["StringEquals", "StringEqualsIgnoreCase", "Bool"].includes(parsed.base);
  if (!isExact || values.length === 0 || values.some(({ value }) => hasVariable(value))) return undefined;
  return values.map(({ value }) => value.toLowerCase());
}

/** Whether a negated test fails with every value that a positive, exact one takes. */
function rulesOut({ parsed, values }: LintCondition, exact: LintCondition): boolean {
  if (parsed?.set !== undefined) return false;
  const texts = (list: readonly ConditionValue[], inAnyCase: boolean): string[] =>
    list.map(({ value }) => (inAnyCase ? value.toLowerCase() : value));
  if (parsed?.base === "StringNotEqualsIgnoreCase")
    return texts(exact.values, true).every((value) => texts(values, true).includes(value));
  // What is taken in any case is ruled out in one spelling alone; Bool's values have one in requests.
  if (parsed?.base !== "StringNotEquals" || exact.parsed?.base === "StringEqualsIgnoreCase") return false;
  const wanted = texts(exact.values, exact.parsed?.base === "Bool");
  return wanted.every((value) => texts(values, false).includes(value));
}

/** A lower bound that is not below an upper one. */
function bounds(one: LintCondition, other: LintCondition): string | undefined {
  const least = /^NumericGreaterThan(Equals)?$/.exec(one.parsed?.base ?? "");
  const most = /^NumericLessThan(Equals)?$/.exec(other.parsed?.base ?? "");
  if (least === null || most === null || !isPositive(one) || !isPositive(other)) return undefined;
  // A list without values is told by a check of its own.
  if (one.values.length === 0 || other.values.length === 0) return undefined;
  const numbers = (values: readonly ConditionValue[]) => values.map(({ value }) => Number(value));
  const low = Math.min(...numbers(one.values));
  const high = Math.max(...numbers(other.values));
  const isOpen = least[1] === undefined || most[1] === undefined;
  return low > high || (isOpen && low === high)
    ? `${one.key} cannot be above ${low} and below ${high}.`
    : undefined;
}
