import { openSecret } from "@rolecall/credentials";
import type { MasterKey, Secret } from "@rolecall/credentials";

/** Secrets of access keys that were opened lately: opening one costs more than verifying a signature with it. */
export interface OpenedSecrets {
  /** Undefined when it does not open under the master key. */
  open(accessKeyId: string, sealed: string): Secret | undefined;
}

/**
 * Keeps at most `maxEntries` secrets in memory, the oldest going first. They are found by their sealed form, so that a
 * key that was replaced or sealed anew never finds the old entry; what is deleted or inactive is not asked for.
 */
export function createOpenedSecrets(masterKey: MasterKey, maxEntries: number): OpenedSecrets {
  const opened = new Map<string, Secret>();
  return {
    open(accessKeyId, sealed) {
      const name = `${accessKeyId} ${sealed}`;
      const known = opened.get(name);
      if (known) return known;
      const secret = openSecret(masterKey, accessKeyId, sealed);
      if (!secret) return undefined;
      opened.set(name, secret);
      if (opened.size > maxEntries) {
        const oldest = opened.keys().next();
        if (!oldest.done) opened.delete(oldest.value);
      }
      return secret;
    },
  };
}
