// Elements: present, known, of the right type. What the grammar asks; here each fault stands with its place.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
import { documentElements, principalKeys, statementElements } from "@rolecall/policy/language";
import type { JsonNode } from "@rolecall/policy/language";
import type { Check, Found, LintKind } from "../check.ts";
import { found } from "../check.ts";
import { entriesOf, memberOf, membersOf } from "../document.ts";
import type { LintStatement, Member } from "../document.ts";
import type { Place } from "../finding.ts";
import { didYouMean } from "../suggest.ts";

/** Kinds whose documents say who. */
const withPrincipal: readonly LintKind[] = ["resource", "trust", "rcp"];

/** The statement's opening brace: where something is missing. */
const opening = ({ path, at }: LintStatement): Place => ({ path, at, end: at + 1 });

function* mistyped(place: Place, node: JsonNode, wanted: readonly JsonNode["kind"][]): Iterable<Found> {
  if (wanted.includes(node.kind)) return;
  const what = wanted.map((kind) => (kind === "array" ? "list" : kind)).join(" or ");
  yield found(place, `A ${what} is expected here, not ${article(node.kind)}.`);
}

const article = (kind: string) =>
  kind === "null" ? kind : /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;

/** A string, or a list of strings. */
function* mistypedTexts(member: Member | undefined): Iterable<Found> {
  if (member === undefined) return;
  for (const entry of entriesOf(member))
    yield* mistyped(entry, entry.node, member.node.kind === "array" ? ["string"] : ["string", "array"]);
}

function* mistypedStatement({ members }: LintStatement): Iterable<Found> {
  for (const name of ["Sid", "Effect"]) {
    const member = memberOf(members, name);
    if (member !== undefined) yield* mistyped(member, member.node, ["string"]);
  }
  for (const name of ["Action", "NotAction", "Resource", "NotResource"])
    yield* mistypedTexts(memberOf(members, name));
  for (const name of ["Principal", "NotPrincipal"]) {
    const member = memberOf(members, name);
    if (member?.node.kind === "object")
      for (const one of membersOf(member.node, member.path)) yield* mistypedTexts(one);
  }
  const condition = memberOf(members, "Condition");
  if (condition === undefined) return;
  yield* mistyped(condition, condition.node, ["object"]);
  if (condition.node.kind !== "object") return;
  for (const operator of membersOf(condition.node, condition.path)) {
    yield* mistyped(operator, operator.node, ["object"]);
    if (operator.node.kind !== "object") continue;
    for (const key of membersOf(operator.node, operator.path))
      for (const entry of entriesOf(key)) yield* mistyped(entry, entry.node, ["string", "number", "boolean"]);
  }
}

export const structureChecks: readonly Check[] = [
  { code: "JSON_SYNTAX_ERROR", type: "ERROR", when: "the document is no JSON object", reader: true },
  {
    code: "ROLECALL_REFUSED_ON_SAVE",
    type: "ERROR",
    when: "AWS refuses the document for a reason that no other error names; the details have AWS's sentence. Resource policies are asked when they are a bucket's",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    reader: true,
  },
  {
    code: "DATA_TYPE_MISMATCH",
    type: "ERROR",
    when: "the JSON type of an element is not the expected one",
    *document({ members, statements }) {
      for (const name of ["Version", "Id"]) {
        const member = memberOf(members, name);
        if (member !== undefined) yield* mistyped(member, member.node, ["string"]);
      }
      const statement = memberOf(members, "Statement");
      if (statement !== undefined)
        for (const entry of entriesOf(statement))
          yield* mistyped(
            entry,
            entry.node,
            statement.node.kind === "array" ? ["object"] : ["object", "array"],
          );
      for (const one of statements) yield* mistypedStatement(one);
    },
  },
  {
    code: "INVALID_POLICY_ELEMENT",
    type: "ERROR",
    when: "the document or a statement has an element of an unknown name",
    *document({ members, statements }) {
      const lists = [
        [members, documentElements] as const,
        ...statements.map((one) => [one.members, statementElements] as const),
      ];
      for (const [list, known] of lists)
        for (const { name, namePlace } of list)
          if (!known.includes(name))
            yield found(namePlace, `There is no policy element ${name}.${didYouMean(name, known)}`);
    },
  },
  {
    code: "MISSING_STATEMENT",
    type: "ERROR",
    when: "the document has no statement",
    *document({ members, path, at }) {
      const member = memberOf(members, "Statement");
      const isEmpty = member?.node.kind === "array" && member.node.items.length === 0;
      if (member === undefined || isEmpty)
        yield found(member ?? { path, at, end: at + 1 }, "A policy needs a Statement.");
    },
  },
  {
    code: "MISSING_VERSION",
    type: "WARNING",
    when: "the document has no Version, which means 2008-10-17: policy variables are plain text there",
    *document({ members, path, at }) {
      if (memberOf(members, "Version") === undefined)
        yield found({ path, at, end: at + 1 }, 'Add "Version": "2012-10-17"; without it variables are text.');
    },
  },
  {
    code: "INVALID_VERSION",
    type: "ERROR",
    when: "Version is not one of the two",
    *document({ version }) {
      if (version !== undefined && version.value !== "2012-10-17" && version.value !== "2008-10-17")
        yield found(version, `There is no version ${version.value} of the language: use 2012-10-17.`);
    },
  },
  {
    code: "MISSING_EFFECT",
    type: "ERROR",
    when: "a statement has no Effect",
    *statement(statement) {
      if (memberOf(statement.members, "Effect") === undefined)
        yield found(opening(statement), "Add an Effect: Allow or Deny.");
    },
  },
  {
    code: "INVALID_EFFECT",
    type: "ERROR",
    when: "Effect is neither Allow nor Deny, spelt so",
    *statement({ members }) {
      const member = memberOf(members, "Effect");
      if (member?.node.kind === "string" && !["Allow", "Deny"].includes(member.node.value))
        yield found(
          member,
          `Effect is Allow or Deny, not ${member.node.value}.${didYouMean(member.node.value, ["Allow", "Deny"])}`,
        );
    },
  },
  {
    code: "MISSING_ACTION",
    type: "ERROR",
    when: "a statement has neither Action nor NotAction",
    *statement(statement) {
      if (statement.actions === undefined) yield found(opening(statement), "Add an Action or a NotAction.");
    },
  },
  {
    code: "MISSING_RESOURCE",
    type: "ERROR",
    when: "a statement has neither Resource nor NotResource; not asked of trust policies",
    kinds: ["identity", "resource", "scp", "rcp"],
    *statement(statement) {
      if (statement.resources === undefined)
        yield found(opening(statement), "Add a Resource or a NotResource.");
    },
  },
  {
    code: "MISSING_PRINCIPAL",
    type: "ERROR",
    when: "a statement of a resource policy has neither Principal nor NotPrincipal",
    kinds: withPrincipal,
    *statement(statement) {
      if (statement.principals === undefined)
        yield found(opening(statement), "Add a Principal: this kind of policy says who.");
    },
  },
  {
    code: "UNSUPPORTED_PRINCIPAL",
    type: "ERROR",
    when: "Principal or NotPrincipal stands in an identity policy",
    kinds: ["identity"],
    *statement({ principals }) {
      if (principals !== undefined)
        yield found(
          principals.namePlace,
          `Remove ${principals.name}: an identity policy speaks of whom it is attached to.`,
        );
    },
  },
  {
    code: "UNSUPPORTED_ELEMENT_COMBINATION",
    type: "ERROR",
    when: "a statement has an element and its negation: Action and NotAction, and so on",
    *statement({ members }) {
      for (const name of ["Action", "Resource", "Principal"]) {
        const not = memberOf(members, `Not${name}`);
        if (not !== undefined && memberOf(members, name) !== undefined)
          yield found(not.namePlace, `A statement has ${name} or Not${name}, never both.`);
      }
    },
  },
  {
    code: "INVALID_PRINCIPAL_FORMAT",
    type: "ERROR",
    when: 'Principal is neither "*" nor a map',
    *statement({ principals }) {
      if (principals === undefined || principals.node.kind === "object") return;
      if (principals.node.kind !== "string" || principals.node.value !== "*")
        yield found(
          principals,
          'Principal is "*" or a map such as {"AWS": "arn:aws:iam::111122223333:root"}.',
        );
    },
  },
  {
    code: "INVALID_PRINCIPAL_KEY",
    type: "ERROR",
    when: "a key of the Principal map is not AWS, CanonicalUser, Federated or Service",
    *statement({ principals }) {
      if (principals?.node.kind !== "object") return;
      for (const { name, namePlace } of membersOf(principals.node, principals.path))
        if (!principalKeys.includes(name))
          yield found(
            namePlace,
            `${name} is no type of principal: ${principalKeys.join(", ")}.${didYouMean(name, principalKeys)}`,
          );
    },
  },
  {
    code: "UNSUPPORTED_SID",
    type: "ERROR",
    when: "a Sid has other characters than letters and digits; other services' resource policies may",
    kinds: ["identity", "trust", "scp", "rcp"],
    *statement({ sid }) {
      if (sid !== undefined && !/^[A-Za-z0-9]*$/.test(sid.value))
        yield found(sid, "A Sid has letters and digits only.");
    },
  },
  {
    code: "EMPTY_SID_VALUE",
    type: "SUGGESTION",
    when: "a Sid is empty",
    *statement({ sid }) {
      if (sid?.value === "") yield found(sid, "Give the Sid a value or remove it.");
    },
  },
  {
    code: "UNIQUE_SIDS_REQUIRED",
    type: "ERROR",
    when: "a Sid is repeated where IAM or Organizations forbids it",
    kinds: ["identity", "trust", "scp", "rcp"],
    document: ({ statements }) => repeatedSids(statements),
  },
  {
    code: "UNIQUE_SIDS_RECOMMENDED",
    type: "WARNING",
    when: "a Sid is repeated where that is allowed",
    kinds: ["resource"],
    document: ({ statements }) => repeatedSids(statements),
  },
  emptyList("EMPTY_ARRAY_ACTION", "Action", "actions"),
  emptyList("EMPTY_ARRAY_RESOURCE", "Resource", "resources"),
  {
    code: "EMPTY_ARRAY_PRINCIPAL",
    type: "SUGGESTION",
    when: "a list of principals is empty",
    *statement({ principals }) {
      if (principals?.node.kind !== "object") return;
      for (const member of membersOf(principals.node, principals.path))
        if (member.node.kind === "array" && member.node.items.length === 0)
          yield found(member, `The list names no principal, so it has no effect.`);
    },
  },
  {
    code: "EMPTY_OBJECT_PRINCIPAL",
    type: "SUGGESTION",
    when: "the Principal map is empty",
    *statement({ principals }) {
      if (principals?.node.kind === "object" && principals.node.members.length === 0)
        yield found(principals, "The statement names no principal, so it has no effect.");
    },
  },
  {
    code: "EMPTY_OBJECT_CONDITION",
    type: "SUGGESTION",
    when: "a Condition block, or an operator in it, is empty",
    *statement({ members }) {
      const condition = memberOf(members, "Condition");
      if (condition?.node.kind !== "object") return;
      const { node, path } = condition;
      if (node.members.length === 0) yield found(condition, "The Condition has no conditions: remove it.");
      for (const operator of membersOf(node, path))
        if (operator.node.kind === "object" && operator.node.members.length === 0)
          yield found(operator, `${operator.name} has no keys: remove it.`);
    },
  },
];

function emptyList(code: string, name: string, part: "actions" | "resources"): Check {
  return {
    code,
    type: "SUGGESTION",
    when: `the list of ${name} or Not${name} is empty`,
    *statement(statement) {
      const member = statement[part];
      if (member?.node.kind === "array" && member.node.items.length === 0)
        yield found(member, `The list has no ${part}, so the statement has no effect.`);
    },
  };
}

function* repeatedSids(statements: readonly LintStatement[]): Iterable<Found> {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (sid === undefined || sid.value === "") continue;
    if (seen.has(sid.value)) yield found(sid, `Another statement has the Sid ${sid.value} already.`);
    seen.add(sid.value);
  }
}
