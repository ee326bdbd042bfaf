import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";

/**
 * Sealing with a key that is used for very many messages: each message has its own 128-bit random salt, from
 * which its own AES-256-GCM key is derived. A message key is used once, so its nonce may be zero, and the
 * salts may be drawn at random without the 2^32 limit that random 96-bit GCM nonces would set.
 */
export const saltLength = 16;
const tagLength = 16;
const zeroNonce = new Uint8Array(12);

/** 32 bytes that depend on the key, what they are for, and the salt. */
export function derive(key: Uint8Array, purpose: string, salt: Uint8Array): Buffer {
  return createHmac("sha256", key).update(purpose).update("\0").update(salt).digest();
}

/** `salt || ciphertext || tag`; `bound` is authenticated with it and must be given again to open it. */
export function seal(
  key: Uint8Array,
  purpose: string,
  plaintext: Uint8Array,
  bound: Uint8Array,
  salt: Uint8Array,
): Buffer {
  const cipher = createCipheriv("aes-256-gcm", derive(key, purpose, salt), zeroNonce);
  cipher.setAAD(bound);
  return Buffer.concat([salt, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The plaintext, or undefined when a byte of the message or of `bound` differs, or the key is another. */
export function open(
  key: Uint8Array,
  purpose: string,
  message: Uint8Array,
  bound: Uint8Array,
): Buffer | undefined {
  if (message.length < saltLength + tagLength) return undefined;
  const salt = message.subarray(0, saltLength);
  const decipher = createDecipheriv("aes-256-gcm", derive(key, purpose, salt), zeroNonce, {
    authTagLength: tagLength,
  });
  decipher.setAAD(bound);
  decipher.setAuthTag(message.subarray(message.length - tagLength));
  const head = decipher.update(message.subarray(saltLength, message.length - tagLength));
  try {
    return Buffer.concat([head, decipher.final()]);
  } catch {
    return undefined;
  }
}
