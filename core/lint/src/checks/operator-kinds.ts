// What kinds of operators there are, for checks that speak of several.
import { operators } from "@rolecall/policy/language";
import type { LintCondition } from "../document.ts";

export type OperatorFamily = "String" | "Numeric" | "Date" | "Bool" | "Binary" | "IpAddress" | "Arn" | "Null";

/** By the name without prefix and suffix. */
export function familyOf({ parsed }: LintCondition): OperatorFamily | undefined {
  const base = parsed?.base;
  if (base === undefined) return undefined;
  if (base === "NotIpAddress") return "IpAddress";
  const families = ["String", "Numeric", "Date", "Bool", "Binary", "IpAddress", "Arn", "Null"] as const;
  return families.find((family) => base.startsWith(family));
}

export const isNegated = ({ parsed }: LintCondition): boolean =>
  parsed !== undefined && operators[parsed.base].not;

/** `…IfExists` and Null say themselves that the key may be absent. */
export const toleratesAbsence = ({ parsed }: LintCondition): boolean =>
  parsed === undefined || parsed.ifExists || parsed.base === "Null";

/** An absent key fails it, and so does every value that is not listed. */
export const isPositive = (condition: LintCondition): boolean =>
  condition.parsed !== undefined &&
  !isNegated(condition) &&
  !toleratesAbsence(condition) &&
  condition.parsed.set !== "ForAllValues";

/** Whether `*` and `?` are wildcards in its values. */
export const takesWildcards = (condition: LintCondition): boolean =>
  familyOf(condition) === "Arn" || condition.parsed?.base.endsWith("Like") === true;

/** `Null` saying that a key must be there. */
export const demandsPresence = ({ parsed, values }: LintCondition): boolean =>
  parsed?.base === "Null" &&
  parsed.set === undefined &&
  values.length > 0 &&
  values.every(({ value }) => value.toLowerCase() !== "true");
