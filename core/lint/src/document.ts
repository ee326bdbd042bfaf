// A document as it stands, right or wrong: every part that has the type it should have, with its place.
import { parseOperator } from "@rolecall/policy/language";
import type { JsonMember, JsonNode, ParsedOperator } from "@rolecall/policy/language";
import type { PathElement, Place } from "./finding.ts";

export type ObjectNode = JsonNode & { readonly kind: "object" };

/** A string of the document. */
export interface Text extends Place {
  readonly value: string;
}

/** A member of an object: its place is that of its value. */
export interface Member extends Place {
  readonly name: string;
  readonly namePlace: Place;
  readonly node: JsonNode;
}

export interface LintDocument extends Place {
  readonly text: string;
  readonly members: readonly Member[];
  /** As written. */
  readonly version: Text | undefined;
  readonly statements: readonly LintStatement[];
}

export interface LintStatement extends Place {
  /** From 0. */
  readonly index: number;
  readonly node: ObjectNode;
  readonly members: readonly Member[];
  readonly sid: Text | undefined;
  readonly effect: "Allow" | "Deny" | undefined;
  readonly principals: PrincipalPart | undefined;
  readonly actions: ListPart | undefined;
  readonly resources: ListPart | undefined;
  readonly conditions: readonly LintCondition[];
}

/** Action or NotAction, Resource or NotResource: what of it is text. */
export interface ListPart extends Member {
  readonly not: boolean;
  readonly items: readonly Text[];
}

/** Principal or NotPrincipal. */
export interface PrincipalPart extends Member {
  readonly not: boolean;
  readonly entries: readonly PrincipalText[];
}

export interface PrincipalText extends Text {
  /** The map's key as written; `*` for the bare string. */
  readonly type: string;
}

/** One key under one operator. */
export interface LintCondition extends Place {
  /** As written. */
  readonly operator: string;
  readonly operatorPlace: Place;
  /** Undefined when there is no such operator. */
  readonly parsed: ParsedOperator | undefined;
  /** As written; `name` is the same in lower case. */
  readonly key: string;
  readonly name: string;
  readonly keyPlace: Place;
  /** `[]`; a list of what is no value has none either, but is none. */
  readonly isEmptyList: boolean;
  /** Scalars only. */
  readonly values: readonly ConditionValue[];
}

export interface ConditionValue extends Text {
  readonly kind: "string" | "number" | "boolean";
}

export function readLintDocument(text: string, root: ObjectNode): LintDocument {
  const place = { path: [], at: root.at, end: root.end };
  const members = membersOf(root, []);
  const statement = memberOf(members, "Statement");
  return {
    ...place,
    text,
    members,
    version: textOf(memberOf(members, "Version")),
    statements: statement === undefined ? [] : readStatements(statement),
  };
}

/** A member by its exact name. */
export function memberOf(members: readonly Member[], name: string): Member | undefined {
  return members.find((member) => member.name === name);
}

/** The entries of a list, or the value itself when it stands bare. */
export function entriesOf({ node, path }: Member): (Place & { node: JsonNode })[] {
  if (node.kind !== "array") return [{ node, path, at: node.at, end: node.end }];
  return node.items.map((item, index) => ({
    node: item,
    path: [...path, { index }],
    at: item.at,
    end: item.end,
  }));
}

export function membersOf(node: ObjectNode, path: readonly PathElement[]): Member[] {
  return node.members.map(({ name, at, nameEnd, value }: JsonMember) => ({
    name,
    node: value,
    path: [...path, { value: name }],
    at: value.at,
    end: value.end,
    namePlace: { path: [...path, { key: name }], at, end: nameEnd },
  }));
}

function readStatements(member: Member): LintStatement[] {
  const statements: LintStatement[] = [];
  for (const [index, entry] of entriesOf(member).entries())
    if (entry.node.kind === "object") statements.push(readStatement(entry.node, index, entry.path));
  return statements;
}

function readStatement(node: ObjectNode, index: number, path: readonly PathElement[]): LintStatement {
  const members = membersOf(node, path);
  const effect = textOf(memberOf(members, "Effect"))?.value;
  const condition = memberOf(members, "Condition");
  return {
    path,
    at: node.at,
    end: node.end,
    index,
    node,
    members,
    sid: textOf(memberOf(members, "Sid")),
    effect: effect === "Allow" || effect === "Deny" ? effect : undefined,
    principals: readPrincipals(members),
    actions: readList(members, "Action"),
    resources: readList(members, "Resource"),
    conditions: condition === undefined ? [] : readConditions(condition),
  };
}

function textOf(member: Member | undefined): Text | undefined {
  if (member?.node.kind !== "string") return undefined;
  return { path: member.path, at: member.at, end: member.end, value: member.node.value };
}

function textsOf(member: Member): Text[] {
  return entriesOf(member).flatMap(({ node, path, at, end }) =>
    node.kind === "string" ? [{ path, at, end, value: node.value }] : [],
  );
}

function readList(members: readonly Member[], name: string): ListPart | undefined {
  const plain = memberOf(members, name);
  const member = plain ?? memberOf(members, `Not${name}`);
  return member && { ...member, not: plain === undefined, items: textsOf(member) };
}

function readPrincipals(members: readonly Member[]): PrincipalPart | undefined {
  const plain = memberOf(members, "Principal");
  const member = plain ?? memberOf(members, "NotPrincipal");
  if (member === undefined) return undefined;
  const { node } = member;
  const entries: PrincipalText[] =
    node.kind === "object"
      ? membersOf(node, member.path).flatMap((one) =>
          textsOf(one).map((text) => ({ ...text, type: one.name })),
        )
      : textsOf(member).map((text) => ({ ...text, type: text.value === "*" ? "*" : "" }));
  return { ...member, not: plain === undefined, entries };
}

function readConditions(block: Member): LintCondition[] {
  if (block.node.kind !== "object") return [];
  return membersOf(block.node, block.path).flatMap((operator) =>
    operator.node.kind === "object"
      ? membersOf(operator.node, operator.path).map((key) => readCondition(operator, key))
      : [],
  );
}

function readCondition(operator: Member, key: Member): LintCondition {
  const { path, at, end } = key;
  return {
    path,
    at,
    end,
    operator: operator.name,
    operatorPlace: operator.namePlace,
    parsed: parseOperator(operator.name),
    key: key.name,
    name: key.name.toLowerCase(),
    keyPlace: key.namePlace,
    isEmptyList: key.node.kind === "array" && key.node.items.length === 0,
    values: entriesOf(key).flatMap(({ node, ...place }): ConditionValue[] => {
      if (node.kind === "string") return [{ ...place, kind: node.kind, value: node.value }];
      if (node.kind === "number") return [{ ...place, kind: node.kind, value: node.text }];
      return node.kind === "boolean" ? [{ ...place, kind: node.kind, value: String(node.value) }] : [];
    }),
  };
}
