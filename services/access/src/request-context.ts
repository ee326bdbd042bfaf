import type { ContextValue } from "@rolecall/policy";
import type { Caller } from "./caller.ts";

/** What the road knows of a request that context keys are made from. */
export interface RequestFacts {
  nowMs: number;
  /** Undefined when a service calls. */
  sourceIp: string | undefined;
  secureTransport: boolean;
  userAgent: string | undefined;
  referer: string | undefined;
  /** `us-east-1` for the global services. */
  requestedRegion: string;
}

/** Context keys as given by whoever names them; keys are compared without regard to case. */
export type ContextEntries = Readonly<Record<string, ContextValue | undefined>>;

const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

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

/**
 * The global condition keys that follow from the caller and the connection, present exactly when AWS puts
 * them there.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function globalContext(caller: Caller, facts: RequestFacts): Record<string, ContextValue> {
  const { principal, claims } = caller;
  const context: Record<string, ContextValue> = {
    "aws:CurrentTime": isoSeconds(facts.nowMs),
    "aws:EpochTime": String(Math.floor(facts.nowMs / 1000)),
    "aws:SecureTransport": String(facts.secureTransport),
    "aws:RequestedRegion": facts.requestedRegion,
    "aws:ViaAWSService": "false",
    "aws:PrincipalType": principalTypes[principal.kind],
    "aws:PrincipalAccount": caller.accountId,
  };
  const add = (key: string, value: ContextValue | undefined): void => {
    if (value !== undefined) context[key] = value;
  };
  add("aws:SourceIp", facts.sourceIp);
  add("aws:UserAgent", facts.userAgent);
  add("aws:Referer", facts.referer);
  add("aws:userid", caller.userId);
  add("aws:username", caller.userName);

  if (principal.kind !== "anonymous" && principal.kind !== "federated")
    add("aws:PrincipalIsAWSService", String(principal.kind === "service"));
  if (principal.kind === "role-session") add("aws:PrincipalArn", principal.roleArn);
  else if (principal.kind !== "anonymous" && principal.kind !== "service" && principal.kind !== "federated")
    add("aws:PrincipalArn", caller.arn);
  for (const tag of caller.tags) add(`aws:PrincipalTag/${tag.key}`, tag.value);

  if (claims) {
    add("aws:TokenIssueTime", isoSeconds(claims.issuedAtSeconds * 1000));
    // Present with every temporary credential; true only where MFA stands behind this very token.
    add("aws:MultiFactorAuthPresent", String(claims.mfaAtSeconds !== undefined));
    if (claims.mfaAtSeconds !== undefined)
      add(
        "aws:MultiFactorAuthAge",
        String(Math.max(0, Math.floor(facts.nowMs / 1000) - claims.mfaAtSeconds)),
      );
    add("aws:SourceIdentity", claims.sourceIdentity);
    add("aws:FederatedProvider", claims.federatedProvider);
    if (claims.transitiveTagKeys && claims.transitiveTagKeys.length > 0)
      add("sts:TransitiveTagKeys", [...claims.transitiveTagKeys]);
    for (const [key, value] of Object.entries(claims.context ?? {})) add(key, value);
  }
  return context;
}

/** `aws:RequestTag/k` and `aws:TagKeys` for tags passed in a request; nothing when no tags are passed. */
export function requestTagContext(
  tags: readonly { Key: string; Value: string }[] | undefined,
): Record<string, ContextValue> {
  if (!tags || tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map((tag) => [`aws:RequestTag/${tag.Key}`, tag.Value])),
    "aws:TagKeys": tags.map((tag) => tag.Key),
  };
}

/** `aws:ResourceTag/k`, and `iam:ResourceTag/k` beside it for users and roles. */
export function resourceTagContext(
  tags: readonly { key: string; value: string }[] | undefined,
  prefixes: readonly string[] = ["aws", "iam"],
): Record<string, ContextValue> {
  const context: Record<string, ContextValue> = {};
  for (const tag of tags ?? [])
    for (const prefix of prefixes) context[`${prefix}:ResourceTag/${tag.key}`] = tag.value;
  return context;
}
