import type { Random } from "@rolecall/identifiers";
import { open, saltLength, seal } from "./aead.ts";
import { Secret } from "./secret.ts";

/**
 * What encrypts at rest: one key, or several of which the first seals and every one opens. While a master key is
 * replaced there are two.
 */
export type MasterKey = Uint8Array | readonly Uint8Array[];

const keysOf = (masterKey: MasterKey): readonly Uint8Array[] =>
  masterKey instanceof Uint8Array ? [masterKey] : masterKey;

const purpose = "at-rest";

/**
 * Encryption at rest of long-term secrets, TOTP seeds and private keys under the master key.
 * `label` says which record the secret belongs to (an access key id): a sealed secret moved to another
 * record does not open.
 */
export function sealSecret(masterKey: MasterKey, label: string, secret: Secret, random: Random): string {
  const [first] = keysOf(masterKey);
  if (!first) throw new Error("there is no master key");
  const message = seal(first, purpose, Buffer.from(secret.reveal()), Buffer.from(label), random(saltLength));
  return message.toString("base64");
}

/** The secret, or undefined when it was sealed under another master key or label, or was altered. */
export function openSecret(masterKey: MasterKey, label: string, sealed: string): Secret | undefined {
  const message = Buffer.from(sealed, "base64");
  const bound = Buffer.from(label);
  for (const key of keysOf(masterKey)) {
    const plaintext = open(key, purpose, message, bound);
    if (plaintext) return new Secret(plaintext.toString("utf8"));
  }
  return undefined;
}

/**
 * The secret sealed under the first master key, when it was sealed under another; undefined when it is already, and
 * when no key opens it: what cannot be read is not touched.
 */
export function resealSecret(
  masterKey: MasterKey,
  label: string,
  sealed: string,
  random: Random,
): string | undefined {
  const [first, ...older] = keysOf(masterKey);
  if (!first || openSecret(first, label, sealed)) return undefined;
  const secret = openSecret(older, label, sealed);
  return secret && sealSecret(first, label, secret, random);
}
