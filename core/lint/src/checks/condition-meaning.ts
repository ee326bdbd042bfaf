// Conditions that mean something else than they seem to: stars that only ask for presence, values that are too wide.
import type { Check } from "../check.ts";
import { found } from "../check.ts";
import { matchesAction } from "../actions.ts";
import type { ConditionValue, LintCondition, LintStatement } from "../document.ts";
import { matchesEverything } from "../patterns.ts";
import { neverTrue } from "./contradictions.ts";
import { familyOf, isNegated, takesWildcards } from "./operator-kinds.ts";
import { hasVariable } from "./variables.ts";

/** Keys whose values have no use for wildcards: #condition-keys-sensitive */
const sensitiveKeys: ReadonlySet<string> = new Set([
  "aws:principalaccount",
  "aws:principalorgid",
  "aws:resourceaccount",
  "aws:resourceorgid",
  "aws:sourceaccount",
  "aws:sourceorgid",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:vpceaccount",
  "aws:vpceorgid",
]);

/** [?] The page asks for six fixed characters first but not of which keys: these begin with an organization's id. */
const prefixedKeys: ReadonlySet<string> = new Set([
  "aws:principalorgpaths",
  "aws:resourceorgpaths",
  "aws:sourceorgpaths",
  "aws:vpceorgpaths",
]);

/** Keys that every request has. */
const alwaysPresent: ReadonlySet<string> = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:securetransport",
  "aws:principaltype",
  "aws:principalaccount",
  "aws:requestedregion",
]);

/** What a condition whose values match everything comes to. */
type Meaning = "present" | "absent" | "always" | "never";

/** Of a pattern operator all or one of whose values are stars alone. */
function starMeaning(condition: LintCondition): Meaning | undefined {
  const { parsed, values, name } = condition;
  if (parsed === undefined || !takesWildcards(condition)) return undefined;
  if (!values.some(({ value }) => matchesEverything(value))) return undefined;
  const negated = isNegated(condition);
  const ifAbsent = parsed.set === "ForAllValues" || parsed.ifExists || (negated && parsed.set === undefined);
  const meaning: Meaning = negated ? (ifAbsent ? "absent" : "never") : ifAbsent ? "always" : "present";
  if (!alwaysPresent.has(name)) return meaning;
  return meaning === "present" ? "always" : meaning === "absent" ? "never" : meaning;
}

function starCheck(
  code: string,
  meaning: Meaning,
  when: string,
  details: (condition: LintCondition) => string,
): Check {
  return {
    code,
    type: "SUGGESTION",
    when,
    *condition(condition) {
      // Of these keys a star is an error already.
      if (sensitiveKeys.has(condition.name)) return;
      if (starMeaning(condition) === meaning) yield found(condition.keyPlace, details(condition));
    },
  };
}

function tooPermissive(code: string, what: "variable" | "wildcard"): Check {
  // Under StringEquals a variable stands for one value; it is a wildcard at most where there are wildcards.
  const isIn = ({ value }: ConditionValue) =>
    what === "variable" ? hasVariable(value) : /[*?]/.test(plain(value));
  const plain = (value: string) => value.replaceAll(/\$\{[^}]*\}/g, "");
  return {
    code,
    type: "ERROR",
    when: `a ${what} stands in the value of a key that identifies an account, an organization or a network`,
    *condition(condition) {
      if (!takesWildcards(condition) || condition.parsed?.base === "Null") return;
      for (const value of condition.values) {
        if (!isIn(value)) continue;
        if (sensitiveKeys.has(condition.name))
          yield found(
            value,
            `${condition.key} says who or where: a ${what} in it lets others in. Write the value in full.`,
          );
        else if (prefixedKeys.has(condition.name) && fixedBefore(value.value, what) < 6)
          yield found(
            value,
            `At least six fixed characters must stand before the ${what} in ${condition.key}.`,
          );
        else if (condition.name === "aws:userid" && isLooseUserId(value.value, what))
          yield found(value, `In aws:userid a ${what} stands behind the colon, or alone before it.`);
      }
    },
  };
}

function fixedBefore(text: string, what: "variable" | "wildcard"): number {
  return what === "variable" ? text.indexOf("${") : text.search(/[*?]/);
}

function isLooseUserId(text: string, what: "variable" | "wildcard"): boolean {
  // Colons inside of variables are their own.
  const masked = text.replaceAll(/\$\{[^}]*\}/g, (hole) => "$".repeat(hole.length));
  const colon = masked.indexOf(":");
  const left = colon === -1 ? masked : masked.slice(0, colon);
  const isIn = what === "variable" ? left.includes("$") : /[*?]/.test(left);
  if (!isIn) return false;
  const isAlone = what === "variable" ? /^\$+$/.test(left) : left === "*";
  return colon === -1 || !isAlone;
}

export const conditionMeaningChecks: readonly Check[] = [
  starCheck(
    "EQUIVALENT_TO_NULL_FALSE",
    "present",
    "a condition with a star only asks whether the key is there",
    ({ key, operator }) =>
      `${operator} with a star only asks whether ${key} is there: say "Null": {"${key}": "false"}.`,
  ),
  starCheck(
    "EQUIVALENT_TO_NULL_TRUE",
    "absent",
    "a condition with a star only asks whether the key is missing",
    ({ key, operator }) =>
      `${operator} with a star only asks whether ${key} is missing: say "Null": {"${key}": "true"}.`,
  ),
  starCheck(
    "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
    "always",
    "a condition with a star always holds",
    ({ key, operator }) => `${operator} with a star always holds: remove ${key}.`,
  ),
  starCheck(
    "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
    "never",
    "a condition with a star never holds",
    ({ key, operator }) => `${operator} with a star never holds for ${key}, so the statement has no effect.`,
  ),
  tooPermissive("WILDCARD_USAGE_TOO_PERMISSIVE", "wildcard"),
  tooPermissive("VARIABLE_USAGE_TOO_PERMISSIVE", "variable"),
  {
    code: "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
    type: "SECURITY_WARNING",
    when: "an Allow of reads tests dynamodb:Attributes without dynamodb:Select = SPECIFIC_ATTRIBUTES",
    *condition({ name, keyPlace }, statement) {
      if (name !== "dynamodb:attributes" || statement.effect !== "Allow" || !readsItems(statement)) return;
      const selects = statement.conditions.some(
        (one) =>
          one.name === "dynamodb:select" &&
          !isNegated(one) &&
          one.values.length > 0 &&
          one.values.every(({ value }) => value === "SPECIFIC_ATTRIBUTES"),
      );
      if (!selects)
        yield found(
          keyPlace,
          'A read that asks for no attributes gets them all: add "dynamodb:Select": "SPECIFIC_ATTRIBUTES".',
        );
    },
  },
  {
    code: "S3_PREFIX_IN_NEGATIVE_CONTEXT",
    type: "SECURITY_WARNING",
    when: "s3:prefix keeps out by a list: in a Deny, or negated in an Allow; a shorter prefix gets around it",
    *condition(condition, { effect }) {
      if (condition.name !== "s3:prefix" || familyOf(condition) !== "String" || effect === undefined) return;
      if ((effect === "Deny") === isNegated(condition)) return;
      yield found(
        condition.keyPlace,
        "A caller who lists a shorter prefix sees these objects all the same: allow the prefixes that he may list.",
      );
    },
  },
  {
    code: "ROLECALL_CONDITION_NEVER_TRUE",
    type: "WARNING",
    when: "the conditions of a statement cannot hold together, so it has no effect",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html",
    statement: neverTrue,
  },
  {
    code: "ROLECALL_DENY_MFA_WITHOUT_IF_EXISTS",
    type: "SECURITY_WARNING",
    when: "a Deny tests aws:MultiFactorAuthPresent false with Bool: requests with access keys have no such key and pass",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent",
    *condition(condition, { effect }) {
      const { name, parsed, values } = condition;
      if (
        effect !== "Deny" ||
        name !== "aws:multifactorauthpresent" ||
        parsed?.base !== "Bool" ||
        parsed.ifExists
      )
        return;
      if (values.some(({ value }) => value.toLowerCase() !== "true"))
        yield found(
          condition.operatorPlace,
          "Requests with access keys have no such key and are not denied: use BoolIfExists.",
        );
    },
  },
  {
    code: "ROLECALL_DENY_BY_ADDRESS_HITS_SERVICES",
    type: "SUGGESTION",
    when: "a Deny with NotIpAddress aws:SourceIp makes no exception for services and VPC endpoints, whose requests have other addresses or none",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html",
    *condition({ name, parsed, operatorPlace }, { effect, conditions }) {
      if (effect !== "Deny" || name !== "aws:sourceip" || parsed?.base !== "NotIpAddress") return;
      const exceptions = [
        "aws:viaawsservice",
        "aws:calledvia",
        "aws:principalisawsservice",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:principalarn",
      ];
      if (!conditions.some((one) => exceptions.includes(one.name)))
        yield found(
          operatorPlace,
          'Calls that services make for you are denied, too: add "Bool": {"aws:ViaAWSService": "false"}.',
        );
    },
  },
];

const readActions = ["getitem", "batchgetitem", "query", "scan", "partiqlselect"].map(
  (name) => `dynamodb:${name}`,
);

const readsItems = ({ actions }: LintStatement): boolean =>
  actions !== undefined &&
  readActions.some(
    (action) => actions.items.some(({ value }) => matchesAction(value, action)) !== actions.not,
  );
