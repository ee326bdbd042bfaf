// Points on which AWS's pages are silent, or disagree, and how this engine reads them: the documented reading where there
// is one, else the stricter. Those that are code stand here; the others are listed with the file that holds them.
//
// - Fewer than six ARN parts in a Resource (`arn:aws:iam::*`): a trailing `*` spans the rest; otherwise refused on save,
//   and matching nothing. match/arn-pattern.ts
// - Text substituted for a policy variable is literal: a `*` in a tag value is no wildcard. match/template.ts
// - A variable in the first five parts of a Resource matches nothing. match/resource.ts
// - `${` without a closing brace, or a default without quotes, is plain text. match/template.ts
// - An evaluation error in one condition outweighs other conditions that are false. compile/compile-statement.ts
// - A key with an empty list of values is absent, for every operator. conditions/compile-condition.ts
// - ForAnyValue:…IfExists is true when the key is absent. conditions/compile-condition.ts
// - ForAllValues:Null is always true, ForAnyValue:Null always false (policy check NULL_WITH_QUALIFIER). Same file.
// - Numbers are compared as doubles; beyond them they are no numbers. conditions/decimal.ts
// - Times need a zone; four digits are a year, other digits epoch seconds. conditions/instant.ts
// - Names of condition operators are read in any case. conditions/operators.ts
// - `{"AWS":"*"}` in a trust policy reaches AWS principals: no service, no federated caller, nobody anonymous. Elsewhere
//   it equals `"*"`. compile/compile-principals.ts
// - A resource policy that names the provider of a login is worth as much as one that names the role ("entity").
//   compile/compile-principals.ts
// - NotPrincipal spares from a Deny only those whose every name is listed, and keeps from an Allow those with any name
//   listed. compile/compile-principals.ts
// - A duplicate Id, or one in an identity policy, is accepted as the live service does. parse/document.ts
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
