// Action and NotAction against the Service Authorization Reference.
import type { ServiceAuthorization } from "@rolecall/service-authorization";
import type { ActionEntry } from "../actions.ts";
import { actionPattern, matchesAction } from "../actions.ts";
import type { Check, LintContext, LintResourceType } from "../check.ts";
import { found } from "../check.ts";
import type { LintCondition } from "../document.ts";
import { covers, hasWildcard, isComparable } from "../patterns.ts";
import { didYouMean, nearest } from "../suggest.ts";
import { toleratesAbsence } from "./operator-kinds.ts";

/** Services whose actions a policy of the resource type may name. */
const servicesOfType: Readonly<Record<LintResourceType, readonly string[]>> = {
  "AWS::S3::Bucket": ["s3"],
  "AWS::S3::AccessPoint": ["s3"],
  "AWS::S3::MultiRegionAccessPoint": ["s3"],
  "AWS::S3ObjectLambda::AccessPoint": ["s3-object-lambda"],
  "AWS::DynamoDB::Table": ["dynamodb"],
};

/** Services of a stated resource type, or of the kind of policy. */
export function statedServices({ kind, resourceType }: LintContext): readonly string[] | undefined {
  if (kind === "trust") return ["sts"];
  return resourceType && servicesOfType[resourceType];
}

/** Which action a misspelt one may mean: one of its service, else one of that name elsewhere. */
function meant({ name, service }: ActionEntry): string {
  if (service === undefined) return "";
  const best = nearest(
    name,
    service.actions.map((action) => action.name),
  );
  return best === undefined ? "" : ` Did you mean ${service.prefix}:${best}?`;
}

export const actionChecks: readonly Check[] = [
  {
    code: "INVALID_ACTION",
    type: "ERROR",
    when: "an action's name is unknown in its service",
    *statement({ actions }, { actionsOf }) {
      for (const entry of actionsOf(actions)) {
        const { text, hasColon, isPattern, service, action } = entry;
        if (isPattern || (hasColon && (service === undefined || action !== undefined))) continue;
        yield hasColon
          ? found(text, `There is no action ${text.value}.${meant(entry)}`)
          : found(text, `${text.value} has no service prefix, as in s3:GetObject.`);
      }
    },
  },
  {
    code: "INVALID_SERVICE_IN_ACTION",
    type: "ERROR",
    when: "an action's service prefix is unknown",
    *statement({ actions }, { data, actionsOf }) {
      for (const { text, prefix, hasColon, service } of actionsOf(actions))
        if (hasColon && service === undefined && !hasWildcard(prefix))
          yield found(
            text,
            `There is no service with the prefix ${prefix}.${didYouMean(prefix, data.servicePrefixes)}`,
          );
    },
  },
  {
    code: "WILDCARD_IN_SERVICE_NAME",
    type: "SUGGESTION",
    when: "the service segment of an action or a resource has a wildcard",
    *statement({ actions, resources }, { actionsOf, kind }) {
      // Organizations refuses it: SCP_SYNTAX_ERROR_ACTION_WILDCARD.
      if (kind !== "scp")
        for (const { text, prefix } of actionsOf(actions))
          if (hasWildcard(prefix))
            yield found(text, "Name the service in full: the pattern reaches services of like names, too.");
      for (const text of resources?.items ?? []) {
        const [prefix, , service = ""] = text.value.split(":");
        if (prefix === "arn" && hasWildcard(service))
          yield found(text, "Name the service in full: the pattern reaches services of like names, too.");
      }
    },
  },
  {
    code: "ROLECALL_ACTION_PATTERN_MATCHES_NOTHING",
    type: "WARNING",
    when: "a pattern in Action or NotAction matches no action of its service",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
    *statement({ actions }, { actionsOf }) {
      for (const { text, name, isPattern, prefix, service } of actionsOf(actions)) {
        if (!isPattern || service === undefined || hasWildcard(prefix)) continue;
        const matches = actionPattern(name);
        if (!service.actions.some((action) => matches(action.name.toLowerCase())))
          yield found(text, `${text.value} matches no action of ${service.name}.`);
      }
    },
  },
  {
    code: "UNSUPPORTED_ACTION_IN_POLICY",
    type: "ERROR",
    when: "a policy of a stated resource type, or a trust policy, names an action of another service",
    kinds: ["resource", "trust"],
    *statement({ actions }, context) {
      const services = statedServices(context);
      if (services === undefined) return;
      for (const { text, prefix, name } of context.actionsOf(actions)) {
        if (text.value === "*" && context.kind !== "trust") continue;
        const isForeign = !services.some((service) => actionPattern(prefix)(service));
        const isUseless = context.kind === "trust" && !isTrustAction(name);
        if (isForeign || isUseless)
          yield found(
            text,
            context.kind === "trust"
              ? `A trust policy speaks of ${trustActions.slice(0, 3).join(", ")} and the like, not of ${text.value}.`
              : `${text.value} is no action on a resource of type ${context.resourceType ?? ""}.`,
          );
      }
    },
  },
  {
    code: "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
    type: "ERROR",
    when: "a listed action does not know a service's condition key; actions with wildcards are not examined",
    *condition(condition, { actions }, { data, actionsOf }) {
      if (actions === undefined || actions.not || toleratesAbsence(condition)) return;
      const known = ownKey(condition, data);
      if (known === undefined) return;
      const entries = actionsOf(actions);
      const unaware = entries.filter(({ action }) => action !== undefined && !knows(action, known, data));
      if (unaware.length > 0)
        yield found(
          [condition.keyPlace, ...unaware.map(({ text }) => text)],
          `Requests for ${unaware.map(({ text }) => text.value).join(", ")} have no key ${condition.key}: move ` +
            `${unaware.length === 1 ? "it" : "them"} to a statement without this condition.`,
        );
    },
  },
  {
    code: "MISSING_ACTION_FOR_CONDITION_KEY",
    type: "ERROR",
    when: "a trust policy tests a key that only sts:TagSession, sts:SetSourceIdentity or sts:SetContext can set, without it",
    kinds: ["trust"],
    *condition({ name, key, keyPlace, parsed }, statement) {
      const { actions, effect } = statement;
      if (actions === undefined || actions.not || effect !== "Allow" || parsed === undefined) return;
      if (parsed.base === "Null") return;
      const needed = settingActions.find(([pattern]) => name.startsWith(pattern))?.[1];
      if (
        needed !== undefined &&
        !actions.items.some(({ value }) => matchesAction(value, needed.toLowerCase()))
      )
        yield found(keyPlace, `${key} has a value only where ${needed} is allowed: add it to Action.`);
    },
  },
  {
    code: "REDUNDANT_ACTION",
    type: "SUGGESTION",
    when: "an action is covered by another entry of the list, all of it",
    *statement({ actions }, { actionsOf }) {
      const entries = actionsOf(actions);
      const redundant = coveredEntries(entries);
      if (redundant.length > 0)
        yield found(
          redundant.map(({ text }) => text),
          `Other entries cover ${redundant.length === 1 ? "" : `${redundant.length} entries, for example `}` +
            `${redundant[0]?.text.value ?? ""}: remove ${redundant.length === 1 ? "it" : "them"}.`,
        );
    },
  },
];

/** Documents with more are beyond every quota; what is left is not examined. */
const maxComparisons = 500_000;

/** Every entry that another one covers; of equal ones all but the first. */
function coveredEntries(entries: readonly ActionEntry[]): ActionEntry[] {
  const texts = entries.map(({ text }) => text.value.toLowerCase());
  const everything = texts.indexOf("*");
  const patterns = new Map<string, { pattern: string; at: number; matches: (text: string) => boolean }[]>();
  for (const [at, { prefix, isPattern }] of entries.entries()) {
    const pattern = texts[at] ?? "";
    if (!isPattern || hasWildcard(prefix) || !isComparable(pattern)) continue;
    const list = patterns.get(prefix) ?? [];
    list.push({ pattern, at, matches: actionPattern(pattern) });
    patterns.set(prefix, list);
  }
  const first = new Map<string, number>();
  for (const [at, text] of texts.entries()) if (!first.has(text)) first.set(text, at);
  let comparisonsLeft = maxComparisons;
  return entries.filter(({ prefix, isPattern }, at) => {
    const text = texts[at] ?? "";
    if (first.get(text) !== at) return true;
    if (everything !== -1 && at !== everything) return true;
    const others = patterns.get(prefix) ?? [];
    comparisonsLeft -= others.length;
    if (comparisonsLeft < 0) return false;
    return others.some(
      (other) =>
        other.at !== at &&
        other.pattern !== text &&
        (isPattern ? covers(other.pattern, text) : other.matches(text)),
    );
  });
}

/** The actions that a trust policy may speak of. */
const trustActions = [
  "sts:AssumeRole",
  "sts:AssumeRoleWithSAML",
  "sts:AssumeRoleWithWebIdentity",
  "sts:TagSession",
  "sts:SetSourceIdentity",
  "sts:SetContext",
];

function isTrustAction(name: string): boolean {
  const matches = actionPattern(name);
  return trustActions.some((action) => matches(action.slice(4).toLowerCase()));
}

/** Keys that a request has only when the caller also does this. */
const settingActions: readonly (readonly [string, string])[] = [
  ["aws:requesttag/", "sts:TagSession"],
  ["aws:tagkeys", "sts:TagSession"],
  ["sts:transitivetagkeys", "sts:TagSession"],
  ["sts:sourceidentity", "sts:SetSourceIdentity"],
  ["sts:requestcontext/", "sts:SetContext"],
  ["sts:requestcontextproviders", "sts:SetContext"],
];

/** The documented name of a key that belongs to one service; undefined for global keys and unknown ones. */
function ownKey({ key, name }: LintCondition, data: ServiceAuthorization): string | undefined {
  if (name.startsWith("aws:")) return undefined;
  const known = data.conditionKey(key)?.key;
  return data.globalConditionKeys.some((global) => global.key === known) ? undefined : known;
}

/** Whether requests for the action have the key: itself, or through one of its resource types. */
function knows(
  { service, conditionKeys, resourceTypes }: NonNullable<ActionEntry["action"]>,
  key: string,
  data: ServiceAuthorization,
): boolean {
  const lists = [
    conditionKeys,
    ...resourceTypes.flatMap((type) => [
      type.conditionKeys,
      data.service(service)?.resourceType(type.name)?.conditionKeys ?? [],
    ]),
  ];
  return lists.some((list) => list.some((one) => one.toLowerCase() === key.toLowerCase()));
}
