import { idPrefixes, newUniqueId, policyArn } from "@rolecall/identifiers";
import { EntityAlreadyExists, iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { StoreConflict } from "@rolecall/store-contract";
import type { ManagedPolicy } from "@rolecall/store-contract";
import { creationChecks } from "../checks.ts";
import { requireManagedPolicy } from "../documents.ts";
import { requireQuota } from "../quotas.ts";
import { policyShape } from "../shapes.ts";
import { requestedTags, tagsIfAny } from "../tags.ts";

/**
 * A managed policy with its first version. Its name is unique in the account, whatever its path and case.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
 */
export const CreatePolicy = operation(iam, "CreatePolicy", {
  authorization: ({ PolicyName, Path, Tags }, { accountId }) =>
    creationChecks(policyArn(accountId, Path ?? "/", PolicyName), Tags, "iam:TagPolicy", {
      shownAs: `policy ${PolicyName}`,
    }),
  async handle(input, context) {
    const { accountId, store, random, nowMs } = context;
    requireManagedPolicy(input.PolicyDocument, context);
    const path = input.Path ?? "/";
    const created: ManagedPolicy = {
      accountId,
      policyId: newUniqueId(idPrefixes.managedPolicy, accountId, random),
      name: input.PolicyName,
      path,
      arn: policyArn(accountId, path, input.PolicyName),
      defaultVersionId: "v1",
      nextVersionNumber: 2,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      tags: requestedTags(input.Tags, "exact"),
      ...(input.Description !== undefined && { description: input.Description }),
    };
    await store.write(async (tx) => {
      try {
        await tx.policies.insert(created);
      } catch (error) {
        if (error instanceof StoreConflict)
          throw EntityAlreadyExists(
            `A policy called ${created.name} already exists. Duplicate names are not allowed.`,
          );
        throw error;
      }
      requireQuota("PoliciesPerAccount", await tx.policies.count([accountId]), context);
      await tx.policyVersions.insert({
        policyId: created.policyId,
        policyArn: created.arn,
        versionId: "v1",
        versionNumber: 1,
        document: input.PolicyDocument,
        createdAtMs: nowMs,
      });
    });
    return {
      Policy: { ...policyShape(created, { attachments: 0, boundaries: 0 }), Tags: tagsIfAny(created.tags) },
    };
  },
});
