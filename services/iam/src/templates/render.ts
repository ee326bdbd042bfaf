import { InvalidInput } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

/** Values of a template's parameters: texts, or lists of them. */
export type TemplateValues = ReadonlyMap<string, string | readonly string[]>;

/** Lists multiply; no policy is long enough for more. */
const maxTexts = 1000;

const problem = (text: string): AwsError => InvalidInput(`Failed to render template: ${text}`);

const notFound = (name: string): AwsError => problem(`Parameter '${name}' not found.`);

/**
 * Every text that one with `@{NAME}` stands for: one, or several where lists stand in it. What is put in is not read
 * again, so a value cannot name another parameter.
 * @throws InvalidInput for a parameter without a value
 */
export function renderTexts(template: string, values: TemplateValues): string[] {
  let texts = [""];
  let rest = template;
  for (;;) {
    const start = rest.indexOf("@{");
    const end = start < 0 ? -1 : rest.indexOf("}", start);
    if (end < 0) return texts.map((text) => text + rest);
    const name = rest.slice(start + 2, end);
    const value = values.get(name);
    if (value === undefined) throw notFound(name);
    const before = rest.slice(0, start);
    texts = texts.flatMap((text) => [value].flat().map((one) => text + before + one));
    if (texts.length > maxTexts) throw problem(`More than ${maxTexts} values.`);
    rest = rest.slice(end + 1);
  }
}

/** @throws InvalidInput where a list stands, too */
export function renderText(template: string, values: TemplateValues): string {
  const [text, ...more] = renderTexts(template, values);
  if (text === undefined || more.length > 0) throw problem(`${template} has several values.`);
  return text;
}

function renderValue(value: Json, values: TemplateValues): Json {
  if (typeof value === "string") {
    const texts = renderTexts(value, values);
    return texts.length === 1 && texts[0] !== undefined ? texts[0] : texts;
  }
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((one) => renderValue(one, values));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renderValue(one, values)]));
  return value;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** `"@Enabled": "NAME"`, or `"!NAME"`, on a statement. `true` counts in any case (recorded 2026-09). */
function isEnabled({ "@Enabled": marker }: JsonObject, values: TemplateValues): boolean {
  if (marker === undefined) return true;
  if (typeof marker !== "string") throw problem("@Enabled must name a parameter.");
  const isNegated = marker.startsWith("!");
  const name = isNegated ? marker.slice(1) : marker;
  const value = values.get(name);
  if (value === undefined) throw notFound(name);
  return (typeof value === "string" && value.toLowerCase() === "true") !== isNegated;
}

/**
 * A policy with its parameters put in. Statements that are switched off go first, so nothing that only they name needs
 * a value. Undefined when none is left.
 * @throws InvalidInput
 */
export function renderPolicy(template: JsonObject, values: TemplateValues): JsonObject | undefined {
  const { Statement } = template;
  const all: readonly Json[] = Array.isArray(Statement) ? Statement : [Statement ?? null];
  const statements = all.filter(isObject).filter((statement) => isEnabled(statement, values));
  if (statements.length === 0) return undefined;
  const rendered = statements.map(({ "@Enabled": _marker, ...statement }) => renderValue(statement, values));
  return { ...template, Statement: rendered };
}
