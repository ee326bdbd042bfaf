import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { StoreClosed, StoreUnavailable } from "@rolecall/store-contract";
import type { Store } from "@rolecall/store-contract";
import { readChanges, readState } from "./change-log.ts";
import { checkFile, checkVersion, versionOf } from "./check-file.ts";
import { createFile } from "./create-file.ts";
import { openDatabase } from "./database.ts";
import type { Database } from "./database.ts";
import { createWriteQueue } from "./group-commit.ts";
import type { WriteTurns } from "./group-commit.ts";
import type { KeptStatistics } from "./kept-answers.ts";
import { createReaderPool } from "./reader-pool.ts";
import { migrations, schemaVersion } from "./schema.ts";

export interface SqliteStoreOptions {
  /** The file; it and its directory are made when they are not there, for their owner alone. */
  path: string;
  /** How many commits `changes` can tell about; 10,000 unless told. */
  keptCommits?: number;
  /** The file may not grow beyond this; no limit unless told. */
  maxSizeBytes?: number;
  /** With other processes that write the file. */
  writeTurns?: WriteTurns | undefined;
}

export interface SqliteStore extends Store {
  /** Of the answers that are kept until anybody commits. */
  statistics(): KeptStatistics;
}

/**
 * Opens the embedded store: one SQLite file, durable on return (WAL, full sync), which several processes of one
 * machine may have open at once.
 *
 * @throws StoreForeign for a file of another maker or a later version, StoreCorrupted for a damaged one (neither is
 * changed), StoreUnavailable when it cannot be made, read or written
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { keptCommits = 10_000, maxSizeBytes, writeTurns } = options;
  const path = resolve(options.path);
  if (!existsSync(path)) createFile(path);
  checkFile(path);
  const writer = openWriter(path, maxSizeBytes);
  const readers = createReaderPool(path);
  const writes = createWriteQueue(writer, path, keptCommits, writeTurns);
  let closing: Promise<void> | undefined;

  /** Rejects instead of throwing. */
  const whileOpen = <T>(run: () => Promise<T>): Promise<T> =>
    closing ? Promise.reject(new StoreClosed()) : run();

  return {
    read: (fn) => whileOpen(() => readers.read(fn)),
    write: (fn) => whileOpen(() => writes.write(fn)),
    revision: () => whileOpen(() => readers.look((database) => readState(database).revision)),
    changes: (after, limit) =>
      whileOpen(() => readers.look((database) => readChanges(database, after, limit))),
    statistics: () => readers.statistics(),
    close() {
      closing ??= (async () => {
        await writes.drained();
        await readers.close();
        emptyJournal(writer);
        writer.close();
      })();
      return closing;
    },
  };
}

function openWriter(path: string, maxSizeBytes: number | undefined): Database {
  const database = openDatabase(path, { busyTimeoutMs: 1000 });
  try {
    // The header may have been out of date while a newer version's commits stood in the journal.
    checkVersion(path, versionOf(database));
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA fullfsync = ON;
      PRAGMA journal_size_limit = ${64 << 20};
      PRAGMA cache_size = ${-32 << 10};
    `);
    migrate(database, path);
    database.exec("PRAGMA busy_timeout = 0");
    if (maxSizeBytes !== undefined) {
      const [pageBytes] = Object.values(database.first("PRAGMA page_size") ?? {});
      database.exec(`PRAGMA max_page_count = ${Math.floor(maxSizeBytes / Number(pageBytes))}`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Brings the file of an earlier version to the present layout; once, whoever else opens it now. */
function migrate(database: Database, path: string): void {
  if (versionOf(database) === schemaVersion) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    const version = versionOf(database);
    checkVersion(path, version);
    for (const sql of migrations.slice(version - 1)) database.exec(sql);
    database.exec(`PRAGMA user_version = ${schemaVersion}; COMMIT`);
  } catch (error) {
    if (database.isInTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Moves the journal into the file, which is a whole store then. SQLite would do it when the last connection closes,
 * but see `Database.close`. Where another process still reads it is left to that one.
 */
function emptyJournal(database: Database): void {
  try {
    database.first("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (error) {
    // Full disk: the journal stays, and with it every commit.
    if (!(error instanceof StoreUnavailable)) throw error;
  }
}
