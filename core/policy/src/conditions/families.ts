// How each family of operators reads and compares values.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
import { isArn, isArnPattern, arnMatcher, matchArn } from "../match/arn-pattern.ts";
import type { Outcome } from "../match/outcome.ts";
import { failed, no, unknown, yes } from "../match/outcome.ts";
import { fixedCodes, parseTemplate, substitute } from "../match/template.ts";
import type { Template } from "../match/template.ts";
import { templateMatcher } from "../match/template-matcher.ts";
import type { Codes } from "../match/wildcard.ts";
import { matchCodes, textMatcher } from "../match/wildcard.ts";
import type { RequestContext } from "../request/context.ts";
import { unknownValue } from "../request/context.ts";
import { canonicalBase64 } from "./base64.ts";
import { readDecimal } from "./decimal.ts";
import { foldCase } from "./fold-case.ts";
import { readInstant } from "./instant.ts";
import { isInRange, readIpAddress, readIpRange } from "./ip-address.ts";

/** Tests one value of the request against one value of the policy. */
export type ValueTest<T> = (got: T, context: RequestContext) => Outcome;

/**
 * A family reads the request's value once and tests it against each value of the policy.
 *
 * `T` is what a request's value is read to. A value that cannot be read is different from every policy value: so Equals
 * is false and NotEquals true, unless the family says that it is not comparable at all.
 */
export interface Family<T> {
  readonly read: (value: string) => T | undefined;
  /** Both the operator and its negation are false for a value that cannot be read (addresses, ARNs). */
  readonly unreadableIsFalse: boolean;
  /**
   * Prepares a policy value. An unparsable one becomes a test that fails: it is refused on save and so occurs in session
   * policies only.
   *
   * @param variables whether the document's version has policy variables
   */
  readonly prepare: (wanted: string, variables: boolean) => ValueTest<T>;
  /** Whether a document with this policy value is refused on save. */
  readonly isInvalid: (wanted: string) => boolean;
}

const fails = (): Outcome => failed;
const never = () => false;
const itself = (value: string) => value;
const truth = (condition: boolean): Outcome => (condition ? yes : no);

/** A family whose policy values are read like the request's; no variables. */
function parsed<T>(
  read: (value: string) => T | undefined,
  compare: (got: T, wanted: T) => boolean,
): Family<T> {
  return {
    read,
    unreadableIsFalse: false,
    prepare(wanted) {
      const value = read(wanted);
      return value === undefined ? fails : (got) => truth(compare(got, value));
    },
    isInvalid: (wanted) => read(wanted) === undefined,
  };
}

export const numeric = (compare: (got: number, wanted: number) => boolean) => parsed(readDecimal, compare);
export const date = (compare: (got: number, wanted: number) => boolean) => parsed(readInstant, compare);

/** A value is true if it says so in any case; everything else is false. Never an error. */
export const bool: Family<boolean> = {
  ...parsed(
    (value: string) => value.toLowerCase() === "true",
    (got, wanted) => got === wanted,
  ),
  isInvalid: never,
};

export const binary: Family<string> = {
  read: itself,
  unreadableIsFalse: false,
  prepare(wanted) {
    const value = canonicalBase64(wanted);
    return value === undefined ? fails : (got) => truth(got === value);
  },
  isInvalid: (wanted) => canonicalBase64(wanted) === undefined,
};

export const ip: Family<NonNullable<ReturnType<typeof readIpAddress>>> = {
  read: readIpAddress,
  unreadableIsFalse: true,
  prepare(wanted) {
    const range = readIpRange(wanted);
    return range === undefined ? fails : (got) => truth(isInRange(got, range));
  },
  isInvalid: (wanted) => readIpRange(wanted) === undefined,
};

/** Text operators; policy values may have variables, and wildcards under the Like operators. */
function text(read: (value: string) => string, wildcards: boolean): Family<string> {
  return {
    read,
    unreadableIsFalse: false,
    isInvalid: never,
    prepare(wanted, variables) {
      const template = parseTemplate(wanted, { wildcards, variables });
      const codes = fixedCodes(template);
      if (codes !== undefined) {
        const matches = textMatcher(read === itself ? codes : recode(codes, read));
        return (got) => truth(matches(got));
      }
      if (read === itself) return templateMatcher(template);
      return withVariables(template, (filled, got) => {
        const folded = recode(filled, read);
        return truth(matchCodes(folded, 0, folded.length, got, 0, got.length));
      });
    },
  };
}

// Only for operators without wildcards: there every code is a unit of text.
const recode = (codes: Codes, read: (value: string) => string): Codes => {
  const folded = read(codes.map((code) => String.fromCharCode(code)).join(""));
  return Array.from({ length: folded.length }, (_, i) => folded.charCodeAt(i));
};

export const string = text(itself, false);
export const stringIgnoreCase = text(foldCase, false);
export const stringLike = text(itself, true);

export const arn: Family<string> = {
  read: (value) => (isArn(value) ? value : undefined),
  unreadableIsFalse: true,
  prepare(wanted, variables) {
    const template = parseTemplate(wanted, { wildcards: true, variables });
    const codes = fixedCodes(template);
    if (codes === undefined)
      return withVariables(template, (filled, got) =>
        isArnPattern(filled) ? truth(matchArn(filled, got)) : failed,
      );
    if (!isArnPattern(codes)) return fails;
    const matches = arnMatcher(codes);
    return (got) => truth(matches(got));
  },
  isInvalid(wanted) {
    // With variables the text is only known at evaluation.
    const codes = fixedCodes(parseTemplate(wanted, { wildcards: true, variables: true }));
    return codes !== undefined && !isArnPattern(codes);
  },
};

/** A variable without a value makes its policy value match nothing. */
function withVariables(
  template: Template,
  compare: (filled: Codes, got: string) => Outcome,
): ValueTest<string> {
  return (got, context) => {
    const filled = substitute(template, context);
    if (filled === undefined) return no;
    return filled === unknownValue ? unknown : compare(filled, got);
  };
}
