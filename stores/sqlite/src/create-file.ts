import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { checkJournal } from "./check-file.ts";
import { openDatabase } from "./database.ts";
import { schema } from "./schema.ts";
import { unavailable } from "./sqlite-error.ts";

/**
 * Makes an empty store, for its owner alone. It is made under another name and put in place whole: whoever finds
 * the file, after a crash or from another process, finds a store.
 *
 * @throws StoreUnavailable; StoreForeign where the journal of another store stands
 */
export function createFile(path: string): void {
  const draft = `${path}.${randomUUID()}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    checkJournal(path);
    // Before SQLite does it with the mode of the process; journals take theirs from the file.
    closeSync(openSync(draft, "wx", 0o600));
    const database = openDatabase(draft);
    try {
      database.exec(`PRAGMA synchronous = FULL; BEGIN; ${schema} COMMIT; PRAGMA journal_mode = WAL;`);
    } finally {
      database.close();
    }
    putInPlace(draft, path);
    syncDirectory(dirname(path));
  } catch (error) {
    throw error instanceof Error && "syscall" in error ? unavailable(path, error) : error;
  } finally {
    for (const suffix of ["", "-journal", "-wal", "-shm"]) removeIfThere(draft + suffix);
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What made it fail has been reported, or the draft stays as a small stray file.
  }
}

/** Never replaces a store that another process has put there meanwhile. */
function putInPlace(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return;
    // File systems without hard links.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    renameSync(draft, path);
  }
}

/** The name itself must survive a crash too. Windows knows no such call. */
function syncDirectory(directory: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
