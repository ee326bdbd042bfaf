// Principal and NotPrincipal of resource policies: forms, and who is let in.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
import type { Check } from "../check.ts";
import { found } from "../check.ts";
import type { LintCondition, LintStatement, PrincipalText } from "../document.ts";
import { hasWildcard, matchesEverything } from "../patterns.ts";
import { isPositive } from "./operator-kinds.ts";

const isEveryone = ({ type, value }: PrincipalText) => value === "*" && (type === "*" || type === "AWS");

/** `{"AWS": "*"}` or `"*"`, in an Allow. */
export const letsEveryoneIn = ({ effect, principals }: LintStatement): boolean =>
  effect === "Allow" && principals !== undefined && !principals.not && principals.entries.some(isEveryone);

/** Keys that say whose caller it is, or where the request comes from, in a way the caller does not choose. */
const confiningKeys: ReadonlySet<string> = new Set([
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:userid",
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:sourceowner",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourcevpcarn",
  "aws:vpceaccount",
  "aws:vpceorgid",
  "aws:vpceorgpaths",
  "aws:sourceip",
  "aws:vpcsourceip",
  "kms:calleraccount",
  "kms:viaservice",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
  "lambda:functionurlauthtype",
  "lambda:sourcefunctionarn",
]);

/** A positive test of such a key, by values that are more than a star, which an absent key fails. */
export const confinesCaller = (condition: LintCondition): boolean =>
  (confiningKeys.has(condition.name) || condition.name.startsWith("aws:principaltag/")) &&
  isPositive(condition) &&
  condition.values.length > 0 &&
  condition.values.every(
    ({ value }) => !matchesEverything(value) && value !== "0.0.0.0/0" && value !== "::/0",
  );

export const principalChecks: readonly Check[] = [
  {
    code: "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
    type: "ERROR",
    when: "a principal has a wildcard in it; a star alone under AWS means everyone",
    kinds: ["resource", "trust"],
    *statement({ principals }) {
      for (const entry of principals?.entries ?? [])
        if (entry.type !== "" && hasWildcard(entry.value) && !isEveryone(entry))
          yield found(entry, "A principal has no wildcards: name it, or test aws:PrincipalArn with ArnLike.");
    },
  },
  {
    code: "INVALID_ROLE_REFERENCE",
    type: "WARNING",
    when: "a principal is written as the unique id of a role",
    kinds: ["resource", "trust"],
    *statement({ principals }) {
      for (const entry of principals?.entries ?? [])
        if (entry.type === "AWS" && entry.value.startsWith("AROA"))
          yield found(entry, "Write the role's ARN; an id stays behind when the role it meant is gone.");
    },
  },
  {
    code: "INVALID_USER_REFERENCE",
    type: "WARNING",
    when: "a principal is written as the unique id of a user",
    kinds: ["resource", "trust"],
    *statement({ principals }) {
      for (const entry of principals?.entries ?? [])
        if (entry.type === "AWS" && entry.value.startsWith("AIDA"))
          yield found(entry, "Write the user's ARN; an id stays behind when the user it meant is gone.");
    },
  },
  {
    code: "ALLOW_WITH_NOT_PRINCIPAL",
    type: "SECURITY_WARNING",
    when: "an Allow has NotPrincipal: everyone else is let in, anonymous callers too",
    kinds: ["resource"],
    *statement({ effect, principals }) {
      if (effect === "Allow" && principals?.not === true)
        yield found(
          principals.namePlace,
          "Allow with NotPrincipal lets in everyone who is not listed: use Principal.",
        );
    },
  },
  {
    code: "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
    type: "ERROR",
    when: "a Federated principal stands outside of a trust policy",
    kinds: ["resource"],
    *statement({ principals }) {
      for (const entry of principals?.entries ?? [])
        if (entry.type === "Federated")
          yield found(entry, "Only trust policies know federated principals: name the role they assume.");
    },
  },
  {
    code: "ROLECALL_RESOURCE_POLICY_OPEN_TO_ALL",
    type: "SECURITY_WARNING",
    when: "a resource policy lets everyone in, and no condition confines the caller",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous",
    kinds: ["resource"],
    *statement(statement) {
      if (letsEveryoneIn(statement) && !statement.conditions.some(confinesCaller))
        yield found(
          statement.principals ?? statement,
          "Everyone is let in, anonymous callers too: name principals, or add a condition such as aws:PrincipalOrgID.",
        );
    },
  },
];
