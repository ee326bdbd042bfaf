import { parseKeyText } from "@rolecall/store-contract";
import type { Changes, TouchedKey } from "@rolecall/store-contract";
import type { Database } from "./database.ts";

export interface LogState {
  /** The last commit. */
  revision: number;
  /** The last commit whose changes are no longer kept. */
  forgotten: number;
}

export function readState(database: Database): LogState {
  const row = database.first("SELECT revision, forgotten FROM state");
  return { revision: Number(row?.["revision"]), forgotten: Number(row?.["forgotten"]) };
}

export function recordChanges(database: Database, revision: number, touched: readonly TouchedKey[]): void {
  for (const { collection, key } of touched)
    database.run("INSERT INTO changes VALUES (?, ?, ?)", revision, collection, key);
}

/**
 * Keeps the changes of `kept` commits, and now and then forgets those before: a sixteenth of them at a time, so
 * that most commits write nothing for it.
 */
export function writeState(database: Database, { revision, forgotten }: LogState, kept: number): void {
  let last = forgotten;
  if (revision - forgotten > kept + (kept >> 4)) {
    last = revision - kept;
    database.run("DELETE FROM changes WHERE revision <= ?", last);
  }
  database.run("UPDATE state SET revision = ?, forgotten = ?", revision, last);
}

/** To be called in one snapshot. */
export function readChanges(database: Database, after: number, limit: number): Changes {
  const { revision, forgotten } = readState(database);
  const unknown: Changes = { revision, complete: false, changes: [], latest: revision };
  if (after > revision || after < forgotten) return unknown;
  const rows = database.all(
    "SELECT revision, collection, key FROM changes WHERE revision > ? ORDER BY revision, collection, key LIMIT ?",
    after,
    limit + 1,
  );
  const changes = rows.map((row) => ({
    revision: Number(row["revision"]),
    collection: String(row["collection"]),
    key: parseKeyText(String(row["key"])),
  }));
  if (changes.length <= limit) return { revision, complete: true, changes, latest: revision };
  // The last row may be the first of a commit or stand within one: that commit is for the next time.
  const covered = (changes.at(-1)?.revision ?? 0) - 1;
  if (covered === after) return unknown;
  return {
    revision: covered,
    complete: true,
    changes: changes.filter((change) => change.revision <= covered),
    latest: revision,
  };
}
