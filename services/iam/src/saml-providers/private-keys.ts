import { sealSecret, Secret } from "@rolecall/credentials";
import { samlPrivateKeyProblem } from "@rolecall/federation";
import { newSamlId } from "@rolecall/identifiers";
import { InvalidInput, LimitExceeded } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import type { SamlPrivateKey, SamlProvider } from "@rolecall/store-contract";
import { quotaOf } from "../quotas.ts";

/**
 * The key as it is kept: sealed under the master key, for its provider alone.
 * @param pem  undefined gives undefined
 * @throws InvalidInput (its sentence is ours)
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

/** Adds a key. @throws LimitExceeded in a sentence of its own */
export function addPrivateKey(provider: SamlProvider, key: SamlPrivateKey, context: OperationContext): void {
  provider.privateKeys.push(key);
  const limit = quotaOf("PrivateKeysPerSAMLProvider", context);
  if (provider.privateKeys.length > limit) throw LimitExceeded(`Private key limit of ${limit} is reached.`);
}

/** @throws InvalidInput for a key that the provider does not have */
export function removePrivateKey(provider: SamlProvider, keyId: string): void {
  const kept = provider.privateKeys.filter((key) => key.keyId !== keyId);
  if (kept.length === provider.privateKeys.length) throw cannotRemove();
  provider.privateKeys = kept;
}

/** Recorded of the last key of a provider that requires encrypted assertions; of an unknown key it is inferred. */
export const cannotRemove = (): AwsError => InvalidInput("Failed to remove private key.");

/** A provider that requires encrypted assertions must be able to decrypt them. */
export const canDecrypt = ({ assertionEncryptionMode, privateKeys }: SamlProvider): boolean =>
  assertionEncryptionMode !== "Required" || privateKeys.length > 0;
