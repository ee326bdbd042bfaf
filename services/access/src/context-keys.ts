import { bySecond } from "@rolecall/identifiers";
import type { ContextValue } from "@rolecall/policy";
import type { Caller } from "./caller.ts";
import type { OrganizationFacts } from "./organization.ts";
import type { RequestFacts } from "./request-facts.ts";

/** What the values of a key are; `Text` is what AWS calls String. */
export type ContextKeyType = "Text" | "ARN" | "Bool" | "Date" | "Numeric" | "IP address";

interface KeyFacts {
  /** As AWS spells it; `${TagKey}` stands for the key of a tag. */
  readonly key: string;
  readonly type: ContextKeyType;
  /** Its values are a list, and only operators with `ForAllValues` or `ForAnyValue` look into it. */
  readonly isMultivalued?: true;
  /** When it is in the request context, for the documentation. */
  readonly when: string;
}

/** A key that every request of some callers has, whatever it asks for. */
export interface GlobalKey extends KeyFacts {
  value(facts: GlobalFacts): ContextValue | undefined;
}

/** A key that certain operations add. */
export interface OperationKey extends KeyFacts {
  /** The operations, or who else adds it. */
  readonly operations: readonly string[];
}

/** A key of AWS that no request here can have, and why; conditions on it find it missing. */
export interface AbsentKey extends KeyFacts {
  readonly absent: string;
}

export interface GlobalFacts {
  readonly caller: Caller;
  readonly request: RequestFacts;
  /** Of the caller's account. */
  readonly organization: OrganizationFacts | undefined;
}

const isoSeconds = bySecond((ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`);

const principalTypes = {
  root: "Account",
  user: "User",
  "role-session": "AssumedRole",
  "federated-user": "FederatedUser",
  "assumed-root": "Account",
  service: "Service",
  federated: "Anonymous",
  anonymous: "Anonymous",
} as const satisfies Record<Caller["principal"]["kind"], string>;

/** A role's session shows the role with its path; everybody else the caller's own ARN. */
function principalArn({ principal, arn }: Caller): string | undefined {
  if (principal.kind === "role-session") return principal.roleArn;
  const hasArn =
    principal.kind !== "anonymous" && principal.kind !== "service" && principal.kind !== "federated";
  return hasArn ? arn : undefined;
}

const isSigned = ({ principal }: Caller): boolean =>
  principal.kind !== "anonymous" && principal.kind !== "federated";

/**
 * The keys that follow from the caller and his connection, with their values.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export const globalKeys: readonly GlobalKey[] = [
  {
    key: "aws:CurrentTime",
    type: "Date",
    when: "always",
    value: ({ request }) => isoSeconds(request.nowMs),
  },
  {
    key: "aws:EpochTime",
    type: "Date",
    when: "always; seconds since 1970",
    value: ({ request }) => String(Math.floor(request.nowMs / 1000)),
  },
  {
    key: "aws:SecureTransport",
    type: "Bool",
    when: "always; `true` over TLS, also when a trusted proxy says so",
    value: ({ request }) => String(request.secureTransport),
  },
  {
    key: "aws:RequestedRegion",
    type: "Text",
    when: "always; `us-east-1` for IAM, else the region that the request was signed for",
    value: ({ request }) => request.requestedRegion,
  },
  {
    key: "aws:ViaAWSService",
    type: "Bool",
    when: "always; `false`, since no service calls on with a caller's credentials",
    value: () => "false",
  },
  {
    key: "aws:SourceIp",
    type: "IP address",
    when: "always; the client's address, behind trusted proxies the one that they forward",
    value: ({ request }) => request.sourceIp,
  },
  {
    key: "aws:UserAgent",
    type: "Text",
    when: "the header was sent",
    value: ({ request }) => request.userAgent,
  },
  {
    key: "aws:Referer",
    type: "Text",
    when: "the header was sent",
    value: ({ request }) => request.referer,
  },
  {
    key: "aws:PrincipalType",
    type: "Text",
    when: "always; `Account`, `User`, `AssumedRole`, `FederatedUser` or `Anonymous`",
    value: ({ caller }) => principalTypes[caller.principal.kind],
  },
  {
    key: "aws:PrincipalAccount",
    type: "Text",
    when: "always; `anonymous` for unsigned requests",
    value: ({ caller }) => caller.accountId,
  },
  {
    key: "aws:PrincipalArn",
    type: "ARN",
    when: "signed requests; of a role session the role's ARN, with its path",
    value: ({ caller }) => principalArn(caller),
  },
  {
    key: "aws:PrincipalIsAWSService",
    type: "Bool",
    when: "signed requests",
    value: ({ caller }) => (isSigned(caller) ? String(caller.principal.kind === "service") : undefined),
  },
  {
    key: "aws:PrincipalServiceName",
    type: "Text",
    when: "a service calls by itself",
    value: ({ caller: { principal } }) => (principal.kind === "service" ? principal.service : undefined),
  },
  {
    key: "aws:PrincipalServiceNamesList",
    type: "Text",
    isMultivalued: true,
    when: "a service calls by itself",
    value: ({ caller: { principal } }) => (principal.kind === "service" ? [principal.service] : undefined),
  },
  {
    key: "aws:PrincipalOrgID",
    type: "Text",
    when: "the caller's account is in an organization",
    value: ({ organization }) => organization?.id,
  },
  {
    key: "aws:PrincipalOrgPaths",
    type: "Text",
    isMultivalued: true,
    when: "the caller's account is in an organization; `o-…/r-…/`",
    value: ({ organization }) => organization && [organization.path],
  },
  {
    key: "aws:userid",
    type: "Text",
    when: "signed requests; `AIDA…`, `AROA…:session`, `ACCOUNT:name`, or the account id of a root user",
    value: ({ caller }) => caller.userId,
  },
  {
    key: "aws:username",
    type: "Text",
    when: "IAM users, also with the credentials of GetSessionToken",
    value: ({ caller }) => caller.userName,
  },
  {
    key: "aws:TokenIssueTime",
    type: "Date",
    when: "temporary credentials",
    value: ({ caller: { claims } }) => claims && isoSeconds(claims.issuedAtSeconds * 1000),
  },
  {
    key: "aws:MultiFactorAuthPresent",
    type: "Bool",
    when: "temporary credentials; `true` only if a second factor was given for this very token. In the trust policy's evaluation also for the code that AssumeRole is passed",
    value: ({ caller: { claims } }) => claims && String(claims.mfaAtSeconds !== undefined),
  },
  {
    key: "aws:MultiFactorAuthAge",
    type: "Numeric",
    when: "a second factor was given; seconds since then",
    value: ({ caller: { claims }, request }) =>
      claims?.mfaAtSeconds === undefined
        ? undefined
        : String(Math.max(0, Math.floor(request.nowMs / 1000) - claims.mfaAtSeconds)),
  },
  {
    key: "aws:SourceIdentity",
    type: "Text",
    when: "sessions with a source identity, and those chained from them",
    value: ({ caller: { claims } }) => claims?.sourceIdentity,
  },
  {
    key: "aws:FederatedProvider",
    type: "Text",
    when: "role sessions that began with SAML or a web identity",
    value: ({ caller: { claims } }) => claims?.federatedProvider,
  },
  {
    key: "aws:AssumedRoot",
    type: "Bool",
    when: "sessions of AssumeRoot; `true`",
    value: ({ caller: { claims } }) => (claims?.kind === "assumed-root" ? "true" : undefined),
  },
  {
    key: "sts:TransitiveTagKeys",
    type: "Text",
    isMultivalued: true,
    when: "sessions with transitive tags, and AssumeRole when such tags are passed or inherited",
    value: ({ caller: { claims } }) =>
      claims?.transitiveTagKeys && claims.transitiveTagKeys.length > 0
        ? [...claims.transitiveTagKeys]
        : undefined,
  },
];

/** The family of keys that a caller's tags make; its values are many, so it is no row with one value. */
export const principalTagKey: OperationKey = {
  key: "aws:PrincipalTag/${TagKey}",
  type: "Text",
  when: "the user or role has the tag, or the session; the session's own prevails, whatever the key's case",
  operations: ["every request"],
};

/**
 * Keys that operations add to their checks.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
export const operationKeys: readonly OperationKey[] = [
  principalTagKey,
  {
    key: "aws:ResourceAccount",
    type: "Text",
    when: "the resource is somebody's",
    operations: ["every request"],
  },
  {
    key: "aws:ResourceOrgID",
    type: "Text",
    when: "the resource's account is in an organization",
    operations: ["every request"],
  },
  {
    key: "aws:ResourceOrgPaths",
    type: "Text",
    isMultivalued: true,
    when: "the resource's account is in an organization",
    operations: ["every request"],
  },
  {
    key: "aws:ResourceTag/${TagKey}",
    type: "Text",
    when: "the resource has the tag",
    operations: ["IAM", "AssumeRole"],
  },
  {
    key: "iam:ResourceTag/${TagKey}",
    type: "Text",
    when: "the user or role has the tag",
    operations: ["IAM", "AssumeRole"],
  },
  {
    key: "aws:RequestTag/${TagKey}",
    type: "Text",
    when: "the request passes the tag",
    operations: ["Create…", "Tag…", "AssumeRole", "GetFederationToken", "GetWebIdentityToken"],
  },
  {
    key: "aws:TagKeys",
    type: "Text",
    isMultivalued: true,
    when: "the request passes or removes tags",
    operations: ["Create…", "Tag…", "Untag…", "AssumeRole", "GetFederationToken", "GetWebIdentityToken"],
  },
  {
    key: "sts:ExternalId",
    type: "Text",
    when: "ExternalId is passed",
    operations: ["AssumeRole"],
  },
  { key: "sts:RoleSessionName", type: "Text", when: "always", operations: ["AssumeRole"] },
  {
    key: "sts:SourceIdentity",
    type: "Text",
    when: "SourceIdentity is passed, or inherited in a chain",
    operations: ["AssumeRole"],
  },
  { key: "sts:TaskPolicyArn", type: "ARN", when: "always", operations: ["AssumeRoot"] },
  {
    key: "sts:IdentityTokenAudience",
    type: "Text",
    isMultivalued: true,
    when: "always",
    operations: ["GetWebIdentityToken"],
  },
  { key: "sts:SigningAlgorithm", type: "Text", when: "always", operations: ["GetWebIdentityToken"] },
  {
    key: "sts:DurationSeconds",
    type: "Numeric",
    when: "always; the default when none is passed. Never for AssumeRole",
    operations: ["GetWebIdentityToken"],
  },
  {
    key: "iam:PermissionsBoundary",
    type: "ARN",
    when: "the boundary that is asked for; where an entity is changed, the one it has",
    operations: ["CreateUser", "CreateRole", "Put…PermissionsBoundary", "changes of users and roles"],
  },
  {
    key: "iam:PolicyARN",
    type: "ARN",
    when: "always",
    operations: ["Attach…Policy", "Detach…Policy"],
  },
  {
    key: "iam:PassedToService",
    type: "Text",
    when: "always",
    operations: ["PassRole, of AddRoleToInstanceProfile"],
  },
  {
    key: "iam:AssociatedResourceArn",
    type: "ARN",
    when: "always; instances are not known yet, so `arn:aws:ec2:*:ACCOUNT:instance/*`",
    operations: ["PassRole, of AddRoleToInstanceProfile"],
  },
  { key: "iam:DelegationDuration", type: "Numeric", when: "always", operations: ["CreateDelegationRequest"] },
  { key: "iam:NotificationChannel", type: "ARN", when: "always", operations: ["CreateDelegationRequest"] },
  {
    key: "iam:TemplateArn",
    type: "ARN",
    when: "a template is named",
    operations: ["CreateDelegationRequest"],
  },
  {
    key: "iam:DelegationRequestOwner",
    type: "ARN",
    when: "the request has an owner; where requests are listed, OwnerId is passed",
    operations: ["operations on a delegation request", "ListDelegationRequests"],
  },
  {
    key: "iam:AccountPropertyNamespaces",
    type: "Text",
    isMultivalued: true,
    when: "always",
    operations: ["GetAccountProperties", "PutAccountProperties"],
  },
  {
    key: "iam:RoleTemplateARN",
    type: "ARN",
    when: "a role is made or found by a template",
    operations: ["GetRole, CreateRole, AttachRolePolicy, PutRolePolicy, of AcquireRole"],
  },
];

const vpc = "no request comes through a VPC endpoint";
const chained = "no service calls on with a caller's credentials";
const onBehalf = "no service calls for a resource of its own";
const notServed = "the service is not served";

/** Keys that AWS has and that no request here can have. */
export const absentKeys: readonly AbsentKey[] = [
  { key: "aws:SourceVpc", type: "Text", when: "", absent: vpc },
  { key: "aws:SourceVpce", type: "Text", when: "", absent: vpc },
  { key: "aws:SourceVpcArn", type: "ARN", when: "", absent: vpc },
  { key: "aws:VpcSourceIp", type: "IP address", when: "", absent: vpc },
  { key: "aws:VpceAccount", type: "Text", when: "", absent: vpc },
  { key: "aws:VpceOrgID", type: "Text", when: "", absent: vpc },
  { key: "aws:VpceOrgPaths", type: "Text", isMultivalued: true, when: "", absent: vpc },
  { key: "aws:CalledVia", type: "Text", isMultivalued: true, when: "", absent: chained },
  { key: "aws:CalledViaFirst", type: "Text", when: "", absent: chained },
  { key: "aws:CalledViaLast", type: "Text", when: "", absent: chained },
  { key: "aws:SourceArn", type: "ARN", when: "", absent: onBehalf },
  { key: "aws:SourceAccount", type: "Text", when: "", absent: onBehalf },
  { key: "aws:SourceOrgID", type: "Text", when: "", absent: onBehalf },
  { key: "aws:SourceOrgPaths", type: "Text", isMultivalued: true, when: "", absent: onBehalf },
  { key: "aws:ChatbotSourceArn", type: "ARN", when: "", absent: notServed },
  { key: "aws:Ec2InstanceSourceVpc", type: "Text", when: "", absent: notServed },
  { key: "aws:Ec2InstanceSourcePrivateIPv4", type: "IP address", when: "", absent: notServed },
  { key: "sts:AWSServiceName", type: "Text", when: "", absent: "GetServiceBearerToken is not served" },
  {
    key: "sts:RequestContextProviders",
    type: "ARN",
    isMultivalued: true,
    when: "",
    absent: "ProvidedContexts are refused: there is no Identity Center to make them",
  },
  {
    key: "sts:RequestContext/${ContextKey}",
    type: "Text",
    when: "",
    absent: "ProvidedContexts are refused: there is no Identity Center to make them",
  },
];

/** Every key of the table, in the order of the documentation. */
export const contextKeys: readonly (GlobalKey | OperationKey | AbsentKey)[] = [
  ...globalKeys,
  ...operationKeys,
  ...absentKeys,
];
