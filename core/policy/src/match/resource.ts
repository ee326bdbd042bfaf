import type { ListElement } from "../parse/policy.ts";
import type { RequestContext } from "../request/context.ts";
import { unknownValue } from "../request/context.ts";
import { arnMatcher, matchArn } from "./arn-pattern.ts";
import type { Outcome } from "./outcome.ts";
import { negated, no, unknown, yes } from "./outcome.ts";
import { fixedCodes, parseTemplate, substitute } from "./template.ts";
import type { Template } from "./template.ts";
import { templateMatcher } from "./template-matcher.ts";
import { anyOne, anyRun } from "./wildcard.ts";

export type ResourceTest = (resource: string, context: RequestContext) => Outcome;

/**
 * Prepares Resource or NotResource.
 *
 * @param variables whether the document's version has policy variables
 */
export function resourceTest({ not, values }: ListElement, variables: boolean): ResourceTest {
  const tests = values.map((value) => patternTest(value, variables));
  const [only] = tests;
  const any = tests.length === 1 && only !== undefined ? only : anyOf(tests);
  return not ? (resource, context) => negated(any(resource, context)) : any;
}

function anyOf(tests: readonly ResourceTest[]): ResourceTest {
  return (resource, context) => {
    let outcome: Outcome = no;
    for (const test of tests) {
      const one = test(resource, context);
      if (one === yes) return yes;
      if (one === unknown) outcome = unknown;
    }
    return outcome;
  };
}

function patternTest(value: string, variables: boolean): ResourceTest {
  if (value === "*") return () => yes;
  const template = parseTemplate(value, { wildcards: true, variables });
  const codes = fixedCodes(template);
  if (codes !== undefined) {
    const matches = arnMatcher(codes);
    return (resource) => (matches(resource) ? yes : no);
  }
  // Variables have a meaning in the resource part only; elsewhere the pattern is text that no ARN has.
  if (!variablesInResourcePart(template)) return () => no;
  // Five literal colons at the front pin the parts, so the text can be matched as a whole.
  if (!hasWildcardBeforeResourcePart(template)) return templateMatcher(template);
  return (resource, context) => {
    const filled = substitute(template, context);
    if (filled === undefined) return no;
    if (filled === unknownValue) return unknown;
    return matchArn(filled, resource) ? yes : no;
  };
}

function variablesInResourcePart(template: Template): boolean {
  return colonsBefore(template, (piece) => typeof piece !== "number") >= 5;
}

function hasWildcardBeforeResourcePart(template: Template): boolean {
  return colonsBefore(template, (piece) => piece === anyRun || piece === anyOne) < 5;
}

/** How many colons stand before the first such piece; as many as can be when there is none. */
function colonsBefore(template: Template, isSuch: (piece: Template[number]) => boolean): number {
  let colons = 0;
  for (const piece of template) {
    if (isSuch(piece)) return colons;
    if (piece === 0x3a) colons++;
  }
  return 5;
}
