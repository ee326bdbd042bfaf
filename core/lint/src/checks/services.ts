// Service principals of resource policies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
import type { Check } from "../check.ts";
import { found } from "../check.ts";
import type { LintStatement, PrincipalText } from "../document.ts";
import { hasVariable } from "./variables.ts";
import { isPositive, takesWildcards } from "./operator-kinds.ts";
import { sourceKeys } from "./trust.ts";

/** The services an Allow lets in, when it lets in nobody else. */
function servicesOf({ effect, principals }: LintStatement): readonly PrincipalText[] {
  if (effect !== "Allow" || principals === undefined || principals.not) return [];
  return principals.entries.filter(({ type }) => type === "Service");
}

/** Of the caller's keys, those that a service calling for itself does not have. */
const callerKeys: readonly string[] = ["aws:principalorgid", "aws:principalorgpaths", "aws:username"];

/** Keys whose values are service principals, in lower case. */
const servicePrincipalKeys: ReadonlySet<string> = new Set([
  "aws:calledvia",
  "aws:calledviafirst",
  "aws:calledvialast",
  "aws:principalservicename",
  "aws:principalservicenameslist",
  "iam:passedtoservice",
  "iam:awsservicename",
  "kms:viaservice",
]);

const servicePrincipal = /^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|aws\.internal|amazon\.com|api\.aws)$/i;

export const serviceChecks: readonly Check[] = [
  {
    code: "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
    type: "SECURITY_WARNING",
    when: "a service is let in without aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths",
    kinds: ["resource"],
    *statement(statement) {
      if (statement.conditions.some(({ name }) => sourceKeys.has(name) || otherSourceKeys.has(name))) return;
      for (const entry of servicesOf(statement))
        yield found(
          entry,
          "The service may act for anybody: test aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths.",
        );
    },
  },
  {
    code: "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
    type: "SUGGESTION",
    when: "a service is narrowed by another key than the four source keys, such as aws:Referer",
    kinds: ["resource"],
    *statement(statement) {
      const { conditions } = statement;
      if (conditions.some(({ name }) => sourceKeys.has(name)) || servicesOf(statement).length === 0) return;
      for (const { name, key, keyPlace } of conditions)
        if (otherSourceKeys.has(name))
          yield found(
            keyPlace,
            `Test aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths instead of ${key}.`,
          );
    },
  },
  {
    code: "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
    type: "ERROR",
    when: "a service is let in under a condition on its organization or user name, which services have not",
    kinds: ["resource"],
    *statement(statement) {
      const { principals, conditions } = statement;
      const services = servicesOf(statement);
      if (services.length === 0 || services.length !== principals?.entries.length) return;
      for (const condition of conditions)
        if (callerKeys.includes(condition.name) && isPositive(condition))
          yield found(
            condition.keyPlace,
            `A service has no ${condition.key}, so the statement never holds: test aws:SourceOrgID or aws:SourceAccount.`,
          );
    },
  },
  {
    code: "INVALID_SERVICE_PRINCIPAL_FORMAT",
    type: "ERROR",
    when: "the value of a key such as kms:ViaService has not the form of a service principal",
    *condition(condition) {
      if (!servicePrincipalKeys.has(condition.name) || condition.parsed?.base.startsWith("String") !== true)
        return;
      for (const value of condition.values) {
        if (hasVariable(value.value)) continue;
        // What a wildcard stands for may be anything.
        if (takesWildcards(condition) && /[*?]/.test(value.value)) continue;
        if (!servicePrincipal.test(value.value))
          yield found(value, `A service principal looks like s3.amazonaws.com, not like ${value.value}.`);
      }
    },
  },
];

/** What some policies test in place of the source keys. */
const otherSourceKeys: ReadonlySet<string> = new Set([
  "aws:referer",
  "aws:useragent",
  "aws:sourceowner",
  "aws:sourceip",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:principalservicename",
]);
