import { sealSecret, Secret } from "@rolecall/credentials";
import { samlPrivateKeyProblem } from "@rolecall/federation";
import { newSamlId } from "@rolecall/identifiers";
import { InvalidInput } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import type { SamlPrivateKey, SamlProvider } from "@rolecall/store-contract";
import { requireQuota } from "../quotas.ts";

// The codes of these refusals are declared; their sentences are ours.

/**
 * The key as it is kept: sealed under the master key, for its provider alone.
 * @param pem  undefined gives undefined
 * @throws InvalidInput
 */
export function sealedPrivateKey(
  pem: string | undefined,
  providerUuid: string,
  { access, random, nowMs }: OperationContext,
): SamlPrivateKey | undefined {
  if (pem === undefined) return undefined;
  const problem = samlPrivateKeyProblem(pem);
  if (problem !== undefined) throw InvalidInput(`The private key cannot be used: ${problem}.`);
  const keyId = newSamlId(random);
  const sealedKey = sealSecret(access.masterKey, `${providerUuid}/${keyId}`, new Secret(pem), random);
  return { keyId, addedAtMs: nowMs, sealedKey };
}

/** Adds a key. @throws LimitExceeded */
export function addPrivateKey(provider: SamlProvider, key: SamlPrivateKey, context: OperationContext): void {
  provider.privateKeys.push(key);
  requireQuota("PrivateKeysPerSAMLProvider", provider.privateKeys.length, context);
}

/** @throws InvalidInput for a key that the provider does not have */
export function removePrivateKey(provider: SamlProvider, keyId: string): void {
  const kept = provider.privateKeys.filter((key) => key.keyId !== keyId);
  if (kept.length === provider.privateKeys.length)
    throw InvalidInput(`The SAML provider has no private key ${keyId}.`);
  provider.privateKeys = kept;
}

/** A provider that requires encrypted assertions must be able to decrypt them. @throws InvalidInput */
export function requireDecryption({ assertionEncryptionMode, privateKeys }: SamlProvider): void {
  if (assertionEncryptionMode === "Required" && privateKeys.length === 0)
    throw InvalidInput(
      "Encrypted assertions can be required only of a SAML provider that has a private key.",
    );
}
