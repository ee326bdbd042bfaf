// Points on which AWS's pages are silent, or disagree, and how this engine reads them: the documented reading where there
// is one, else the stricter. Those that are code stand here; the others are listed by the name they have on
// docs/choices.md, which gives the source and the reason of each.
//
// - short-arn: a Resource with fewer than six ARN parts (`arn:aws:iam::*`). Read as: a trailing `*` spans the rest;
//   otherwise it is refused on save, and matches nothing. match/arn-pattern.ts
// - variable-wildcards: wildcards in the text of a policy variable. Read as: literal: a `*` in a tag value is no
//   wildcard. match/template.ts
// - variable-outside-resource-part: a variable in the first five parts of a Resource. Read as: matches nothing.
//   match/resource.ts
// - broken-variable: `${` without a closing brace, a default without quotes. Read as: plain text. match/template.ts
// - error-outweighs-false: an evaluation error beside a condition that is false. Read as: the error wins: an Allow
//   does not apply, a Deny does. compile/compile-statement.ts
// - empty-list: a multivalued key with an empty list of values. Read as: absent, for every operator.
//   conditions/compile-condition.ts
// - any-value-if-exists: `ForAnyValue:…IfExists` on an absent key. Read as: true. conditions/compile-condition.ts
// - null-with-qualifier: `ForAllValues:Null`, `ForAnyValue:Null`. Read as: always true, always false.
//   conditions/compile-condition.ts
// - numbers: numbers beyond a double. Read as: no numbers: equal to nothing. conditions/decimal.ts
// - times: times without a zone; digits without a dash. Read as: a time of day needs a zone; four digits are a
//   year, other digits epoch seconds. conditions/instant.ts
// - operator-case: the case of condition operators' names. Read as: any. conditions/operators.ts
// - star-in-trust: `{"AWS": "*"}` in a trust policy. Read as: AWS principals: no service, no federated caller,
//   nobody anonymous; elsewhere it equals `"*"`. compile/compile-principals.ts
// - provider-grant: a resource policy that names the provider of a session's login. Read as: worth as much as one
//   that names the role. compile/compile-principals.ts
// - not-principal: NotPrincipal. Read as: spares from a Deny only those whose every name is listed; keeps from an
//   Allow those with any name listed. compile/compile-principals.ts
// - document-id: an Id that stands twice, or in an identity policy. Read as: accepted. parse/document.ts
// - cross-account-root: the root user of another account. Read as: needs no identity policy on its side; the
//   resource's policy must allow its account. evaluate/evaluate.ts
import type { AuthorizationRequest } from "./request/authorization-request.ts";
import type { Principal } from "./request/principal.ts";

/**
 * Whether the caller's SCPs count. They bind principals of member accounts, root included; not service-linked roles, and
 * nobody who is of no account.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 */
export function scpsApply(principal: Principal): boolean {
  switch (principal.kind) {
    case "service":
    case "federated":
    case "anonymous":
      return false;
    case "role-session":
      return principal.serviceLinked !== true;
    default:
      return true;
  }
}

/**
 * Whether the resource's RCPs count: for every caller but service-linked roles, for actions on a resource (not those
 * authorized on `*`), and never for kms:RetireGrant.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
export function rcpsApply({ principal, resource, action }: AuthorizationRequest): boolean {
  if (principal.kind === "role-session" && principal.serviceLinked === true) return false;
  return resource !== "*" && action.toLowerCase() !== "kms:retiregrant";
}

const isDelegated = (principal: Principal): boolean =>
  "delegated" in principal && principal.delegated === true;

/**
 * A direct grant of a resource policy passes over session policies. Not for a session of AssumeRoot: "limited to the task
 * policy" is read as a limit on everything. Nor for delegated access, whose policy is what was approved.
 */
export const directGrantPassesSession = (principal: Principal): boolean =>
  principal.kind !== "assumed-root" && !isDelegated(principal);

/** Sessions that have no permissions at all when no session policy was passed. */
export const needsSessionPolicy = (principal: Principal): boolean =>
  principal.kind === "federated-user" || principal.kind === "assumed-root" || isDelegated(principal);
