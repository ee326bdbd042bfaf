import { idPrefixes, instanceProfileArn, newUniqueId } from "@rolecall/identifiers";
import { EntityAlreadyExists, iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { StoreConflict } from "@rolecall/store-contract";
import type { InstanceProfile } from "@rolecall/store-contract";
import { creationChecks } from "../checks.ts";
import { requireQuota } from "../quotas.ts";
import { instanceProfileShape } from "../shapes.ts";
import { requestedTags, tagsIfAny } from "../tags.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html */
export const CreateInstanceProfile = operation(iam, "CreateInstanceProfile", {
  authorization: ({ InstanceProfileName, Path, Tags }, { accountId }) =>
    creationChecks(
      instanceProfileArn(accountId, Path ?? "/", InstanceProfileName),
      Tags,
      "iam:TagInstanceProfile",
    ),
  async handle({ InstanceProfileName, Path, Tags }, context) {
    const { accountId, store, random, nowMs } = context;
    const created: InstanceProfile = {
      accountId,
      instanceProfileId: newUniqueId(idPrefixes.instanceProfile, accountId, random),
      name: InstanceProfileName,
      path: Path ?? "/",
      createdAtMs: nowMs,
      tags: requestedTags(Tags, "exact"),
    };
    return store.write(async (tx) => {
      try {
        await tx.instanceProfiles.insert(created);
      } catch (error) {
        if (error instanceof StoreConflict && error.index === undefined)
          throw EntityAlreadyExists(`Instance Profile ${InstanceProfileName} already exists.`);
        throw error;
      }
      requireQuota("InstanceProfilesPerAccount", await tx.instanceProfiles.count([accountId]), context);
      return {
        InstanceProfile: { ...(await instanceProfileShape(tx, created)), Tags: tagsIfAny(created.tags) },
      };
    });
  },
});
