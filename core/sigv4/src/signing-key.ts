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

/**
 * Signing keys that have already verified a request. Its holder creates it and lets it go.
 * A `scope` is `YYYYMMDD/region/service/aws4_request`.
 */
export interface SigningKeyCache {
  get(secret: string, scope: string): Uint8Array | undefined;
  set(secret: string, scope: string, key: Uint8Array): void;
}

/** More scopes of one secret than anybody signs for at a time. */
const maxScopes = 64;

/**
 * A cache of the signing keys of at most `maxSecrets` secrets, the least recently used one going first.
 *
 * It is keyed by the secret itself, not by the access key id: a key that was rotated or an id that means somebody
 * else on another day can never find the old entry.
 */
export function createSigningKeyCache(maxSecrets: number): SigningKeyCache {
  const secrets = new Map<string, Map<string, Uint8Array>>();

  function use(secret: string, keys: Map<string, Uint8Array>): void {
    secrets.delete(secret);
    secrets.set(secret, keys);
  }

  return {
    get(secret, scope) {
      const keys = secrets.get(secret);
      if (keys === undefined) return undefined;
      use(secret, keys);
      return keys.get(scope);
    },
    set(secret, scope, key) {
      if (maxSecrets <= 0) return;
      const keys = secrets.get(secret) ?? new Map<string, Uint8Array>();
      if (keys.size >= maxScopes) keys.clear();
      keys.set(scope, key);
      use(secret, keys);
      if (secrets.size <= maxSecrets) return;
      const oldest = secrets.keys().next();
      if (!oldest.done) secrets.delete(oldest.value);
    },
  };
}
