import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { findSamlProvider, samlProviderCheck } from "./saml-providers.ts";

/**
 * Deletes a provider. Trust policies that name it stay as they are, and let nobody in by it.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSAMLProvider.html
 */
export const DeleteSAMLProvider = operation(iam, "DeleteSAMLProvider", {
  authorization: ({ SAMLProviderArn }, context) => samlProviderCheck(SAMLProviderArn, context),
  async handle({ SAMLProviderArn }, { store, accountId }) {
    await store.write(async (tx) => {
      const { name } = await findSamlProvider(tx, accountId, SAMLProviderArn);
      await tx.samlProviders.delete(accountId, name);
      await tx.samlMetadataDocuments.delete(accountId, name);
    });
  },
});
