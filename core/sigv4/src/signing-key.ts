import { createHmac } from "node:crypto";
import { terminator } from "./signing-rules.ts";

/**
 * The key that signs requests of one day, region and service.
 *
 * @param date  `YYYYMMDD`, UTC
 * @returns 32 bytes; safe to cache until that day ends
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signingKey(secret: string, date: string, region: string, service: string): Uint8Array {
  const dateKey = hmac(`AWS4${secret}`, date);
  const regionKey = hmac(dateKey, region);
  const serviceKey = hmac(regionKey, service);
  return hmac(serviceKey, terminator);
}

const hmac = (key: string | Uint8Array, text: string): Uint8Array =>
  createHmac("sha256", key).update(text).digest();

/** Signing keys that have already verified a request. Its holder creates it and lets it go. */
export interface SigningKeyCache {
  get(secret: string, date: string, region: string, service: string): Uint8Array | undefined;
  set(secret: string, date: string, region: string, service: string, key: Uint8Array): void;
}

/**
 * A cache of at most `maxEntries` signing keys, the least recently used one going first.
 *
 * It is keyed by the secret itself, not by the access key id: a key that was rotated or an id that means somebody
 * else on another day can never find the old entry.
 */
export function createSigningKeyCache(maxEntries: number): SigningKeyCache {
  const keys = new Map<string, Uint8Array>();
  // A blank can stand in no part of a scope, and the secret comes last.
  const nameOf = (secret: string, date: string, region: string, service: string): string =>
    `${date} ${region} ${service} ${secret}`;
  return {
    get(secret, date, region, service) {
      const name = nameOf(secret, date, region, service);
      const key = keys.get(name);
      if (key !== undefined) {
        keys.delete(name);
        keys.set(name, key);
      }
      return key;
    },
    set(secret, date, region, service, key) {
      const name = nameOf(secret, date, region, service);
      keys.delete(name);
      if (maxEntries <= 0) return;
      keys.set(name, key);
      if (keys.size > maxEntries) {
        const oldest = keys.keys().next();
        if (!oldest.done) keys.delete(oldest.value);
      }
    },
  };
}
