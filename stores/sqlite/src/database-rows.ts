import { crc32 } from "node:zlib";
import { StoreUnavailable } from "@rolecall/store-contract";
import type { IndexRange, IndexRow, KeyRange, WriteRows } from "@rolecall/store-contract";
import { countOfEntries, countOfRecords } from "./counts.ts";
import type { Database, Parameter, Row } from "./database.ts";
import { damagedStore } from "./sqlite-error.ts";

/** Of where a record stands and what it is. */
const checksumOf = (collection: string, key: string, body: string): number =>
  crc32(body, crc32(key, crc32(collection)));

/** The contract's rows as one connection sees them in its current transaction. */
export function databaseRows(database: Database, path: string): WriteRows {
  const end = (to: string | undefined): Parameter => to ?? new Uint8Array();
  const numberOf = (row: Row | undefined): number => Number(row?.["number"]);

  /** A failing disk ends the transaction by itself; after that a statement would commit alone. */
  const change = (sql: string, ...parameters: Parameter[]): void => {
    if (!database.isInTransaction)
      throw new StoreUnavailable(
        `${path}: the transaction was undone by a failure of the disk.`,
        "Try again.",
      );
    database.run(sql, ...parameters);
  };

  /** @throws StoreCorrupted rather than give a record that is not what was written */
  const whole = (collection: string, { key, body, checksum }: Row): string => {
    if (typeof body !== "string") throw damagedStore(path, "an index entry points at no record");
    if (typeof checksum === "number" && checksum !== checksumOf(collection, String(key), body))
      throw damagedStore(path, `a record of ${collection} is not what was written`);
    return body;
  };
  const toIndexRow = (collection: string, row: Row): IndexRow => ({
    value: String(row["value"]),
    key: String(row["key"]),
    body: whole(collection, row),
  });
  const keyBounds = ({ from, to }: KeyRange): Parameter[] => [from, end(to)];
  const placeBounds = ({ from, to }: IndexRange): Parameter[] => [from.value, from.key, end(to)];

  return {
    get(collection, key) {
      const row = database.first(
        "SELECT key, body, checksum FROM records WHERE collection = ? AND key = ?",
        collection,
        key,
      );
      return row && whole(collection, row);
    },
    scan: (collection, range, limit) =>
      database
        .all(
          "SELECT key, body, checksum FROM records WHERE collection = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?",
          collection,
          ...keyBounds(range),
          limit,
        )
        .map((row) => whole(collection, row)),
    count: (collection, range) =>
      countOfRecords(database, collection, range) ??
      numberOf(
        database.first(
          "SELECT count(*) AS number FROM records WHERE collection = ? AND key >= ? AND key < ?",
          collection,
          ...keyBounds(range),
        ),
      ),
    find(collection, index, value) {
      const row = database.first(
        `SELECT value, lookups.key, body, checksum
         FROM lookups LEFT JOIN records ON records.collection = lookups.collection AND records.key = lookups.key
         WHERE lookups.collection = ? AND name = ? AND value = ?
         ORDER BY lookups.key LIMIT 1`,
        collection,
        index,
        value,
      );
      return row && toIndexRow(collection, row);
    },
    scanIndex: (collection, index, range, limit) =>
      database
        .all(
          `SELECT value, lookups.key, body, checksum
           FROM lookups LEFT JOIN records ON records.collection = lookups.collection AND records.key = lookups.key
           WHERE lookups.collection = ? AND name = ? AND (value, lookups.key) >= (?, ?) AND value < ?
           ORDER BY value, lookups.key LIMIT ?`,
          collection,
          index,
          ...placeBounds(range),
          limit,
        )
        .map((row) => toIndexRow(collection, row)),
    countIndex: (collection, index, range) =>
      (range.from.key === ""
        ? countOfEntries(database, collection, index, { from: range.from.value, to: range.to })
        : undefined) ??
      numberOf(
        database.first(
          `SELECT count(*) AS number FROM lookups
           WHERE collection = ? AND name = ? AND (value, key) >= (?, ?) AND value < ?`,
          collection,
          index,
          ...placeBounds(range),
        ),
      ),
    put: (collection, key, body) =>
      change(
        `INSERT INTO records VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET body = excluded.body, checksum = excluded.checksum`,
        collection,
        key,
        body,
        checksumOf(collection, key, body),
      ),
    remove: (collection, key) =>
      change("DELETE FROM records WHERE collection = ? AND key = ?", collection, key),
    addEntry: (collection, index, { value, key }) =>
      change("INSERT INTO lookups VALUES (?, ?, ?, ?)", collection, index, value, key),
    removeEntry: (collection, index, { value, key }) =>
      change(
        "DELETE FROM lookups WHERE collection = ? AND name = ? AND value = ? AND key = ?",
        collection,
        index,
        value,
        key,
      ),
  };
}
