// ForAllValues, ForAnyValue, and conditions without values.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
import type { Check, LintContext } from "../check.ts";
import { found } from "../check.ts";
import type { LintCondition, LintStatement } from "../document.ts";
import { demandsPresence, isPositive } from "./operator-kinds.ts";

/** The audience of a token: `issuer:aud`, of identity providers only. */
const audience = ({ name }: LintCondition): string | undefined =>
  /^[^:]*[./][^:]*:(aud|oaud|app_id)$/.test(name) || name === "saml:aud"
    ? name.slice(name.lastIndexOf(":") + 1)
    : undefined;

const isMultivalued = ({ key }: LintCondition, { data }: LintContext): boolean | undefined =>
  data.conditionKey(key)?.isMultivalued;

/** An empty list of values, by what stands before and behind the operator. */
function empty(
  code: string,
  when: string,
  which: (condition: LintCondition) => boolean,
  details: string,
): Check {
  return {
    code,
    type: "SUGGESTION",
    when,
    *condition(condition) {
      if (condition.isEmptyList && which(condition)) yield found(condition, details);
    },
  };
}

export const conditionSetChecks: readonly Check[] = [
  empty(
    "EMPTY_ARRAY_CONDITION",
    "a key has an empty list of values",
    ({ parsed }) => parsed?.set === undefined && parsed?.ifExists !== true,
    "The list has no values, so the condition never holds: give it some or remove it.",
  ),
  empty(
    "EMPTY_ARRAY_CONDITION_FORALLVALUES",
    "a key has an empty list of values under ForAllValues",
    ({ parsed }) => parsed?.set === "ForAllValues",
    "An empty list under ForAllValues holds only when the key is absent: use Null with true.",
  ),
  empty(
    "EMPTY_ARRAY_CONDITION_FORANYVALUE",
    "a key has an empty list of values under ForAnyValue",
    ({ parsed }) => parsed?.set === "ForAnyValue",
    "An empty list under ForAnyValue never holds: give it values.",
  ),
  empty(
    "EMPTY_ARRAY_CONDITION_IFEXISTS",
    "a key has an empty list of values under an operator with IfExists",
    ({ parsed }) => parsed?.set === undefined && parsed?.ifExists === true,
    "An empty list under IfExists holds only when the key is absent: use Null with true.",
  ),
  {
    code: "MISSING_QUALIFIER",
    type: "ERROR",
    when: "a multivalued key is tested without ForAllValues or ForAnyValue",
    *condition(condition, _statement, context) {
      const { parsed } = condition;
      if (parsed === undefined || parsed.base === "Null" || parsed.set !== undefined) return;
      if (isMultivalued(condition, context) === true)
        yield found(
          condition.operatorPlace,
          `${condition.key} has many values, which ${condition.operator} never matches: say ForAnyValue or ForAllValues.`,
        );
    },
  },
  {
    code: "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    type: "SECURITY_WARNING",
    when: "ForAllValues stands on a single-valued key: it also holds when the key is absent",
    *condition(condition, _statement, context) {
      if (condition.parsed?.set !== "ForAllValues" || condition.parsed.base === "Null") return;
      if (isMultivalued(condition, context) === false)
        yield found(
          condition.operatorPlace,
          `${condition.key} has one value; ForAllValues lets requests without it through: remove ForAllValues.`,
        );
    },
  },
  {
    code: "NULL_WITH_QUALIFIER",
    type: "SUGGESTION",
    when: "Null stands with ForAllValues (always true) or ForAnyValue (always false)",
    *condition({ parsed, operatorPlace }) {
      if (parsed?.base === "Null" && parsed.set !== undefined)
        yield found(
          operatorPlace,
          `${parsed.set} with Null ${parsed.set === "ForAllValues" ? "always" : "never"} holds: use Null alone.`,
        );
    },
  },
  {
    code: "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
    type: "SECURITY_WARNING",
    when: "ForAnyValue stands on the audience of a token, which is single-valued",
    *condition(condition) {
      if (condition.parsed?.set === "ForAnyValue" && audience(condition) !== undefined)
        yield found(condition.operatorPlace, `${condition.key} has one value: remove ForAnyValue.`);
    },
  },
  {
    code: "CONFIRM_AUDIENCE_CLAIM_TYPE",
    type: "SUGGESTION",
    when: "a set operator stands on the audience of a token",
    *condition(condition) {
      const claim = audience(condition);
      if (condition.parsed?.set !== undefined && claim !== undefined)
        yield found(
          condition.operatorPlace,
          `The claim ${claim} says for whom the token is, by one value: ${condition.parsed.set} is not needed.`,
        );
    },
  },
  {
    code: "ROLECALL_FORALLVALUES_WITHOUT_NULL_CHECK",
    type: "WARNING",
    when: "an Allow tests a multivalued key with ForAllValues, which also holds when the key is absent, and nothing demands the key",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    *condition(condition, statement, context) {
      if (statement.effect !== "Allow" || condition.parsed?.set !== "ForAllValues") return;
      if (condition.parsed.base === "Null" || isMultivalued(condition, context) !== true) return;
      if (!isDemanded(condition, statement))
        yield found(
          condition.operatorPlace,
          `A request without ${condition.key} passes: add "Null": {"${condition.key}": "false"} if it must not.`,
        );
    },
  },
];

/** Whether another condition fails when the key is absent. */
function isDemanded({ name }: LintCondition, { conditions }: LintStatement): boolean {
  return conditions.some((other) => {
    if (other.name === name) return demandsPresence(other) || other.parsed?.set === "ForAnyValue";
    // A request with a tag has tag keys.
    return (
      name === "aws:tagkeys" &&
      other.name.startsWith("aws:requesttag/") &&
      (isPositive(other) || demandsPresence(other))
    );
  });
}
