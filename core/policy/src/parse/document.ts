// From JSON to a policy: the grammar. What the grammar cannot say is checked in rules.ts.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
import { parseOperator } from "../conditions/operators.ts";
import type { JsonMember, JsonNode } from "./json-reader.ts";
import type { ConditionElement, PolicyKind, PolicyVersion, PrincipalEntry, PrincipalType } from "./policy.ts";
import type { Finding, ProblemCode } from "./problems.ts";

/** A value with its place in the text. */
export interface Placed<T> {
  readonly value: T;
  readonly path: string;
  readonly at: number;
}

/** A document whose elements have the right types; elements that must be there may still be missing. */
export interface DraftPolicy {
  readonly version: Placed<PolicyVersion> | undefined;
  readonly id: string | undefined;
  readonly statements: readonly DraftStatement[];
  readonly at: number;
}

export interface DraftStatement {
  readonly path: string;
  readonly at: number;
  /** Offset behind the statement. */
  readonly end: number;
  readonly sid: Placed<string> | undefined;
  readonly effect: "Allow" | "Deny" | undefined;
  readonly principals: Placed<DraftElement<PrincipalEntry>> | undefined;
  readonly actions: Placed<DraftElement<string>> | undefined;
  readonly resources: Placed<DraftElement<string>> | undefined;
  readonly conditions: readonly Placed<ConditionElement>[];
}

/** An element or, with `not`, its inversion: each entry has its own place. */
export interface DraftElement<T> {
  readonly not: boolean;
  readonly entries: readonly Placed<T>[];
}

/** Where problems are gathered. */
export interface Findings {
  readonly kind: PolicyKind;
  readonly list: Finding[];
}

export function report(
  findings: Findings,
  code: ProblemCode,
  path: string,
  at: number,
  subject = "",
): undefined {
  findings.list.push({ code, path, at, subject });
  return undefined;
}

const versions: readonly string[] = ["2008-10-17", "2012-10-17"];
const isVersion = (text: string): text is PolicyVersion => versions.includes(text);
/** Names that the grammar knows: of the document's elements, of a statement's, and of the types of principals. */
export const documentElements: readonly string[] = ["Version", "Id", "Statement"];
export const statementElements: readonly string[] = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
export const principalKeys: readonly string[] = ["AWS", "CanonicalUser", "Federated", "Service"];
const isPrincipalKey = (text: string): text is PrincipalType => principalKeys.includes(text);

/** Reads the document's elements and reports what does not fit the grammar. */
export function readDocument(root: JsonNode, findings: Findings): DraftPolicy {
  const draft = { version: undefined, id: undefined, statements: [], at: root.at };
  if (root.kind !== "object") {
    // AWS's sentence says so too: the first byte must be '{'.
    report(findings, "JSON_SYNTAX_ERROR", "", root.at);
    return draft;
  }
  const members = byName(root.members, documentElements, "", findings);
  const version = readString(members.get("Version"), "Version", findings);
  if (version !== undefined && !isVersion(version.value))
    report(findings, "INVALID_VERSION", "Version", version.at, version.value);
  const statement = members.get("Statement");
  if (statement === undefined || (statement.value.kind === "array" && statement.value.items.length === 0))
    report(findings, "MISSING_STATEMENT", "Statement", statement?.at ?? root.at, "Statement");
  return {
    ...draft,
    version:
      version !== undefined && isVersion(version.value) ? { ...version, value: version.value } : undefined,
    id: readString(members.get("Id"), "Id", findings)?.value,
    statements: statement === undefined ? [] : readStatements(statement.value, findings),
  };
}

function readStatements(node: JsonNode, findings: Findings): DraftStatement[] {
  const items = node.kind === "array" ? node.items : [node];
  return items.flatMap((item, index) => {
    const path = `Statement[${index}]`;
    if (item.kind === "object") return [readStatement(item, path, findings)];
    report(findings, "DATA_TYPE_MISMATCH", path, item.at);
    return [];
  });
}

function readStatement(
  { members: list, at, end }: JsonNode & { kind: "object" },
  path: string,
  findings: Findings,
): DraftStatement {
  const members = byName(list, statementElements, path, findings);
  const effect = readString(members.get("Effect"), `${path}.Effect`, findings);
  const isEffect = effect?.value === "Allow" || effect?.value === "Deny";
  if (!members.has("Effect")) report(findings, "MISSING_EFFECT", path, at, "Effect");
  else if (effect !== undefined && !isEffect)
    report(findings, "INVALID_EFFECT", effect.path, effect.at, effect.value);
  const element = <T>(
    name: string,
    read: (node: JsonNode, not: boolean, path: string, findings: Findings) => T | undefined,
  ): Placed<T> | undefined => {
    const not = members.get(`Not${name}`);
    const member = members.get(name) ?? not;
    if (member === undefined) return undefined;
    if (not !== undefined && not !== member)
      report(findings, "UNSUPPORTED_ELEMENT_COMBINATION", `${path}.Not${name}`, not.at, `Not${name}`);
    const place = `${path}.${member.name}`;
    const value = read(member.value, member === not, place, findings);
    return value === undefined ? undefined : { value, path: place, at: member.at };
  };
  return {
    path,
    at,
    end,
    sid: readString(members.get("Sid"), `${path}.Sid`, findings),
    effect: effect?.value === "Allow" || effect?.value === "Deny" ? effect.value : undefined,
    principals: element("Principal", readPrincipals),
    actions: element("Action", readListElement),
    resources: element("Resource", readListElement),
    conditions: readConditions(members.get("Condition"), `${path}.Condition`, findings),
  };
}

function byName(
  members: readonly JsonMember[],
  known: readonly string[],
  path: string,
  findings: Findings,
): ReadonlyMap<string, JsonMember> {
  for (const { name, at } of members)
    if (!known.includes(name))
      report(findings, "INVALID_POLICY_ELEMENT", path === "" ? name : `${path}.${name}`, at, name);
  return new Map(members.map((member) => [member.name, member]));
}

function readString(
  member: JsonMember | undefined,
  path: string,
  findings: Findings,
): Placed<string> | undefined {
  if (member === undefined) return undefined;
  const { value } = member;
  if (value.kind === "string") return { value: value.value, path, at: value.at };
  return report(findings, "DATA_TYPE_MISMATCH", path, value.at);
}

/** A string or a list of strings. */
function readStrings(node: JsonNode, path: string, findings: Findings): Placed<string>[] | undefined {
  const isList = node.kind === "array";
  const texts: Placed<string>[] = [];
  for (const [index, item] of (isList ? node.items : [node]).entries()) {
    const place = isList ? `${path}[${index}]` : path;
    if (item.kind !== "string") return report(findings, "DATA_TYPE_MISMATCH", place, item.at);
    texts.push({ value: item.value, path: place, at: item.at });
  }
  return texts;
}

function readListElement(
  node: JsonNode,
  not: boolean,
  path: string,
  findings: Findings,
): DraftElement<string> | undefined {
  const entries = readStrings(node, path, findings);
  return entries && { not, entries };
}

function readPrincipals(
  node: JsonNode,
  not: boolean,
  path: string,
  findings: Findings,
): DraftElement<PrincipalEntry> | undefined {
  if (node.kind === "string" && node.value === "*")
    return { not, entries: [{ value: { type: "*", value: "*" }, path, at: node.at }] };
  if (node.kind !== "object") return report(findings, "INVALID_PRINCIPAL_FORMAT", path, node.at);
  const entries: Placed<PrincipalEntry>[] = [];
  for (const { name, at, value } of node.members) {
    const place = `${path}.${name}`;
    if (!isPrincipalKey(name)) report(findings, "INVALID_PRINCIPAL_KEY", place, at, name);
    else
      for (const one of readStrings(value, place, findings) ?? [])
        entries.push({ ...one, value: { type: name, value: one.value } });
  }
  return { not, entries };
}

function readConditions(
  member: JsonMember | undefined,
  path: string,
  findings: Findings,
): Placed<ConditionElement>[] {
  if (member === undefined) return [];
  const block = member.value;
  if (block.kind !== "object") {
    report(findings, "DATA_TYPE_MISMATCH", path, block.at);
    return [];
  }
  const seen = new Set<string>();
  return block.members.flatMap(({ name, at, value }) => {
    const place = `${path}.${name}`;
    const operator = parseOperator(name);
    // Two spellings of one operator are the same key twice.
    if (operator === undefined || seen.has(operator.name))
      report(findings, "INVALID_CONDITION_OPERATOR", place, at, name);
    if (operator !== undefined) seen.add(operator.name);
    if (value.kind !== "object") {
      report(findings, "DATA_TYPE_MISMATCH", place, value.at);
      return [];
    }
    return value.members.flatMap((key) => {
      const values = readScalars(key.value, `${place}.${key.name}`, findings);
      if (values === undefined || operator === undefined) return [];
      const element = { operator: operator.name, key: key.name, values };
      return [{ value: element, path: `${place}.${key.name}`, at: key.at }];
    });
  });
}

/** Condition values: strings, and numbers and booleans as their text. */
function readScalars(node: JsonNode, path: string, findings: Findings): string[] | undefined {
  const items = node.kind === "array" ? node.items : [node];
  const values: string[] = [];
  for (const item of items) {
    if (item.kind === "string") values.push(item.value);
    else if (item.kind === "number") values.push(item.text);
    else if (item.kind === "boolean") values.push(String(item.value));
    else return report(findings, "DATA_TYPE_MISMATCH", path, item.at);
  }
  return values.slice();
}
