// aws:ResourceTag in statements whose actions do not have it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_attribute-based-access-control.html
import type { Service } from "@rolecall/service-authorization";
import type { ActionEntry } from "../actions.ts";
import type { Check } from "../check.ts";
import { found } from "../check.ts";
import type { FindingType } from "../finding.ts";
import { isPositive } from "./operator-kinds.ts";

const tagKey = "aws:resourcetag/";
const documented = "aws:ResourceTag/${TagKey}";

/** Some resource of the service has the key, or some action itself. */
const hasTags = ({ resourceTypes, actions }: Service): boolean =>
  resourceTypes.some(({ conditionKeys }) => conditionKeys.includes(documented)) ||
  actions.some(({ conditionKeys }) => conditionKeys.includes(documented));

/** Whether requests for the entry's action can have the key; of patterns: for some action of the service. */
function supportsTags({ service, action, isPattern }: ActionEntry): boolean {
  if (service === undefined) return true;
  if (!hasTags(service)) return false;
  if (isPattern || action === undefined) return true;
  const types = action.resourceTypes.flatMap(({ name }) => service.resourceType(name) ?? []);
  return (
    action.conditionKeys.includes(documented) ||
    action.resourceTypes.some(({ conditionKeys }) => conditionKeys.includes(documented)) ||
    types.some(({ conditionKeys }) => conditionKeys.includes(documented))
  );
}

function unsupported(code: string, type: FindingType, effect: "Allow" | "Deny"): Check {
  const outcome =
    effect === "Allow" ? "are not allowed by this statement" : "are not denied by this statement";
  return {
    code,
    type,
    when: `an ${effect === "Allow" ? "Allow" : "explicit Deny"} tests aws:ResourceTag for actions that do not have it`,
    // An absent key passes IfExists and negated operators, so they do not silently drop the actions.
    *condition(condition, statement, { actionsOf }) {
      if (statement.effect !== effect || statement.actions?.not !== false) return;
      if (!condition.name.startsWith(tagKey) || !isPositive(condition)) return;
      const without = actionsOf(statement.actions).filter((entry) => !supportsTags(entry));
      if (without.length > 0)
        yield found(
          [condition.keyPlace, ...without.map(({ text }) => text)],
          `Requests for ${without.map(({ text }) => text.value).join(", ")} have no ${condition.key} and ${outcome}.`,
        );
    },
  };
}

function withNotAction(code: string, type: FindingType, effect: "Allow" | "Deny"): Check {
  return {
    code,
    type,
    when: `${effect === "Allow" ? "an Allow" : "a Deny"} with NotAction tests aws:ResourceTag, which many actions do not have`,
    *condition(condition, statement) {
      if (statement.effect !== effect || statement.actions?.not !== true) return;
      if (condition.name.startsWith(tagKey) && isPositive(condition))
        yield found(
          condition.keyPlace,
          `Many actions have no ${condition.key} and are not ${effect === "Allow" ? "allowed" : "denied"}: list those meant in Action.`,
        );
    },
  };
}

export const tagChecks: readonly Check[] = [
  unsupported("DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", "SECURITY_WARNING", "Deny"),
  withNotAction("DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", "SECURITY_WARNING", "Deny"),
  unsupported("ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", "SUGGESTION", "Allow"),
  withNotAction("ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", "SUGGESTION", "Allow"),
];
