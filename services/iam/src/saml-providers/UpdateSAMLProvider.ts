import { samlProviderArn } from "@rolecall/identifiers";
import { iam, InvalidInput, ValidationError } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { requireMetadata } from "./metadata.ts";
import {
  addPrivateKey,
  canDecrypt,
  cannotRemove,
  removePrivateKey,
  sealedPrivateKey,
} from "./private-keys.ts";
import { changeSamlProvider, findSamlProvider, samlProviderCheck } from "./saml-providers.ts";

/**
 * Changes what is sent and leaves the rest. A key is replaced by adding the new one, and removing the old one with
 * another request.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html
 */
export const UpdateSAMLProvider = operation(iam, "UpdateSAMLProvider", {
  authorization: ({ SAMLProviderArn }, context) => samlProviderCheck(SAMLProviderArn, context),
  async handle(input, context) {
    const {
      SAMLMetadataDocument: document,
      AssertionEncryptionMode: mode,
      RemovePrivateKey: removed,
    } = input;
    if (
      document === undefined &&
      mode === undefined &&
      removed === undefined &&
      input.AddPrivateKey === undefined
    )
      throw ValidationError(
        "Unable to update identity provider. No updates are defined for metadata or encryption assertion.",
      );
    if (removed !== undefined && input.AddPrivateKey !== undefined)
      throw ValidationError(
        "Unable to add and remove private keys in the same request. Set a value for only one of the two parameters.",
      );
    const { accountId, store } = context;
    const { uuid } = await store.read((tx) => findSamlProvider(tx, accountId, input.SAMLProviderArn));
    const metadata = document === undefined ? undefined : requireMetadata(document, context);
    const added = sealedPrivateKey(input.AddPrivateKey, uuid, context);
    let name = "";
    await changeSamlProvider(input.SAMLProviderArn, context, async (provider, tx) => {
      // Made anew meanwhile: the key is sealed for the provider that was.
      if (added && provider.uuid !== uuid) throw InvalidInput("The SAML provider was replaced meanwhile.");
      name = provider.name;
      if (mode !== undefined) provider.assertionEncryptionMode = mode === "Required" ? "Required" : "Allowed";
      if (added) addPrivateKey(provider, added, context);
      if (removed !== undefined) removePrivateKey(provider, removed);
      if (!canDecrypt(provider)) throw removed === undefined ? cannotRequire() : cannotRemove();
      if (document === undefined || !metadata) return;
      provider.validUntilMs = metadata.validUntilMs;
      await tx.samlMetadataDocuments.put({ accountId, name, document });
    });
    return { SAMLProviderArn: samlProviderArn(accountId, name) };
  },
});

const cannotRequire = (): AwsError =>
  InvalidInput("Failed to set assertion encryption mode to Required because no private key is present.");
