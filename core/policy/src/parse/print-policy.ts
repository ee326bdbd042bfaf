import type { ConditionElement, ListElement, Policy, PrincipalElement, Statement } from "./policy.ts";

/** The policy as JSON text; parsing it again gives the same policy but for lines and columns. */
export function printPolicy({ version, id, statements }: Policy): string {
  const document = { Version: version, Id: id, Statement: statements.map(printable) };
  // Characters above U+00FF are not allowed in a document's text, so they are escaped.
  return JSON.stringify(document, undefined, 2).replaceAll(/[^\n -\u00ff]/g, escape);
}

const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

function printable(statement: Statement): Record<string, unknown> {
  const { sid, effect, principals, actions, resources, conditions } = statement;
  return {
    Sid: sid,
    Effect: effect,
    ...(principals && printPrincipals(principals)),
    ...printList("Action", actions),
    ...(resources && printList("Resource", resources)),
    Condition: conditions.length === 0 ? undefined : printConditions(conditions),
  };
}

const printList = (name: string, { not, values }: ListElement) => ({
  [not ? `Not${name}` : name]: values.length === 1 ? values[0] : values,
});

function printPrincipals({ not, entries }: PrincipalElement): Record<string, unknown> {
  const name = not ? "NotPrincipal" : "Principal";
  if (entries[0]?.type === "*") return { [name]: "*" };
  return {
    [name]: grouped(
      entries,
      ({ type }) => type,
      ({ value }) => value,
    ),
  };
}

function printConditions(conditions: readonly ConditionElement[]): Record<string, unknown> {
  const block: Record<string, Record<string, unknown>> = {};
  for (const { operator, key, values } of conditions)
    Object.defineProperty((block[operator] ??= {}), key, {
      value: values,
      enumerable: true,
      configurable: true,
    });
  return block;
}

function grouped<T>(
  items: readonly T[],
  name: (item: T) => string,
  value: (item: T) => string,
): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const item of items) (groups[name(item)] ??= []).push(value(item));
  return groups;
}
