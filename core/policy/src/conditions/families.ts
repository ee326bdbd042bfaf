// How each family of operators reads and compares values.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
import { isArn, isArnPattern, arnPattern, matchArn, matchesArn } from "../match/arn-pattern.ts";
import type { Outcome } from "../match/outcome.ts";
import { failed, no, unknown, yes } from "../match/outcome.ts";
import { fixedCodes, parseTemplate, substitute } from "../match/template.ts";
import type { Template } from "../match/template.ts";
import { templateMatcher } from "../match/template-matcher.ts";
import type { Codes } from "../match/wildcard.ts";
import { anyOne, matchCodes, matchesText, textPattern } from "../match/wildcard.ts";
import type { RequestContext } from "../request/context.ts";
import { unknownValue } from "../request/context.ts";
import { canonicalBase64 } from "./base64.ts";
import { readDecimal } from "./decimal.ts";
import { foldCase } from "./fold-case.ts";
import { readInstant } from "./instant.ts";
import { isInRange, readIpAddress, readIpRange } from "./ip-address.ts";

/** The request's value is none that the operator compares. */
export const unreadable = 4;

/** Tests one value of the request against the policy's values in order: the first match ends it, and so does an error. */
export type Comparison = (value: string, context: RequestContext) => Outcome | typeof unreadable;

/**
 * A family reads the request's value once and compares it with each value of the policy.
 *
 * A value that cannot be read is different from every policy value: so Equals is false and NotEquals true, unless the
 * family says that it is not comparable at all.
 */
export interface Family {
  /** Both the operator and its negation are false for a value that cannot be read (addresses, ARNs). */
  readonly unreadableIsFalse: boolean;
  /**
   * Prepares the policy's values. An unparsable one ends in an error: it is refused on save and so occurs in session
   * policies only.
   *
   * @param variables whether the document's version has policy variables
   */
  readonly prepare: (values: readonly string[], variables: boolean) => Comparison;
  /** Whether a document with this policy value is refused on save. */
  readonly isInvalid: (wanted: string) => boolean;
  /** Whether a comparison with this policy value can end in an error. */
  readonly mayFail: (wanted: string, variables: boolean) => boolean;
}

/** A family without variables. */
function parsed<Got, Wanted>(
  read: (value: string) => Got | undefined,
  readWanted: (value: string) => Wanted | undefined,
  compare: (got: Got, wanted: Wanted) => boolean,
): Family {
  const isInvalid = (value: string) => readWanted(value) === undefined;
  return {
    unreadableIsFalse: false,
    prepare(values) {
      const wanted = values.map(readWanted);
      return (value) => {
        const got = read(value);
        if (got === undefined) return unreadable;
        for (const one of wanted) {
          if (one === undefined) return failed;
          if (compare(got, one)) return yes;
        }
        return no;
      };
    },
    isInvalid,
    mayFail: isInvalid,
  };
}

const same = <T>(got: T, wanted: T) => got === wanted;
const itself = (value: string) => value;

/** Decimal numbers. */
export const numeric = (compare: (got: number, wanted: number) => boolean) =>
  parsed(readDecimal, readDecimal, compare);
/** Instants. */
export const date = (compare: (got: number, wanted: number) => boolean) =>
  parsed(readInstant, readInstant, compare);

// Most values are spelt in lower case already.
const isTrue = (value: string) => value === "true" || value.toLowerCase() === "true";

/** A value is true if it says so in any case; everything else is false. Never an error. */
export const bool = parsed(isTrue, isTrue, same);
/** Base64. */
export const binary = parsed(itself, canonicalBase64, same);
/** Addresses and ranges of them. */
export const ip: Family = { ...parsed(readIpAddress, readIpRange, isInRange), unreadableIsFalse: true };

/** Text operators; policy values may have variables, and wildcards under the Like operators. */
function text(read: (value: string) => string, wildcards: boolean): Family {
  const comparison = (template: Template): Comparison => {
    if (read === itself) return templateMatcher(template);
    return withVariables(template, (filled, got) => {
      const folded = recode(filled, read);
      return matchCodes(folded, 0, folded.length, got, 0, got.length) ? yes : no;
    });
  };
  return {
    unreadableIsFalse: false,
    isInvalid: () => false,
    mayFail: () => false,
    prepare(values, variables) {
      const templates = values.map((value) => parseTemplate(value, { wildcards, variables }));
      const codes = templates.map(fixedCodes);
      if (!codes.every((one) => one !== undefined)) {
        const any = anyOf(templates.map(comparison), false);
        return read === itself ? any : (value, context) => any(read(value), context);
      }
      const patterns = codes.map((one) => textPattern(read === itself ? one : recode(one, read)));
      const any = (got: string) => {
        for (const pattern of patterns) if (matchesText(pattern, got)) return yes;
        return no;
      };
      return read === itself ? any : (value) => any(read(value));
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

export const arn: Family = {
  unreadableIsFalse: true,
  prepare(values, variables) {
    const templates = values.map((value) => parseTemplate(value, { wildcards: true, variables }));
    const codes = templates.map(fixedCodes);
    if (codes.every((one) => one !== undefined && isArnPattern(one))) {
      const patterns = codes.map((one) => arnPattern(one ?? []));
      return (value) => {
        if (!isArn(value)) return unreadable;
        for (const pattern of patterns) if (matchesArn(pattern, value)) return yes;
        return no;
      };
    }
    const any = anyOf(
      templates.map((template) =>
        withVariables(template, (filled, got) =>
          isArnPattern(filled) ? (matchArn(filled, got) ? yes : no) : failed,
        ),
      ),
      !templates.every(isAlwaysArnPattern),
    );
    return (value, context) => (isArn(value) ? any(value, context) : unreadable);
  },
  isInvalid(wanted) {
    // With variables the text is only known at evaluation.
    const codes = fixedCodes(parseTemplate(wanted, { wildcards: true, variables: true }));
    return codes !== undefined && !isArnPattern(codes);
  },
  mayFail: (wanted, variables) => !isAlwaysArnPattern(parseTemplate(wanted, { wildcards: true, variables })),
};

/** Whatever its variables stand for: none is counted on for a colon. */
const isAlwaysArnPattern = (template: Template): boolean =>
  isArnPattern(template.map((piece) => (typeof piece === "number" ? piece : anyOne)));

type ValueTest = (value: string, context: RequestContext) => Outcome;

/** @param mayFail whether what is unknown could turn out to be an error, which ends it before a match */
function anyOf(tests: readonly Comparison[], mayFail: boolean): Comparison {
  return (value, context) => {
    let outcome: Outcome = no;
    for (const test of tests) {
      const one = test(value, context);
      if (one === unknown) outcome = unknown;
      else if (one === failed) return outcome === unknown ? unknown : failed;
      else if (one !== no) return mayFail && outcome === unknown ? unknown : one;
    }
    return outcome;
  };
}

/** A variable without a value makes its policy value match nothing. */
function withVariables(template: Template, compare: (filled: Codes, got: string) => Outcome): ValueTest {
  return (got, context) => {
    const filled = substitute(template, context);
    if (filled === undefined) return no;
    return filled === unknownValue ? unknown : compare(filled, got);
  };
}
