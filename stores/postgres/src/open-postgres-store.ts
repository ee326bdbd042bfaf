import { createSharedRecords, runRead, StoreClosed } from "@rolecall/store-contract";
import type { FarStore, Store } from "@rolecall/store-contract";
import { hearAnnouncements } from "./announcements.ts";
import { readChanges, readRevision } from "./change-log.ts";
import { connector } from "./connection.ts";
import { createConnectionPool } from "./connection-pool.ts";
import { createWriteQueue } from "./group-commit.ts";
import { migrate } from "./migrate.ts";
import { isConnectionLost, toStoreError } from "./postgres-error.ts";
import { readRows, stampedRows } from "./row-statements.ts";
import type { Ask } from "./row-statements.ts";
import { createSharedConnection } from "./shared-connection.ts";

export interface PostgresStoreOptions {
  /** `postgres://…`; what it leaves out comes from the PG… variables and ~/.pgpass. */
  url: string;
  /** How many commits `changes` can tell about; 10,000 unless told. */
  keptCommits?: number;
  /** Snapshots that may be open at once, each on a connection of its own; 8 unless told. */
  maxSnapshots?: number;
}

/** The store, and for whoever keeps what was read its reads one by one, and what commits announce. */
export type PostgresStore = FarStore & Required<Pick<FarStore, "hear">>;

/**
 * Opens the store in a PostgreSQL database, which any number of nodes may have open at once. An empty database is
 * made ours; one of an earlier version is migrated.
 *
 * @throws StoreForeign for a database of another maker or a later version, StoreCorrupted for a damaged one (neither
 * is changed), StoreUnavailable when it cannot be reached
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const { keptCommits = 10_000, maxSnapshots = 8 } = options;
  const target = connector(options.url);
  const { place } = target;
  const first = await target.connect();
  try {
    await migrate(first, place);
  } catch (error) {
    first.close();
    throw toStoreError(error, place);
  }
  const pool = createConnectionPool(target, maxSnapshots);
  const shared = createSharedConnection(target, first);
  const writes = createWriteQueue(target, keptCommits);
  let closing: Promise<void> | undefined;

  const ask: Ask = (statement, ...parameters) =>
    shared.ask((connection) => connection.query(statement, ...parameters));

  /** Rejects instead of throwing. */
  async function whileOpen<T>(run: () => Promise<T>): Promise<T> {
    if (closing) throw new StoreClosed();
    return run();
  }

  const records = createSharedRecords();

  /** Connections that were lost while they lay in the pool are passed over: nothing has been read on them yet. */
  const snapshot: Store["read"] = async (fn) => {
    for (let lost = 0; ; lost++) {
      const outcome = await pool.alone(async (connection) => {
        try {
          await connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        } catch (error) {
          if (!isConnectionLost(error) || lost >= maxSnapshots) throw error;
          connection.close();
          return undefined;
        }
        const query: Ask = (statement, ...parameters) => connection.query(statement, ...parameters);
        try {
          return { result: await runRead(readRows(query, place), fn, records) };
        } finally {
          if (!connection.isBroken) await connection.run("ROLLBACK").catch(() => connection.close());
        }
      });
      if (outcome) return outcome.result;
    }
  };

  return {
    rows: stampedRows((...asked) => whileOpen(() => ask(...asked)), place),
    read: (fn) =>
      whileOpen(async () => {
        try {
          return await snapshot(fn);
        } catch (error) {
          throw toStoreError(error, place);
        }
      }),
    write: (fn) => whileOpen(() => writes.write(fn)),
    revision: () => whileOpen(() => readRevision(ask)),
    changes: (after, limit) => whileOpen(() => readChanges(ask, after, limit)),
    hear: (heard) => hearAnnouncements(target, heard),
    close() {
      closing ??= (async () => {
        await writes.close();
        await Promise.all([shared.close(), pool.close()]);
      })();
      return closing;
    },
  };
}
