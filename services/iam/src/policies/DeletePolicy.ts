import { DeleteConflict, iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { findPolicy, policyCheck, policyUse } from "../managed-policies.ts";

/**
 * Deletes a policy that nobody uses, with its one version.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
 */
export const DeletePolicy = operation(iam, "DeletePolicy", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context, { isWrite: true }),
  async handle({ PolicyArn }, { store, accountId }) {
    await store.write(async (tx) => {
      const policy = await findPolicy(tx, PolicyArn, accountId);
      const { attachments, boundaries } = await policyUse(tx, PolicyArn, accountId);
      if (attachments + boundaries > 0) throw DeleteConflict("Cannot delete a policy attached to entities.");
      const versions = await tx.policyVersions.list([policy.policyId], { limit: 2 });
      if (versions.length > 1)
        throw DeleteConflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        );
      for (const version of versions) await tx.policyVersions.delete(policy.policyId, version.versionId);
      await tx.policies.delete(accountId, policy.name);
    });
  },
});
