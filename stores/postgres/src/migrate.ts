import { setTimeout } from "node:timers/promises";
import { StoreCorrupted, StoreForeign, StoreUnavailable } from "@rolecall/store-contract";
import type { Connection } from "./connection.ts";
import { layoutVersion, migrationLock, migrations, tables } from "./schema.ts";

/** How long one node waits for another that makes or migrates the tables, and how often it looks. */
const maxWaitMs = 30_000;
const pauseMs = 50;

const minServerVersion = 140_000;
const otherHint = "Name another database or schema, an empty one; this one has been left as it is.";

/**
 * Brings an empty database, or one of an earlier version, to the present layout: once, also when several nodes
 * start together. Everything happens in one transaction.
 *
 * @throws StoreForeign for a database of another maker or a later version, StoreCorrupted for one that lacks a part,
 * StoreUnavailable when another node does not come to an end
 */
export async function migrate(connection: Connection, place: string): Promise<void> {
  await checkServer(connection, place);
  await beginAlone(connection, place);
  try {
    const layout = await presentLayout(connection, place);
    for (const sql of migrations.slice(layout)) await connection.run(sql);
    if (layout < layoutVersion) await connection.run(`UPDATE rolecall_state SET layout = ${layoutVersion}`);
    await connection.commit();
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** Asks again and again: no single statement may take as long as another node's migration. */
async function beginAlone(connection: Connection, place: string): Promise<void> {
  const endMs = performance.now() + maxWaitMs;
  for (;;) {
    const [row] = await connection.run(
      `BEGIN; SET LOCAL lock_timeout = '30s'; SELECT pg_try_advisory_xact_lock(${migrationLock}) AS got`,
    );
    if (row?.["got"] === true) return;
    await connection.run("ROLLBACK");
    if (performance.now() > endMs)
      throw new StoreUnavailable(`${place}: another node has been migrating the database.`, "Try again.");
    await setTimeout(pauseMs);
  }
}

async function checkServer(connection: Connection, place: string): Promise<void> {
  const [row] = await connection.run(`
    SELECT current_setting('server_version_num')::integer AS version, current_setting('server_version') AS name,
      current_setting('server_encoding') AS encoding, current_schema() AS schema`);
  if (Number(row?.["version"]) < minServerVersion)
    throw new StoreForeign(
      `${place}: PostgreSQL ${String(row?.["name"])} is too old.`,
      "Use version 14 or later.",
    );
  if (row?.["encoding"] !== "UTF8")
    throw new StoreForeign(
      `${place}: the database is encoded in ${String(row?.["encoding"])}.`,
      "Create one in UTF8: createdb --encoding UTF8 --template template0 NAME",
    );
  if (row?.["schema"] === null)
    throw new StoreForeign(
      `${place}: none of the schemas in search_path exists.`,
      "Create one, or name another.",
    );
}

/** 0 for an empty database. Tables that belong to extensions are nobody's. */
async function presentLayout(connection: Connection, place: string): Promise<number> {
  const found = await connection.run(`
    SELECT relname AS name FROM pg_class c
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'f', 'm')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`);
  const names = new Set(found.map(({ name }) => String(name)));
  if (names.size === 0) return 0;
  if (!tables.some((table) => names.has(table)))
    throw new StoreForeign(`${place}: the database holds tables that are not Rolecall's.`, otherHint);
  const missing = tables.find((table) => !names.has(table));
  if (missing !== undefined) throw damaged(place, `the table ${missing} is missing`);
  const columns = await connection.run(`
    SELECT 1 FROM pg_attribute WHERE attrelid = 'rolecall_state'::regclass AND attname = 'layout'`);
  if (columns.length === 0)
    throw new StoreForeign(
      `${place}: the database holds a table rolecall_state that is not Rolecall's.`,
      otherHint,
    );
  const [state] = await connection.run("SELECT layout FROM rolecall_state");
  const layout = Number(state?.["layout"]);
  if (!state) throw damaged(place, "its revision is missing");
  checkLayout(layout, place);
  return layout;
}

/** @throws StoreForeign for a layout that a later version made */
export function checkLayout(layout: number, place: string): void {
  if (layout > layoutVersion)
    throw new StoreForeign(
      `${place}: the database was written by a newer Rolecall (layout ${layout}; this one knows ${layoutVersion}).`,
      "Run the newer version again; the database has been left as it is.",
    );
}

const damaged = (place: string, finding: string): StoreCorrupted =>
  new StoreCorrupted(
    `${place}: the store is damaged: ${finding}.`,
    "Stop the servers and restore the database from a backup; it has been left as it is.",
  );
