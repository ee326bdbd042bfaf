import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { StoreCorrupted, StoreForeign } from "@rolecall/store-contract";
import { wrongCount } from "./counts.ts";
import { openDatabase } from "./database.ts";
import type { Database, DatabaseOptions } from "./database.ts";
import { applicationId, countsVersion, schemaVersion } from "./schema.ts";
import { damagedStore, unavailable } from "./sqlite-error.ts";

/** Above this, reading every page would take longer than the whole start may. */
const wholeCheckMaxBytes = 256 << 20;

/** Of the header's byte 18. @see https://www.sqlite.org/fileformat.html#file_format_version_numbers */
const rollbackMode = 1;

/**
 * Looks at a file without changing it, before it is opened for writing.
 *
 * Up to 256 MiB every page is checked (about 2 GB/s), and everything counted again. In a larger file only the trees' tops and ends are read;
 * damage elsewhere is reported by the statement that meets it.
 *
 * @throws StoreForeign, StoreCorrupted, StoreUnavailable
 */
export function checkFile(path: string): void {
  checkHeader(path, readHeader(path));
  checkJournal(path);
  if (hasJournal(path)) return checkPages(path, { readOnly: true, busyTimeoutMs: 1000 });
  try {
    checkPages(path, { readOnly: true, immutable: true });
  } catch (error) {
    // Another process may have begun to write meanwhile, so what was seen need not have been one state.
    if (!(error instanceof StoreCorrupted) || !hasJournal(path)) throw error;
    checkPages(path, { readOnly: true, busyTimeoutMs: 1000 });
  }
}

/** Refuses files of other makers and of later versions. @see https://www.sqlite.org/fileformat.html#the_database_header */
function checkHeader(path: string, header: Buffer): void {
  const moveHint = "Give another directory, or move the file away; it has been left as it is.";
  if (header.length < 100 || header.toString("latin1", 0, 16) !== "SQLite format 3\0")
    throw new StoreForeign(`${path}: this is not a Rolecall store.`, moveHint);
  if (header.readUInt32BE(68) !== applicationId)
    throw new StoreForeign(`${path}: this is a SQLite database, but not a Rolecall store.`, moveHint);
  checkVersion(path, header.readUInt32BE(60));
}

/**
 * A store in use is in WAL mode, which its header says; a backup is not until it is opened. SQLite reads a journal into
 * whatever file stands beside it, so one that a crash has left would put the newer pages of the old store into a backup
 * or a new file that took its place.
 *
 * @throws StoreForeign
 */
export function checkJournal(path: string): void {
  // In this order: before the first byte of its journal a store is there, and its header says that it has one.
  if (!hasJournal(path) || (existsSync(path) && readHeader(path)[18] !== rollbackMode)) return;
  throw new StoreForeign(
    `${path}-wal belongs to the store that was here before.`,
    `Remove ${path}-wal and ${path}-shm: a backup is whole without them. Nothing has been changed.`,
  );
}

/** The layout that the file has now. */
export function versionOf(database: Database): number {
  const [version] = Object.values(database.first("PRAGMA user_version") ?? {});
  return Number(version);
}

/** @param version  user_version */
export function checkVersion(path: string, version: number): void {
  if (version > schemaVersion)
    throw new StoreForeign(
      `${path}: the store was written by a newer Rolecall (layout ${version}; this one knows ${schemaVersion}).`,
      "Run the newer version again; the file has been left as it is.",
    );
  if (version < 1) throw damagedStore(path, `its layout ${version} never existed`);
}

function checkPages(path: string, options: DatabaseOptions): void {
  const database = openDatabase(path, options);
  try {
    const isSmall = statSync(path).size <= wholeCheckMaxBytes;
    if (isSmall) {
      const [finding] = Object.values(database.first("PRAGMA quick_check(1)") ?? {});
      // The first line names the database, the next the place and the fault.
      if (finding !== "ok") throw damagedStore(path, String(finding).split("\n").at(-1) ?? "");
    }
    readEnds(path, database);
    if (isSmall && versionOf(database) >= countsVersion) checkCounts(path, database);
  } finally {
    database.close();
  }
}

/** Quotas are held against counts: a wrong one would let too many in, or nobody. */
function checkCounts(path: string, database: Database): void {
  const wrong = wrongCount(database);
  if (wrong) throw damagedStore(path, `its count of ${String(wrong["collection"])} is wrong`);
}

/** Finds missing tables, and damage at the tops and ends of the trees. */
function readEnds(path: string, database: Database): void {
  const tables = database
    .all("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .map(({ name }) => String(name));
  const orders = {
    records: "rowid",
    lookups: "collection",
    changes: "revision",
    state: "id",
    ...(versionOf(database) >= countsVersion && { counts: "collection" }),
  };
  for (const [table, order] of Object.entries(orders)) {
    if (!tables.includes(table)) throw damagedStore(path, `the table ${table} is missing`);
    for (const direction of ["ASC", "DESC"])
      database.first(`SELECT * FROM ${table} ORDER BY ${order} ${direction} LIMIT 1`);
  }
  if (!database.first("SELECT revision FROM state")) throw damagedStore(path, "its revision is missing");
}

function readHeader(path: string): Buffer {
  try {
    const file = openSync(path, "r");
    try {
      const header = Buffer.alloc(100);
      return header.subarray(0, readSync(file, header, 0, header.length, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unavailable(path, error);
  }
}

/** Whether commits may stand beside the file: after a crash, or while another process has it open. */
function hasJournal(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
