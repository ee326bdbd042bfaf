import { StoreCorrupted, StoreUnavailable } from "@rolecall/store-contract";

const damagedHint =
  "Stop the server and restore the directory from a backup; the file has been left as it is.";

/** Primary result codes. @see https://www.sqlite.org/rescode.html */
const reports: Readonly<Record<number, (path: string, cause: unknown) => Error>> = {
  3: noAccess,
  5: inUse,
  6: inUse,
  7: (path, cause) => new StoreUnavailable(`${path}: out of memory.`, undefined, cause),
  8: noAccess,
  10: (path, cause) =>
    new StoreUnavailable(
      `${path}: the disk failed to read or write.`,
      "Check the disk and the system log.",
      cause,
    ),
  11: damaged,
  13: (path, cause) =>
    new StoreUnavailable(
      `${path}: the disk, or the size allowed to the store, is full.`,
      "Free some space; what was committed is safe.",
      cause,
    ),
  14: noAccess,
  26: damaged,
};

function noAccess(path: string, cause: unknown): StoreUnavailable {
  return new StoreUnavailable(
    `${path}: the file cannot be opened for reading and writing.`,
    "Check the owner and the permissions of the file and its directory.",
    cause,
  );
}

function inUse(path: string, cause: unknown): StoreUnavailable {
  return new StoreUnavailable(`${path}: another process keeps the store locked.`, "Try again.", cause);
}

function damaged(path: string, cause: unknown): StoreCorrupted {
  return damagedStore(path, cause instanceof Error ? cause.message : "unreadable", cause);
}

/** @param finding  what is wrong, in SQLite's words */
export function damagedStore(path: string, finding: string, cause?: unknown): StoreCorrupted {
  return new StoreCorrupted(`${path}: the store is damaged: ${finding}.`, damagedHint, cause);
}

/** Anything that is not a known failure of file or disk stays what it is: a bug. */
export function toStoreError(error: unknown, path: string): unknown {
  return reports[resultCode(error)]?.(path, error) ?? error;
}

/** Another process writes at this moment. */
export function isLocked(error: unknown): boolean {
  const code = error instanceof StoreUnavailable ? resultCode(error.cause) : 0;
  return code === 5 || code === 6;
}

function resultCode(error: unknown): number {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
}

/** A failure of the file system beside SQLite: making the directory, the file, its name. */
export function unavailable(path: string, cause: unknown): StoreUnavailable {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StoreUnavailable(
    `${path}: the store cannot be made or read: ${why}.`,
    "Check that its directory exists, can be written, and has room.",
    cause,
  );
}
