import { InvalidInput } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import type { EntityPolicies, SourcePolicy } from "./sources.ts";

const awsManagedPrefix = "arn:aws:iam::aws:policy/";

/** Without the path: `arn:…:policy/team/name` is `arn:…:policy/name`. */
const withoutPath = (arn: string): string => arn.replace(/(:policy)\/.*\//, "$1/");

/** At most one `*`, any number of `?`. */
function wildcardMatches(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  const same = (part: string, other: string): boolean =>
    part.length === other.length && [...part].every((unit, at) => unit === "?" || unit === other[at]);
  if (star < 0) return same(pattern, text);
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  return (
    text.length >= head.length + tail.length &&
    same(head, text.slice(0, head.length)) &&
    same(tail, text.slice(text.length - tail.length))
  );
}

function requireOneStar(pattern: string): void {
  if (pattern.split("*").length > 2)
    throw InvalidInput(`Invalid policy identifier: ${pattern} has more than one wildcard character *.`);
}

type Excludes = (policy: SourcePolicy) => boolean;

const byType: Record<string, Excludes> = {
  inline: ({ attachment }) => attachment?.kind === "inline",
  "aws-managed": ({ attachment }) =>
    attachment?.kind === "managed" && attachment.arn.startsWith(awsManagedPrefix),
  "user-managed": ({ attachment }) =>
    attachment?.kind === "managed" && !attachment.arn.startsWith(awsManagedPrefix),
};

/** One identifier: of a type, of an ARN, or of an inline policy. @throws InvalidInput unless it is exactly one of them */
function exclusion(identifier: Iam.PolicyIdentifier): Excludes {
  const { PolicyType, PolicyArn, InlinePolicyIdentifier } = identifier;
  if ([PolicyType, PolicyArn, InlinePolicyIdentifier].filter((one) => one !== undefined).length !== 1)
    throw InvalidInput(
      "Exactly one of PolicyType, PolicyArn and InlinePolicyIdentifier must be given to identify a policy.",
    );
  if (PolicyType !== undefined) return byType[PolicyType] ?? (() => false);
  if (PolicyArn !== undefined) {
    if (!/^arn:[^:*?]+:iam::[^:*?]*:policy\/./.test(PolicyArn))
      throw InvalidInput(`Invalid policy identifier: ${PolicyArn} is not the ARN of a managed policy.`);
    requireOneStar(PolicyArn);
    return ({ attachment }) =>
      attachment?.kind === "managed" &&
      (wildcardMatches(PolicyArn, attachment.arn) || wildcardMatches(PolicyArn, withoutPath(attachment.arn)));
  }
  const wanted = InlinePolicyIdentifier;
  requireOneStar(wanted?.AttachmentName ?? "");
  return ({ attachment }) =>
    attachment?.kind === "inline" &&
    attachment.policyName === wanted?.PolicyName &&
    attachment.ownerKind === wanted.AttachmentType &&
    wildcardMatches(wanted.AttachmentName ?? "", attachment.ownerName);
}

/**
 * The entity's policies without those that the request excludes. What fits no policy is passed over, and so are
 * resource control policies.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyIdentifier.html
 */
export function withoutExcluded(
  policies: EntityPolicies,
  identifiers: readonly Iam.PolicyIdentifier[] | undefined,
): EntityPolicies {
  const excludes = (identifiers ?? []).map(exclusion);
  const hasType = (type: string): boolean =>
    (identifiers ?? []).some(({ PolicyType }) => PolicyType === type);
  return {
    identity: policies.identity.filter((policy) => !excludes.some((isExcluded) => isExcluded(policy))),
    // Recorded: excluding a policy by its ARN does not remove it as a boundary.
    boundary: hasType("permission-boundary") ? undefined : policies.boundary,
    isInOrganization: policies.isInOrganization && !hasType("scp"),
  };
}
