import { isDeepStrictEqual } from "node:util";
import { requestTagContext, resourceTagContext } from "@rolecall/access";
import type { Caller } from "@rolecall/access";
import { assumedRoleArn, parseEntityArn, roleArn } from "@rolecall/identifiers";
import { InvalidParameterValue, NotImplemented, sts, ValidationError } from "@rolecall/model";
import type { Sts } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { ReadTx, Role } from "@rolecall/store-contract";
import { chainOf } from "./chain.ts";
import { issueSession } from "./issue.ts";
import { consumeMfa, verifyMfa } from "./mfa.ts";
import { requirePackedSize } from "./packed-size.ts";
import { sessionPolicies } from "./session-policies.ts";
import { sessionTags } from "./session-tags.ts";
import type { SessionTags } from "./session-tags.ts";

const defaultDurationSeconds = 3600;
/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const maxChainedDurationSeconds = 3600;

/**
 * The role that an ARN names, spelt as it is stored: a role in another path or case is another ARN.
 * Undefined when there is none.
 */
async function findRole(arn: string, tx: ReadTx): Promise<Role | undefined> {
  const named = parseEntityArn(arn);
  if (named?.type !== "role") throw ValidationError(`${arn} is invalid`);
  const role = await tx.roles.get(named.accountId, named.name);
  return role && roleArn(role.accountId, role.path, role.name) === arn ? role : undefined;
}

/** What the checks say of a role; of one that was made anew, they say it of another. */
const decidedOn = (role: Role | undefined): unknown[] | undefined =>
  role && [role.roleId, role.trustPolicy, role.tags];

function requestedTags(input: Sts.AssumeRoleRequest, caller: Caller): SessionTags {
  return sessionTags(input.Tags, input.TransitiveTagKeys, caller.claims);
}

/** A source identity, once set, stays through the chain and cannot become another. */
function requestedSourceIdentity(input: Sts.AssumeRoleRequest, caller: Caller): string | undefined {
  const inherited = caller.claims?.sourceIdentity;
  if (input.SourceIdentity?.toLowerCase().startsWith("aws:"))
    throw InvalidParameterValue("SourceIdentity cannot begin with aws:.");
  if (inherited !== undefined && input.SourceIdentity !== undefined && input.SourceIdentity !== inherited)
    throw InvalidParameterValue("SourceIdentity cannot be changed from the value of the calling session.");
  return inherited ?? input.SourceIdentity;
}

/**
 * The checks of one AssumeRole: the action itself, and a permission of its own for tags and source identity.
 * Each is decided on both sides: the trust policy, and what the caller's account allows him.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
async function checks(input: Sts.AssumeRoleRequest, context: OperationContext): Promise<CheckFacts[]> {
  const { caller, store, basis } = context;
  if (input.ProvidedContexts && input.ProvidedContexts.length > 0)
    throw NotImplemented("Rolecall does not implement the parameter ProvidedContexts of AssumeRole yet.");
  const role = await store.read((tx) => findRole(input.RoleArn, tx));
  basis.add(async (tx) => isDeepStrictEqual(decidedOn(await findRole(input.RoleArn, tx)), decidedOn(role)));
  const tags = requestedTags(input, caller);
  const sourceIdentity = requestedSourceIdentity(input, caller);
  const hasMfa = await verifyMfa(input, context);

  const common = {
    resource: input.RoleArn,
    resourceAccountId: parseEntityArn(input.RoleArn)?.accountId,
    resourcePolicyType: "trust",
    resourcePolicy: role?.trustPolicy,
    bareSentence: true,
    context: {
      "sts:RoleSessionName": input.RoleSessionName,
      "sts:ExternalId": input.ExternalId,
      "sts:SourceIdentity": sourceIdentity,
      ...(tags.transitiveTagKeys.length > 0 && { "sts:TransitiveTagKeys": tags.transitiveTagKeys }),
      ...(hasMfa && { "aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0" }),
      ...requestTagContext(input.Tags),
      ...resourceTagContext(role?.tags),
    },
  } satisfies CheckFacts;
  return [
    common,
    // Observed, not documented: inherited transitive tags alone need the permission too.
    ...(Object.keys(tags.tags).length > 0 ? [{ ...common, action: "sts:TagSession" }] : []),
    ...(sourceIdentity !== undefined ? [{ ...common, action: "sts:SetSourceIdentity" }] : []),
  ];
}

function requireDuration(input: Sts.AssumeRoleRequest, role: Role, caller: Caller): number {
  const seconds = input.DurationSeconds ?? defaultDurationSeconds;
  if (caller.principal.kind === "role-session" && seconds > maxChainedDurationSeconds)
    throw ValidationError(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  if (seconds > role.maxSessionDurationSeconds)
    throw ValidationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  return seconds;
}

/**
 * Temporary credentials of a role.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const AssumeRole = operation(sts, "AssumeRole", {
  readOnly: true, // as CloudTrail marks it
  authorization: checks,

  async handle(input, context) {
    const { caller, store, access } = context;
    const role = await store.read((tx) => findRole(input.RoleArn, tx));
    // What is not there trusts nobody.
    if (!role) throw new Error("a role that is not there was authorized");
    const durationSeconds = requireDuration(input, role, caller);
    const policies = await sessionPolicies(input, role.accountId, store, access);
    const { tags, transitiveTagKeys } = requestedTags(input, caller);
    const packedPolicySize = requirePackedSize(policies, tags);
    const sourceIdentity = requestedSourceIdentity(input, caller);
    const sessionName = input.RoleSessionName;
    // The session itself does not say that MFA stood behind it: as documented, only the trust policy sees that.
    await consumeMfa(input, context);
    const issued = issueSession(
      {
        kind: "assumed-role",
        accountId: role.accountId,
        entityId: role.roleId,
        sessionName,
        ...policies,
        tags: Object.keys(tags).length > 0 ? tags : undefined,
        transitiveTagKeys: transitiveTagKeys.length > 0 ? transitiveTagKeys : undefined,
        sourceIdentity,
        chain: chainOf(caller),
      },
      durationSeconds,
      input,
      context,
    );
    return {
      ...issued,
      AssumedRoleUser: {
        AssumedRoleId: `${role.roleId}:${sessionName}`,
        Arn: assumedRoleArn(role.accountId, role.name, sessionName),
      },
      PackedPolicySize: packedPolicySize,
      SourceIdentity: sourceIdentity,
    };
  },

  event(input) {
    const accountId = parseEntityArn(input.RoleArn)?.accountId;
    return {
      resources: [
        { ARN: input.RoleArn, ...(accountId !== undefined && { accountId }), type: "AWS::IAM::Role" },
      ],
      ...(accountId !== undefined && { sharedWith: [accountId] }),
    };
  },
});
