import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { SamlProvider } from "@rolecall/store-contract";
import { sortedByKey, wireTags } from "../tags.ts";
import { findSamlProvider, samlProviderCheck } from "./saml-providers.ts";

/**
 * The provider with its metadata document, byte for byte as it was given. Private keys are named, never shown.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html
 */
export const GetSAMLProvider = operation(iam, "GetSAMLProvider", {
  authorization: ({ SAMLProviderArn }, context) => samlProviderCheck(SAMLProviderArn, context),
  handle: ({ SAMLProviderArn }, { store, accountId }) =>
    store.read(async (tx) => {
      const provider = await findSamlProvider(tx, accountId, SAMLProviderArn);
      const metadata = await tx.samlMetadataDocuments.get(accountId, provider.name);
      if (!metadata) throw new Error(`the metadata of ${SAMLProviderArn} is missing`);
      return {
        SAMLProviderUUID: provider.uuid,
        SAMLMetadataDocument: metadata.document,
        CreateDate: new Date(provider.createdAtMs),
        ValidUntil: new Date(provider.validUntilMs),
        Tags: wireTags(sortedByKey(provider.tags)),
        AssertionEncryptionMode: provider.assertionEncryptionMode ?? "Allowed",
        PrivateKeyList: privateKeys(provider),
      };
    }),
});

const privateKeys = (provider: SamlProvider): Iam.SAMLPrivateKey[] =>
  provider.privateKeys.map(({ keyId, addedAtMs }) => ({ KeyId: keyId, Timestamp: new Date(addedAtMs) }));
