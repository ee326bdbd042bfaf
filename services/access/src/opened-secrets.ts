import { openSecret } from "@rolecall/credentials";
import type { MasterKey, Secret } from "@rolecall/credentials";
import type { AccessKey } from "@rolecall/store-contract";

/** Secrets of access keys that were opened lately: opening one costs more than verifying a signature with it. */
export interface OpenedSecrets {
  /** Undefined when it does not open under the master key. */
  open(key: AccessKey): Secret | undefined;
}

/**
 * Keeps a secret as long as the record is kept that it was opened from (readers of a store share their records). A key
 * that was replaced or sealed anew is another record; what is deleted or inactive is not asked for.
 */
export function createOpenedSecrets(masterKey: MasterKey): OpenedSecrets {
  const opened = new WeakMap<AccessKey, Secret>();
  return {
    open(key) {
      const known = opened.get(key);
      if (known) return known;
      const secret = openSecret(masterKey, key.accessKeyId, key.sealedSecret);
      if (secret) opened.set(key, secret);
      return secret;
    },
  };
}
