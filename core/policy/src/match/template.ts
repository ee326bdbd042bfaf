// Policy variables: `${key}`, `${key, 'default'}`, and `${*}` `${?}` `${$}` for the characters themselves.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
import type { RequestContext, UnknownValue } from "../request/context.ts";
import { unknownValue } from "../request/context.ts";
import { anyOne, anyRun } from "./wildcard.ts";

export interface Variable {
  /** As written, `${…}`. */
  readonly text: string;
  /** In lower case. */
  readonly key: string;
  /** The key as it stands in the document. */
  readonly name: string;
  readonly fallback: string | undefined;
}

/** A pattern with holes: literal and wildcard codes, and variables. */
export type Template = readonly (number | Variable)[];

export interface TemplateSyntax {
  /** `*` and `?` are wildcards (StringLike, Arn operators, Resource). */
  readonly wildcards: boolean;
  /** Only documents of version 2012-10-17 have variables. */
  readonly variables: boolean;
}

/** What is not well formed (`${` without `}`, a default without quotes) is plain text. */
export function parseTemplate(text: string, { wildcards, variables }: TemplateSyntax): Template {
  const template: (number | Variable)[] = [];
  for (let i = 0; i < text.length; i++) {
    if (variables && text.startsWith("${", i)) {
      const hole = readHole(text, i);
      if (hole !== undefined) {
        template.push(hole.piece);
        i = hole.end - 1;
        continue;
      }
    }
    const unit = text.charCodeAt(i);
    if (wildcards && unit === 0x2a) template.push(anyRun);
    else if (wildcards && unit === 0x3f) template.push(anyOne);
    else template.push(unit);
  }
  return template;
}

/** The template's codes when it has no variables. */
export function fixedCodes(template: Template): readonly number[] | undefined {
  return template.every((piece) => typeof piece === "number") ? (template as readonly number[]) : undefined;
}

/**
 * What a variable stands for. Undefined when it has no value: an absent key without a default, or a multivalued key,
 * whose default is not used either.
 */
export function textFor(
  { key, fallback }: Variable,
  context: RequestContext,
): string | UnknownValue | undefined {
  const value = context.get(key);
  if (value === undefined) return fallback;
  return typeof value === "object" ? undefined : value;
}

/**
 * Fills in the variables. Substituted text is data, never a wildcard. Undefined when a variable has no value.
 */
export function substitute(
  template: Template,
  context: RequestContext,
): readonly number[] | typeof unknownValue | undefined {
  const codes: number[] = [];
  let isUnknown = false;
  for (const piece of template) {
    if (typeof piece === "number") {
      codes.push(piece);
      continue;
    }
    const text = textFor(piece, context);
    if (text === undefined) return undefined;
    if (text === unknownValue) {
      isUnknown = true;
      continue;
    }
    for (let i = 0; i < text.length; i++) codes.push(text.charCodeAt(i));
  }
  return isUnknown ? unknownValue : codes;
}

function readHole(text: string, start: number): { piece: number | Variable; end: number } | undefined {
  const from = start + 2;
  const close = text.indexOf("}", from);
  if (close === -1) return undefined;
  const comma = text.indexOf(",", from);
  if (comma === -1 || comma > close) {
    const name = text.slice(from, close);
    if (name === "*" || name === "?" || name === "$") return { piece: name.charCodeAt(0), end: close + 1 };
    if (!isKey(name)) return undefined;
    const variable = {
      text: text.slice(start, close + 1),
      key: name.toLowerCase(),
      name,
      fallback: undefined,
    };
    return { piece: variable, end: close + 1 };
  }
  const name = text.slice(from, comma);
  let quote = comma + 1;
  while (text[quote] === " ") quote++;
  if (text[quote] !== "'" || !isKey(name)) return undefined;
  const end = text.indexOf("'}", quote + 1);
  if (end === -1) return undefined;
  const variable = {
    text: text.slice(start, end + 2),
    key: name.toLowerCase(),
    name,
    fallback: text.slice(quote + 1, end),
  };
  return { piece: variable, end: end + 2 };
}

// Blanks stand in tag keys (`aws:PrincipalTag/cost center`), never at the ends.
const isKey = (name: string) => name !== "" && name === name.trim();
