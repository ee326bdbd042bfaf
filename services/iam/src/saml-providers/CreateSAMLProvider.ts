import { newSamlId, samlProviderArn } from "@rolecall/identifiers";
import { EntityAlreadyExists, iam, ValidationError } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { StoreConflict } from "@rolecall/store-contract";
import type { SamlProvider } from "@rolecall/store-contract";
import { creationChecks } from "../checks.ts";
import { requireQuota } from "../quotas.ts";
import { requestedTags, tagsIfAny } from "../tags.ts";
import { requireMetadata } from "./metadata.ts";
import { canDecrypt, sealedPrivateKey } from "./private-keys.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html */
export const CreateSAMLProvider = operation(iam, "CreateSAMLProvider", {
  authorization: ({ Name, Tags }, { accountId }) =>
    creationChecks(samlProviderArn(accountId, Name), Tags, "iam:TagSAMLProvider"),
  async handle({ Name: name, SAMLMetadataDocument: document, ...input }, context) {
    const { accountId, store, random, nowMs } = context;
    const { validUntilMs } = requireMetadata(document, context);
    const uuid = newSamlId(random);
    const key = sealedPrivateKey(input.AddPrivateKey, uuid, context);
    const provider: SamlProvider = {
      accountId,
      name,
      uuid,
      createdAtMs: nowMs,
      validUntilMs,
      tags: requestedTags(input.Tags, "exact"),
      privateKeys: key ? [key] : [],
      ...encryption(input.AssertionEncryptionMode),
    };
    if (!canDecrypt(provider))
      throw ValidationError(
        "Unable to set assertion encryption mode to Required because no private key is provided.",
      );
    await store.write(async (tx) => {
      try {
        await tx.samlProviders.insert(provider);
      } catch (error) {
        if (error instanceof StoreConflict)
          throw EntityAlreadyExists(`SAMLProvider with name ${name} already exists.`);
        throw error;
      }
      requireQuota("SAMLProvidersPerAccount", await tx.samlProviders.count([accountId]), context);
      await tx.samlMetadataDocuments.put({ accountId, name, document });
    });
    return { SAMLProviderArn: samlProviderArn(accountId, name), Tags: tagsIfAny(provider.tags) };
  },
});

/** The model has refused every other value. */
function encryption(mode: string | undefined): Pick<SamlProvider, "assertionEncryptionMode"> {
  if (mode === undefined) return {};
  return { assertionEncryptionMode: mode === "Required" ? "Required" : "Allowed" };
}
