import { DeleteConflict, iam, LimitExceeded, NoSuchEntity } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { ManagedPolicy, PolicyVersion, ReadTx } from "@rolecall/store-contract";
import { encodeDocument, requireIdentityPolicy } from "../documents.ts";
import { findPolicy, policyCheck } from "../managed-policies.ts";
import { pageOf, truncation } from "../pagination.ts";
import { versionsPerPolicy } from "../quotas.ts";
import { versionShape } from "../shapes.ts";

async function findVersion(tx: ReadTx, policy: ManagedPolicy, versionId: string): Promise<PolicyVersion> {
  const version = await tx.policyVersions.get(policy.policyId, versionId);
  if (version?.versionId !== versionId)
    throw NoSuchEntity(`Policy ${policy.arn} version ${versionId} does not exist or is not attachable.`);
  return version;
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
export const CreatePolicyVersion = operation(iam, "CreatePolicyVersion", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context),
  async handle({ PolicyArn, PolicyDocument, SetAsDefault }, { store, accountId, nowMs }) {
    requireIdentityPolicy(PolicyDocument, { isManaged: true });
    return store.write(async (tx) => {
      const policy = await findPolicy(tx, PolicyArn, accountId);
      if ((await tx.policyVersions.count([policy.policyId])) >= versionsPerPolicy)
        throw LimitExceeded(
          "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
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
  handle: ({ PolicyArn, VersionId }, { store, accountId }) =>
    store.read(async (tx) => {
      const policy = await findPolicy(tx, PolicyArn, accountId);
      const version = await findVersion(tx, policy, VersionId);
      return {
        PolicyVersion: { Document: encodeDocument(version.document), ...versionShape(version, policy) },
      };
    }),
});

/**
 * Newest first.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
 */
export const ListPolicyVersions = operation(iam, "ListPolicyVersions", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context),
  handle: (input, { store, accountId }) =>
    store.read(async (tx) => {
      const policy = await findPolicy(tx, input.PolicyArn, accountId);
      const versions = await tx.policyVersions.list([policy.policyId], { limit: versionsPerPolicy });
      const newestFirst = ({ versionNumber }: PolicyVersion): string =>
        String(Number.MAX_SAFE_INTEGER - versionNumber).padStart(16, "0");
      const page = pageOf(versions, newestFirst, input, ["versions", policy.policyId]);
      return { Versions: page.items.map((version) => versionShape(version, policy)), ...truncation(page) };
    }),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html */
export const DeletePolicyVersion = operation(iam, "DeletePolicyVersion", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context),
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
    policyCheck(PolicyArn, context, { shownAs: `policy ${PolicyArn} version ${VersionId}` }),
  async handle({ PolicyArn, VersionId }, { store, accountId }) {
    await store.write(async (tx) => {
      const policy = await findPolicy(tx, PolicyArn, accountId);
      const { versionId } = await findVersion(tx, policy, VersionId);
      await tx.policies.put({ ...policy, defaultVersionId: versionId });
    });
  },
});
