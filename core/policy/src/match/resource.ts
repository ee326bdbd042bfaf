import type { ListElement } from "../parse/policy.ts";
import type { RequestContext } from "../request/context.ts";
import { unknownValue } from "../request/context.ts";
import type { ArnPattern } from "./arn-pattern.ts";
import { arnPattern, matchArn, matchesArn } from "./arn-pattern.ts";
import type { Outcome } from "./outcome.ts";
import { negated, no, unknown, yes } from "./outcome.ts";
import { fixedCodes, parseTemplate, substitute } from "./template.ts";
import type { Template } from "./template.ts";
import { templateMatcher } from "./template-matcher.ts";
import { anyOne, anyRun } from "./wildcard.ts";

/** Resource or NotResource made ready to be matched by `matchResource`. */
export interface CompiledResource {
  readonly not: boolean;
  readonly fixed: readonly ArnPattern[];
  /** Patterns with policy variables. */
  readonly filled: readonly FilledPattern[];
}

/** A pattern that has its text from the request's context. */
export type FilledPattern = (resource: string, context: RequestContext) => Outcome;

/** @param variables whether the document's version has policy variables */
export function compileResource({ not, values }: ListElement, variables: boolean): CompiledResource {
  const fixed: ArnPattern[] = [];
  const filled: FilledPattern[] = [];
  for (const value of values) {
    const template = parseTemplate(value, { wildcards: true, variables });
    const codes = fixedCodes(template);
    if (codes !== undefined) fixed.push(arnPattern(codes));
    else filled.push(filledPattern(template));
  }
  return { not, fixed, filled };
}

export function matchResource(
  { not, fixed, filled }: CompiledResource,
  resource: string,
  context: RequestContext,
): Outcome {
  let outcome: Outcome = no;
  for (const pattern of fixed) {
    if (!matchesArn(pattern, resource)) continue;
    outcome = yes;
    break;
  }
  for (const matches of filled) {
    if (outcome === yes) break;
    const one = matches(resource, context);
    if (one !== no) outcome = one;
  }
  return not ? negated(outcome) : outcome;
}

function filledPattern(template: Template): FilledPattern {
  // Variables have a meaning in the resource part only; elsewhere the pattern is text that no ARN has.
  if (!variablesInResourcePart(template)) return () => no;
  // Five literal colons at the front pin the parts, so the text can be matched as a whole.
  if (!hasWildcardBeforeResourcePart(template)) return templateMatcher(template);
  return (resource, context) => {
    const codes = substitute(template, context);
    if (codes === undefined) return no;
    if (codes === unknownValue) return unknown;
    return matchArn(codes, resource) ? yes : no;
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
