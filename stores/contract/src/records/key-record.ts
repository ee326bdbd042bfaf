import { collection } from "../collection.ts";

/** A key of the installation, such as those that seal session tokens. */
export interface KeyRecord {
  purpose: string;
  keyId: string;
  /** Encrypted under the master key; base64. */
  sealed: string;
  createdAtMs: number;
  retiresAtMs?: number;
}

/** Key [purpose, key id]. */
export const keys = collection({
  name: "keys",
  key: ({ purpose, keyId }: KeyRecord) => [purpose, keyId],
});
