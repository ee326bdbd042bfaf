import type { Access } from "@rolecall/access";
import { DeleteConflict, iam, LimitExceeded, NoSuchEntity } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { AwsManagedPolicy, AwsPolicyVersion } from "@rolecall/aws-managed-policies";
import type { ManagedPolicy, PolicyVersion, ReadTx } from "@rolecall/store-contract";
import { encodeDocument, requireManagedPolicy } from "../documents.ts";
import { allVersions, findAnyPolicy, findPolicy, isAwsManaged, policyCheck } from "../managed-policies.ts";
import { pageOf, truncation } from "../pagination.ts";
import { quotaOf } from "../quotas.ts";
import { versionShape } from "../shapes.ts";

async function findVersion(tx: ReadTx, policy: ManagedPolicy, versionId: string): Promise<PolicyVersion> {
  const version = await tx.policyVersions.get(policy.policyId, versionId);
  if (version?.versionId !== versionId) throw versionNotFound(policy.arn, versionId);
  return version;
}

const versionNotFound = (arn: string, versionId: string): AwsError =>
  NoSuchEntity(`Policy ${arn} version ${versionId} does not exist or is not attachable.`);

/** A version of AWS's with its document. Versions that our data lacks are told as such. @throws NoSuchEntity */
function findAwsVersion(
  policy: AwsManagedPolicy,
  versionId: string,
  { awsManaged }: Access,
): AwsPolicyVersion & { document: string } {
  const version = policy.versions.find((known) => known.versionId === versionId);
  const document =
    versionId === policy.defaultVersionId
      ? awsManaged.document(policy.arn)
      : version && awsManaged.documents(policy.arn).get(versionId);
  if (!version || document === undefined) throw versionNotFound(policy.arn, versionId);
  return { ...version, document };
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
export const CreatePolicyVersion = operation(iam, "CreatePolicyVersion", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context, { isWrite: true }),
  async handle({ PolicyArn, PolicyDocument, SetAsDefault }, context) {
    const { store, accountId, nowMs } = context;
    const limit = quotaOf("VersionsPerPolicy", context);
    return store.write(async (tx) => {
      const policy = await findPolicy(tx, PolicyArn, accountId);
      requireManagedPolicy(PolicyDocument, context);
      if ((await tx.policyVersions.count([policy.policyId])) >= limit)
        throw LimitExceeded(
          `A managed policy can have up to ${limit} versions. Before you create a new version, you must delete an existing version.`,
        );
      const created: PolicyVersion = {
        policyId: policy.policyId,
        policyArn: policy.arn,
        versionId: `v${policy.nextVersionNumber}`,
        versionNumber: policy.nextVersionNumber,
        document: PolicyDocument,
        createdAtMs: nowMs,
      };
      policy.nextVersionNumber++;
      policy.updatedAtMs = nowMs;
      if (SetAsDefault) policy.defaultVersionId = created.versionId;
      await tx.policyVersions.insert(created);
      await tx.policies.put(policy);
      return { PolicyVersion: versionShape(created, policy) };
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html */
export const GetPolicyVersion = operation(iam, "GetPolicyVersion", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context),
  handle: ({ PolicyArn, VersionId }, context) =>
    context.store.read(async (tx) => {
      const policy = await findAnyPolicy(tx, PolicyArn, context);
      const version = isAwsManaged(policy)
        ? findAwsVersion(policy, VersionId, context.access)
        : await findVersion(tx, policy, VersionId);
      return {
        PolicyVersion: { Document: encodeDocument(version.document), ...versionShape(version, policy) },
      };
    }),
});

/**
 * Newest first. AWS's own policies have more than five; those that our data lacks are not listed.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
 */
export const ListPolicyVersions = operation(iam, "ListPolicyVersions", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const policy = await findAnyPolicy(tx, input.PolicyArn, context);
      const versions: readonly (PolicyVersion | AwsPolicyVersion)[] = isAwsManaged(policy)
        ? policy.versions
        : await allVersions(tx, policy);
      const newestFirst = ({ versionId }: AwsPolicyVersion | PolicyVersion): string =>
        String(Number.MAX_SAFE_INTEGER - Number(versionId.slice(1))).padStart(16, "0");
      const page = pageOf(versions, newestFirst, input, ["versions", policy.policyId]);
      return { Versions: page.items.map((version) => versionShape(version, policy)), ...truncation(page) };
    }),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html */
export const DeletePolicyVersion = operation(iam, "DeletePolicyVersion", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context, { isWrite: true }),
  async handle({ PolicyArn, VersionId }, { store, accountId }) {
    await store.write(async (tx) => {
      const policy = await findPolicy(tx, PolicyArn, accountId);
      const version = await findVersion(tx, policy, VersionId);
      if (version.versionId === policy.defaultVersionId)
        throw DeleteConflict("Cannot delete the default version of a policy.");
      await tx.policyVersions.delete(policy.policyId, version.versionId);
    });
  },
});

/**
 * Puts a version in force for everybody the policy is attached to.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
 */
export const SetDefaultPolicyVersion = operation(iam, "SetDefaultPolicyVersion", {
  authorization: ({ PolicyArn, VersionId }, context) =>
    policyCheck(PolicyArn, context, {
      shownAs: `policy ${PolicyArn} version ${VersionId}`,
      isWrite: true,
    }),
  async handle({ PolicyArn, VersionId }, { store, accountId }) {
    await store.write(async (tx) => {
      const policy = await findPolicy(tx, PolicyArn, accountId);
      const { versionId } = await findVersion(tx, policy, VersionId);
      await tx.policies.put({ ...policy, defaultVersionId: versionId });
    });
  },
});
