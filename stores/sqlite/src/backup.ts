import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { StoreUnavailable } from "@rolecall/store-contract";
import { checkFile } from "./check-file.ts";
import { openDatabase } from "./database.ts";
import { unavailable } from "./sqlite-error.ts";

/**
 * Copies a store into a new file while servers use it: one state, with every commit answered before this was called.
 * The copy is a whole store (put it in place of the other to restore) and is on disk when this returns.
 *
 * @throws StoreUnavailable when the target is there already, or cannot be written; StoreForeign, StoreCorrupted
 */
export function backupSqliteStore(path: string, target: string): void {
  const file = resolve(target);
  if (existsSync(file))
    throw new StoreUnavailable(`${file} is there already.`, "Name a file that is not there.");
  checkFile(resolve(path));
  // Under another name until it is whole, so that a cut short copy is never taken for a backup.
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  // Made first, for its owner alone: SQLite would let others read it.
  create(unfinished);
  const database = openDatabase(resolve(path), { busyTimeoutMs: 5000 });
  try {
    database.run("VACUUM INTO ?", unfinished);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    database.close();
  }
  try {
    sync(unfinished);
    renameSync(unfinished, file);
    sync(dirname(file));
  } catch (error) {
    throw unavailable(file, error);
  }
}

function create(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    throw unavailable(path, error);
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
