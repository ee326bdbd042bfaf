import { collection } from "../collection.ts";
import { byAccountAndName } from "./identity.ts";
import type { Tag } from "./tag.ts";

/**
 * Whose SAML assertions an account accepts. The metadata document, which may be large, is a record of its own.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_saml.html
 */
export interface SamlProvider {
  accountId: string;
  /** As it was given; unique in the account whatever its case. */
  name: string;
  /** `SAML…`: tells a provider from a later one of the same name. */
  uuid: string;
  createdAtMs: number;
  validUntilMs: number;
  tags: Tag[];
  assertionEncryptionMode?: "Required" | "Allowed";
  /** Keys that decrypt assertions, in the order they were added. */
  privateKeys: SamlPrivateKey[];
}

export interface SamlPrivateKey {
  keyId: string;
  addedAtMs: number;
  /** PEM, encrypted under the master key; base64. */
  sealedKey: string;
}

/** Key [account id, name]. */
export const samlProviders = collection({
  name: "samlProviders",
  ...byAccountAndName,
  key: (provider: SamlProvider) => byAccountAndName.key(provider),
  isCounted: true,
});

/** A SAML provider's metadata document. */
export interface SamlMetadataDocument {
  accountId: string;
  /** The provider's name. */
  name: string;
  /** XML, byte for byte as it was given. */
  document: string;
}

/** Key [account id, provider name]. */
export const samlMetadataDocuments = collection({
  name: "samlMetadataDocuments",
  ...byAccountAndName,
  key: (metadata: SamlMetadataDocument) => byAccountAndName.key(metadata),
});
