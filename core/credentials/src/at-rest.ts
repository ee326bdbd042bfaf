import type { Random } from "@rolecall/identifiers";
import { open, saltLength, seal } from "./aead.ts";
import { Secret } from "./secret.ts";

/**
 * Encryption at rest of long-term secrets, TOTP seeds and private keys under the master key.
 * `label` says which record the secret belongs to (an access key id): a sealed secret moved to another
 * record does not open.
 */
export function sealSecret(masterKey: Uint8Array, label: string, secret: Secret, random: Random): string {
  const message = seal(
    masterKey,
    "at-rest",
    Buffer.from(secret.reveal()),
    Buffer.from(label),
    random(saltLength),
  );
  return message.toString("base64");
}

/** The secret, or undefined when it was sealed under another master key or label, or was altered. */
export function openSecret(masterKey: Uint8Array, label: string, sealed: string): Secret | undefined {
  const plaintext = open(masterKey, "at-rest", Buffer.from(sealed, "base64"), Buffer.from(label));
  return plaintext && new Secret(plaintext.toString("utf8"));
}
