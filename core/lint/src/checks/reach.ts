// Allow statements that reach iam:PassRole or iam:CreateServiceLinkedRole on more than named roles, in the six ways
// that Access Analyzer tells apart.
import { codesWithHoles, splitArn } from "../arns.ts";
import { matchesAction } from "../actions.ts";
import type { Check } from "../check.ts";
import { found } from "../check.ts";
import type { LintContext } from "../check.ts";
import type { FindingType, Place } from "../finding.ts";
import type { LintStatement, Text } from "../document.ts";
import { hasWildcard, overlaps } from "../patterns.ts";

interface Subject {
  readonly prefix: string;
  readonly type: FindingType;
  /** In lower case. */
  readonly action: string;
  readonly shown: string;
  /** A condition on this key narrows the statement enough, in lower case. */
  readonly key: string;
  readonly advice: string;
  /** Whether a resource with a wildcard is still one that was meant. */
  readonly isNamed: (resource: string, context: LintContext) => boolean;
}

const subjects: readonly Subject[] = [
  {
    prefix: "PASS_ROLE",
    type: "SECURITY_WARNING",
    action: "iam:passrole",
    shown: "iam:PassRole",
    key: "iam:passedtoservice",
    advice: "name the roles, or test iam:PassedToService",
    isNamed: namesService,
  },
  {
    prefix: "CREATE_SLR",
    type: "WARNING",
    action: "iam:createservicelinkedrole",
    shown: "iam:CreateServiceLinkedRole",
    key: "iam:awsservicename",
    advice: "name the roles, or test iam:AWSServiceName",
    isNamed: (resource) => /^aws-service-role\/[^*?/]+\//.test(resource),
  },
];

/** By which of Action and NotAction, Resource and NotResource; `star` of the action when only a pattern reaches it. */
const ways = [
  { code: "WITH_NOT_RESOURCE", action: "named", resource: "not", when: "by name, with NotResource" },
  {
    code: "WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
    action: "star",
    resource: "not",
    when: "by a pattern, with NotResource",
  },
  {
    code: "WITH_NOT_ACTION_AND_NOT_RESOURCE",
    action: "not",
    resource: "not",
    when: "by NotAction, with NotResource",
  },
  {
    code: "WITH_STAR_IN_RESOURCE",
    action: "named",
    resource: "star",
    when: "by name, on a pattern of resources",
  },
  {
    code: "WITH_STAR_IN_ACTION_AND_RESOURCE",
    action: "star",
    resource: "star",
    when: "by a pattern, on a pattern of resources",
  },
  {
    code: "WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    action: "not",
    resource: "star",
    when: "by NotAction, on a pattern of resources",
  },
] as const;

type Way = (typeof ways)[number];

export const reachChecks: readonly Check[] = subjects.flatMap((subject) =>
  ways.map((way): Check => ({
    code: `${subject.prefix}_${way.code}`,
    type: subject.type,
    when: `an Allow reaches ${subject.shown} ${way.when}, without a condition on ${subject.key}`,
    kinds: ["identity"],
    *statement(statement, context) {
      if (statement.effect !== "Allow") return;
      if (statement.conditions.some(({ name }) => name === subject.key)) return;
      const action = actionWay(statement, subject);
      if (action?.way !== way.action) return;
      const places = resourceWay(statement, way, subject, context);
      if (places.length > 0)
        yield found(
          [...places, action.place],
          `The statement allows ${subject.shown} on many roles: ${subject.advice}.`,
        );
    },
  })),
);

function actionWay(
  { actions }: LintStatement,
  { action }: Subject,
): { way: Way["action"]; place: Place } | undefined {
  if (actions === undefined) return undefined;
  const reaching = actions.items.filter(({ value }) => matchesAction(value, action));
  if (actions.not) return reaching.length === 0 ? { way: "not", place: actions } : undefined;
  const named = reaching.find(({ value }) => !hasWildcard(value));
  const first = named ?? reaching[0];
  return first && { way: named === undefined ? "star" : "named", place: first };
}

function resourceWay(
  { resources }: LintStatement,
  { resource }: Way,
  subject: Subject,
  context: LintContext,
): readonly Place[] {
  if (resources === undefined) return [];
  if (resources.not) return resource === "not" ? [resources] : [];
  return resource === "star" ? resources.items.filter((text) => isBroad(text, subject, context)) : [];
}

/** A pattern of roles that stands for roles nobody thought of. */
function isBroad({ value }: Text, { isNamed }: Subject, context: LintContext): boolean {
  if (value === "*") return true;
  const arn = splitArn(value);
  if (arn === undefined || !overlaps(codesWithHoles(arn.service), codesWithHoles("iam"))) return false;
  const { resource } = arn;
  if (resource === undefined) return value.endsWith("*");
  if (!hasWildcard(resource) || !overlaps(codesWithHoles(resource), codesWithHoles("role/*"))) return false;
  return !resource.startsWith("role/") || !isNamed(resource.slice("role/".length), context);
}

/** Services' own roles have the service in their name, and a pattern with it is let pass. */
function namesService(resource: string, { data }: LintContext): boolean {
  const fixed = resource.toLowerCase().replaceAll(/[^a-z0-9]/g, " ");
  const words = fixed.split(" ").filter((word) => word.length >= 2);
  if (words.includes("service")) return true;
  return data.servicePrefixes.some((prefix) => {
    const plain = prefix.replaceAll("-", "");
    return words.some((word) => (plain.length < 3 ? word === plain : word.includes(plain)));
  });
}
