import type { ListElement } from "../parse/policy.ts";
import type { RequestContext } from "../request/context.ts";
import { unknownValue } from "../request/context.ts";
import { arnMatcher, matchArn } from "./arn-pattern.ts";
import type { Outcome } from "./outcome.ts";
import { negated, no, unknown, yes } from "./outcome.ts";
import { fixedCodes, parseTemplate, substitute } from "./template.ts";
import type { Template } from "./template.ts";
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
  const prefix = fixedPrefix(template);
  return (resource, context) => {
    if (!resource.startsWith(prefix)) return no;
    const filled = substitute(template, context);
    if (filled === undefined) return no;
    if (filled === unknownValue) return unknown;
    return matchArn(filled, resource) ? yes : no;
  };
}

function variablesInResourcePart(template: Template): boolean {
  let colons = 0;
  for (const piece of template) {
    if (typeof piece !== "number") return colons >= 5;
    if (piece === 0x3a) colons++;
  }
  return true;
}

function fixedPrefix(template: Template): string {
  let prefix = "";
  for (const piece of template) {
    if (typeof piece !== "number" || piece === anyRun || piece === anyOne) break;
    prefix += String.fromCharCode(piece);
  }
  return prefix;
}
