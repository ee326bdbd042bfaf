import { organizationOf } from "@rolecall/access";
import { isAccountId, rootArn } from "@rolecall/identifiers";
import { sts, ValidationError } from "@rolecall/model";
import type { Sts } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { ReadTx } from "@rolecall/store-contract";
import { chainOf } from "./chain.ts";
import { issueSession } from "./issue.ts";

/** Also the longest that is given. */
const defaultDurationSeconds = 900;
/** Where the service principal of central root access is registered. */
const iamServicePrincipal = "iam.amazonaws.com";

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html */
const taskPolicies = new Set(
  [
    "IAMAuditRootUserCredentials",
    "IAMCreateRootUserPassword",
    "IAMDeleteRootUserCredentials",
    "S3UnlockBucketPolicy",
    "SQSUnlockQueuePolicy",
  ].map((name) => `arn:aws:iam::aws:policy/root-task/${name}`),
);

/** The member account that is meant, by its number or by the ARN of its root user; undefined when it is neither. */
function accountNamed(target: string): string | undefined {
  const accountId = /^arn:aws:iam::(\d{12}):root$/.exec(target)?.[1] ?? target;
  return isAccountId(accountId) ? accountId : undefined;
}

function targetAccount({ TargetPrincipal }: Sts.AssumeRootRequest): string {
  const accountId = accountNamed(TargetPrincipal);
  if (accountId === undefined) throw ValidationError(`${TargetPrincipal} is invalid`);
  return accountId;
}

function taskPolicyArn({ TaskPolicyArn }: Sts.AssumeRootRequest, { access }: OperationContext): string {
  const { arn } = TaskPolicyArn;
  // AWS's sentences for these are not recorded.
  if (arn === undefined || !taskPolicies.has(arn))
    throw ValidationError(`${arn ?? "null"} is not a task policy of AssumeRoot.`);
  if (access.awsManaged.get(arn) === undefined)
    throw ValidationError(`Policy ${arn} does not exist or is not attachable.`);
  return arn;
}

/**
 * Whether central root access gives this caller's account a say over the member: both in one organization that has
 * switched root sessions on, the caller's its management account or the delegated administrator of IAM, the other
 * neither the management account nor the caller's own.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management
 */
async function mayBeAssumed(tx: ReadTx, callingAccount: string, member: string): Promise<boolean> {
  const ours = await organizationOf(tx, callingAccount);
  const theirs = await organizationOf(tx, member);
  if (!ours || ours.id !== theirs?.id || member === callingAccount) return false;
  const organization = await tx.organizations.get(ours.id);
  if (!organization || !organization.rootFeatures.includes("RootSessions")) return false;
  const { managementAccountId, delegatedAdministrators } = organization;
  if (member === managementAccountId) return false;
  return (
    callingAccount === managementAccountId ||
    delegatedAdministrators.some(
      (delegate) =>
        delegate.accountId === callingAccount && delegate.servicePrincipal === iamServicePrincipal,
    )
  );
}

/**
 * Where central root access gives the caller's account its say, the caller's own policies decide; elsewhere the
 * member's root is closed like a role that trusts nobody. Either way it is told as one denial, which says nothing of
 * organizations to a stranger.
 */
async function check(input: Sts.AssumeRootRequest, context: OperationContext): Promise<CheckFacts> {
  const member = targetAccount(input);
  const arn = taskPolicyArn(input, context);
  const { store, accountId } = context;
  const isOpen = await store.read((tx) => mayBeAssumed(tx, accountId, member));
  return {
    resource: rootArn(member),
    bareSentence: true,
    ...(isOpen
      ? { resourceAccountId: accountId }
      : { resourceAccountId: member, resourcePolicyType: "trust" as const }),
    context: { "sts:TaskPolicyArn": arn, "aws:ResourceAccount": member },
  };
}

/**
 * A session of a member account's root user, for the one task that its policy allows.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
 */
export const AssumeRoot = operation(sts, "AssumeRoot", {
  readOnly: true, // as CloudTrail marks the operations that assume
  authorization: check,

  async handle(input, context) {
    const { caller } = context;
    const member = targetAccount(input);
    const sourceIdentity = caller.claims?.sourceIdentity;
    const issued = issueSession(
      {
        kind: "assumed-root",
        accountId: member,
        entityId: member,
        policyArns: [taskPolicyArn(input, context)],
        sourceIdentity,
        chain: chainOf(caller),
      },
      input.DurationSeconds ?? defaultDurationSeconds,
      input,
      context,
    );
    return { ...issued, SourceIdentity: sourceIdentity };
  },

  event(input) {
    const accountId = accountNamed(input.TargetPrincipal);
    return accountId === undefined ? {} : { sharedWith: [accountId] };
  },
});
