import { afterPrefix } from "@rolecall/store-contract";
import type { KeyRange, KeyText } from "@rolecall/store-contract";
import type { Database, Parameter, Row } from "./database.ts";

/**
 * What is counted as it comes and goes, by triggers: in the statement that changes a row, so that no writer can forget
 * it and what is undone is undone with it. These names are part of the layout (`schema.ts`): one more is a migration.
 */
export const countedCollections = [
  "groups",
  "instanceProfiles",
  "mfaDevices",
  "oidcProviders",
  "policies",
  "policyVersions",
  "roles",
  "samlProviders",
  "serverCertificates",
  "users",
] as const;
export const countedIndexes = ["byAttachedPolicy", "byBoundary"] as const;

const listOf = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(", ");
const rowsOf = (names: readonly string[]): string => names.map((name) => `('${name}')`).join(", ");
const firstComponent = (key: string): string => `substr(${key}, 1, instr(${key}, char(1)))`;

/** `name` is empty for records, whose `value` is the first component of their keys; else it is an index. */
interface CountedTable {
  table: "records" | "lookups";
  isCounted(row: string): string;
  name(row: string): string;
  value(row: string): string;
}

const countedTables: readonly CountedTable[] = [
  {
    table: "records",
    isCounted: (row) => `${row}collection IN (${listOf(countedCollections)})`,
    name: () => "''",
    value: (row) => firstComponent(`${row}key`),
  },
  {
    table: "lookups",
    isCounted: (row) => `${row}name IN (${listOf(countedIndexes)})`,
    name: (row) => `${row}name`,
    value: (row) => `${row}value`,
  },
];

const recount = countedTables
  .map(
    ({ table, isCounted, name, value }) =>
      `SELECT collection, ${name("")} AS name, ${value("")} AS value, count(*) AS number
       FROM ${table} WHERE ${isCounted("")} GROUP BY 1, 2, 3`,
  )
  .join(" UNION ALL ");

/** Makes the counts of what is there, and the triggers that keep them. */
export const countsSchema = `
  CREATE TABLE counts (
    collection TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (collection, name, value)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO counts ${recount};
  ${countedTables
    .map(
      ({ table, isCounted, name, value }) => `
  CREATE TRIGGER ${table}_added AFTER INSERT ON ${table} WHEN ${isCounted("NEW.")} BEGIN
    INSERT INTO counts VALUES (NEW.collection, ${name("NEW.")}, ${value("NEW.")}, 1)
    ON CONFLICT DO UPDATE SET number = number + 1;
  END;
  CREATE TRIGGER ${table}_removed AFTER DELETE ON ${table} WHEN ${isCounted("OLD.")} BEGIN
    UPDATE counts SET number = number - 1
    WHERE collection = OLD.collection AND name = ${name("OLD.")} AND value = ${value("OLD.")};
    DELETE FROM counts
    WHERE collection = OLD.collection AND name = ${name("OLD.")} AND value = ${value("OLD.")} AND number = 0;
  END;`,
    )
    .join("")}
`;

/** Per value first, then all together, lest a value has no count at all. Both follow an index, 0.1 us a row. */
const wrongCounts = [
  `SELECT collection FROM counts
   WHERE name = '' AND number <> (
     SELECT count(*) FROM records
     WHERE collection = counts.collection
       AND key >= value AND key < substr(value, 1, length(value) - 1) || char(2))`,
  `SELECT collection FROM counts
   WHERE name <> '' AND number <> (
     SELECT count(*) FROM lookups
     WHERE collection = counts.collection AND name = counts.name AND value = counts.value)`,
  `SELECT column1 AS collection FROM (VALUES ${rowsOf(countedCollections)})
   WHERE (SELECT count(*) FROM records WHERE collection = column1)
     <> (SELECT total(number) FROM counts WHERE collection = column1 AND name = '')`,
  `SELECT c.column1 AS collection
   FROM (VALUES ${rowsOf(countedCollections)}) c, (VALUES ${rowsOf(countedIndexes)}) n
   WHERE (SELECT count(*) FROM lookups WHERE collection = c.column1 AND name = n.column1)
     <> (SELECT total(number) FROM counts WHERE collection = c.column1 AND name = n.column1)`,
];

/** The collection of a count that is not what a recount gives, or undefined. */
export function wrongCount(database: Database): Row | undefined {
  for (const sql of wrongCounts) {
    const wrong = database.first(`${sql} LIMIT 1`);
    if (wrong) return wrong;
  }
  return undefined;
}

const collectionNames: ReadonlySet<string> = new Set(countedCollections);
const indexNames: ReadonlySet<string> = new Set(countedIndexes);

/** The number of records in a range, where counts can tell it: whole first components. */
export function countOfRecords(database: Database, collection: string, range: KeyRange): number | undefined {
  if (!collectionNames.has(collection) || !isOfWholeComponents(range)) return undefined;
  return sum(database, collection, "", range.from, range.to);
}

/** The number of entries with values in a range, where counts can tell it. */
export function countOfEntries(
  database: Database,
  collection: string,
  index: string,
  { from, to }: { from: KeyText; to: KeyText | undefined },
): number | undefined {
  return indexNames.has(index) ? sum(database, collection, index, from, to) : undefined;
}

const isOfWholeComponents = ({ from, to }: KeyRange): boolean =>
  from.indexOf("\u0001") === from.length - 1 && to === afterPrefix(from);

function sum(
  database: Database,
  collection: string,
  name: string,
  from: KeyText,
  to: KeyText | undefined,
): number {
  const end: Parameter = to ?? new Uint8Array();
  const row = database.first(
    `SELECT total(number) AS number FROM counts
     WHERE collection = ? AND name = ? AND value >= ? AND value < ?`,
    collection,
    name,
    from,
    end,
  );
  return Number(row?.["number"]);
}
