import type { ReadTx } from "@rolecall/store-contract";
import { openDatabase } from "./database.ts";
import type { Database } from "./database.ts";
import { databaseRows } from "./database-rows.ts";
import { createKeptAnswers } from "./kept-answers.ts";
import type { KeptStatistics } from "./kept-answers.ts";
import { readKept } from "./kept-read.ts";
import type { Snapshot } from "./kept-read.ts";

/** Snapshots that are open at once. A snapshot needs a connection of its own. */
const maxConnections = 16;

export interface ReaderPool {
  read<T>(fn: (tx: ReadTx) => Promise<T>): Promise<T>;
  /** One step on a connection in a snapshot of its own. */
  look<T>(fn: (database: Database) => T): Promise<T>;
  /** Of the answers that are kept. */
  statistics(): KeptStatistics;
  /** When all reads have ended. */
  close(): Promise<void>;
}

export function createReaderPool(path: string): ReaderPool {
  const free: Database[] = [];
  const waiting: ((database: Database) => void)[] = [];
  const watch = openDatabase(path, { readOnly: true, busyTimeoutMs: 1000 });
  const kept = createKeptAnswers(watch);
  let opened = 0;
  let running = 0;
  let whenIdle: (() => void) | undefined;

  function acquire(): Database | Promise<Database> {
    const database = free.pop();
    if (database) return database;
    if (opened === maxConnections) return new Promise((resolve) => waiting.push(resolve));
    // Waits only while another process recovers the file after a crash.
    const fresh = openDatabase(path, { readOnly: true, busyTimeoutMs: 1000 });
    opened++;
    return fresh;
  }

  function release(database: Database): void {
    if (database.isInTransaction) database.run("ROLLBACK");
    const next = waiting.shift();
    if (next) next(database);
    else free.push(database);
  }

  async function use<T>(fn: (database: Database) => T | Promise<T>): Promise<T> {
    const database = await acquire();
    try {
      database.run("BEGIN");
      return await fn(database);
    } finally {
      release(database);
    }
  }

  /** `close` waits for it. */
  async function counted<T>(run: () => Promise<T>): Promise<T> {
    running++;
    try {
      return await run();
    } finally {
      if (--running === 0) whenIdle?.();
    }
  }

  function open(): Snapshot | Promise<Snapshot> {
    const database = acquire();
    return database instanceof Promise ? database.then(begin) : begin(database);
  }

  function begin(database: Database): Snapshot {
    try {
      database.run("BEGIN");
      // Only the first read fixes what the transaction sees.
      database.first("SELECT revision FROM state");
      return { rows: databaseRows(database, path), end: () => release(database) };
    } catch (error) {
      release(database);
      throw error;
    }
  }

  return {
    read: (fn) => counted(() => readKept(kept, open, fn)),
    look: (fn) => counted(() => use(fn)),
    statistics: () => kept.statistics(),
    async close() {
      if (running > 0) await new Promise<void>((resolve) => (whenIdle = resolve));
      for (const database of [...free, watch]) database.close();
    },
  };
}
