import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SettingsProblem } from "./settings.ts";

const keyBytes = 32;

function decodeKey(text: string, source: string): Buffer {
  const trimmed = text.trim();
  const hex = /^[0-9a-fA-F]{64}$/.test(trimmed);
  const bytes = Buffer.from(trimmed, hex ? "hex" : "base64");
  if (bytes.length !== keyBytes)
    throw new SettingsProblem(
      `The master key in ${source} is not 32 bytes.`,
      "Give 64 hexadecimal digits, or 32 bytes in base64: openssl rand -base64 32",
    );
  return bytes;
}

export const masterKeyPath = (data: string): string => join(data, "master.key");

/**
 * The key that encrypts everything secret at rest: from the setting, or from `DATA/master.key` (0600), which
 * the first start makes. Whoever has this key and the store has every secret; without it a backup is closed.
 *
 * @param isNew  no installation exists yet, so a key may be made
 */
export function loadMasterKey(data: string, setting: string | undefined, isNew: boolean): Buffer {
  if (setting !== undefined) return decodeKey(setting, "ROLECALL_MASTER_KEY");
  const path = masterKeyPath(data);
  if (existsSync(path)) return decodeKey(readFileSync(path, "utf8"), path);
  if (!isNew)
    throw new SettingsProblem(
      `${path} is missing, and without the master key the secrets of this installation cannot be read.`,
      "Put the file back from your backup or copy it from another node, or set ROLECALL_MASTER_KEY.",
    );
  const key = randomBytes(keyBytes);
  writeFileSync(path, `${key.toString("base64")}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(path, 0o600);
  return key;
}
