import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
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
/** The master keys of this process: the first seals, the others open what is still sealed under them. */
export interface MasterKeys {
  /** Changes in place when a key is replaced. */
  readonly keys: readonly Uint8Array[];
  /**
   * Makes a new key the first one. Undefined when the keys come from the environment: whoever gives them replaces them
   * there, the new one before the old.
   */
  readonly rotate: (() => void) | undefined;
  /** Forgets all keys but the first; undefined, too, where others decide which keys there are. */
  readonly retireOlder: (() => void) | undefined;
}

/**
 * The key that encrypts everything secret at rest: from the setting, or from `DATA/master.key` (0600), which
 * the first start makes. Whoever has this key and the store has every secret; without it a backup is closed.
 *
 * While a key is replaced there are several, one a line (in the setting: separated by commas or blanks), the new one
 * first: a process that is killed meanwhile goes on with all of them.
 *
 * @param isNew  no installation exists yet, so a key may be made
 */
export function loadMasterKeys(data: string, setting: string | undefined, isNew: boolean): MasterKeys {
  if (setting !== undefined) {
    const keys = decodeKeys(setting, "ROLECALL_MASTER_KEY");
    return { keys, rotate: undefined, retireOlder: undefined };
  }
  const path = masterKeyPath(data);
  if (!existsSync(path)) makeFirstKey(path, isNew);
  const keys = decodeKeys(readFileSync(path, "utf8"), path);
  return {
    keys,
    rotate() {
      const fresh = randomBytes(keyBytes);
      writeKeys(path, [fresh, ...keys]);
      keys.unshift(fresh);
    },
    retireOlder() {
      writeKeys(path, keys.slice(0, 1));
      keys.splice(1);
    },
  };
}

function decodeKeys(text: string, source: string): Buffer[] {
  const keys = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((one) => decodeKey(one, source));
  if (keys.length === 0) return [decodeKey("", source)];
  return keys;
}

/**
 * Makes the key file, unless another process that starts in the same directory has made it meanwhile: of two keys one
 * would be lost with all that it sealed, so the first whole file counts, for everybody.
 * @throws SettingsProblem where there should be a key already
 */
export function makeFirstKey(path: string, isNew: boolean): void {
  if (!isNew)
    throw new SettingsProblem(
      `${path} is missing, and without the master key the secrets of this installation cannot be read.`,
      "Put the file back from your backup or copy it from another node, or set ROLECALL_MASTER_KEY.",
    );
  const beside = besideFile(path, [randomBytes(keyBytes)]);
  try {
    // Unlike a rename, neither replaces what is there.
    unlessThere(() => linkSync(beside, path));
  } catch {
    // Some file systems have no links.
    unlessThere(() => copyFileSync(beside, path, constants.COPYFILE_EXCL));
  } finally {
    unlinkSync(beside);
  }
  // A copy has not been on the disk yet.
  syncFile(path);
  syncDirectory(path);
}

function syncFile(path: string): void {
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}

function unlessThere(make: () => void): void {
  try {
    make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** On disk before it is used: what is sealed under a key that is lost is lost too. */
function writeKeys(path: string, keys: readonly Uint8Array[]): void {
  renameSync(besideFile(path, keys), path);
  syncDirectory(path);
}

/** A file with the keys, whole and on disk, under a name of its own. */
function besideFile(path: string, keys: readonly Uint8Array[]): string {
  const beside = `${path}.${randomBytes(8).toString("hex")}.new`;
  const text = keys.map((key) => `${Buffer.from(key).toString("base64")}\n`).join("");
  const file = openSync(beside, "wx", 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } catch (error) {
    unlinkSync(beside);
    throw error;
  } finally {
    closeSync(file);
  }
  return beside;
}

const syncDirectory = (path: string): void => syncFile(dirname(path));
