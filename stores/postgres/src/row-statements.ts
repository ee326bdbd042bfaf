import { StoreCorrupted } from "@rolecall/store-contract";
import type { IndexRange, IndexRow, KeyRange, ReadRows, StampedRows } from "@rolecall/store-contract";
import type { Parameter, Row, Statement } from "./connection.ts";

/** A read of the contract's rows as a statement, and how its answer is read. */
interface Question<T> {
  statement: Statement;
  parameters: Parameter[];
  read(rows: readonly Row[]): T;
}

type Questions = {
  [Name in keyof ReadRows]: (
    ...asked: Parameters<ReadRows[Name]>
  ) => Question<Awaited<ReturnType<ReadRows[Name]>>>;
};

const joined = `
  FROM rolecall_lookups l LEFT JOIN rolecall_records r ON r.collection = l.collection AND r.key = l.key
  WHERE l.collection = $1 AND l.name = $2`;

/** Statements differ where a range has no end, so that each has a plan of its own. */
const texts = {
  get: "SELECT body FROM rolecall_records WHERE collection = $1 AND key = $2",
  scan: "SELECT body FROM rolecall_records WHERE collection = $1 AND key >= $2 AND key < $4 ORDER BY key LIMIT $3",
  scanToEnd: "SELECT body FROM rolecall_records WHERE collection = $1 AND key >= $2 ORDER BY key LIMIT $3",
  count: "SELECT count(*) AS number FROM rolecall_records WHERE collection = $1 AND key >= $2 AND key < $3",
  countToEnd: "SELECT count(*) AS number FROM rolecall_records WHERE collection = $1 AND key >= $2",
  find: `SELECT l.value, l.key, r.body ${joined} AND l.value = $3 ORDER BY l.key LIMIT 1`,
  scanIndex: `SELECT l.value, l.key, r.body ${joined} AND (l.value, l.key) >= ($3, $4) AND l.value < $6
    ORDER BY l.value, l.key LIMIT $5`,
  scanIndexToEnd: `SELECT l.value, l.key, r.body ${joined} AND (l.value, l.key) >= ($3, $4)
    ORDER BY l.value, l.key LIMIT $5`,
  countIndex: `SELECT count(*) AS number FROM rolecall_lookups
    WHERE collection = $1 AND name = $2 AND (value, key) >= ($3, $4) AND value < $5`,
  countIndexToEnd: `SELECT count(*) AS number FROM rolecall_lookups
    WHERE collection = $1 AND name = $2 AND (value, key) >= ($3, $4)`,
} as const;

type StatementName = keyof typeof texts;

/** One statement is one snapshot: it gives the revision beside the rows, and without rows the revision alone. */
const stampedText = (text: string): string =>
  `SELECT s.revision AS stamp, found.* FROM rolecall_state s
   LEFT JOIN LATERAL (SELECT true AS is_row, row_number() OVER () AS place, asked.* FROM (${text}) asked) found ON true
   ORDER BY found.place`;

const statement = (name: StatementName): Statement => ({ name, text: texts[name] });

function questions(place: string): Questions {
  const numberOf = ([row]: readonly Row[]): number => Number(row?.["number"]);
  const toIndexRow = ({ value, key, body }: Row): IndexRow => {
    if (typeof body !== "string")
      throw new StoreCorrupted(
        `${place}: the database is damaged: an index entry points at no record.`,
        "Stop the servers and restore it from a backup.",
      );
    return { value: String(value), key: String(key), body };
  };
  const end = (to: string | undefined): Parameter[] => (to === undefined ? [] : [to]);
  const bounded = (name: StatementName, to: string | undefined): Statement =>
    statement(to === undefined ? (`${name}ToEnd` as StatementName) : name);
  const start = ({ from }: IndexRange): Parameter[] => [from.value, from.key];

  return {
    get: (collection, key) => ({
      statement: statement("get"),
      parameters: [collection, key],
      read: ([row]) => (row ? String(row["body"]) : undefined),
    }),
    scan: (collection, { from, to }: KeyRange, limit) => ({
      statement: bounded("scan", to),
      parameters: [collection, from, limit, ...end(to)],
      read: (rows) => rows.map(({ body }) => String(body)),
    }),
    count: (collection, { from, to }) => ({
      statement: bounded("count", to),
      parameters: [collection, from, ...end(to)],
      read: numberOf,
    }),
    find: (collection, index, value) => ({
      statement: statement("find"),
      parameters: [collection, index, value],
      read: ([row]) => row && toIndexRow(row),
    }),
    scanIndex: (collection, index, range, limit) => ({
      statement: bounded("scanIndex", range.to),
      parameters: [collection, index, ...start(range), limit, ...end(range.to)],
      read: (rows) => rows.map(toIndexRow),
    }),
    countIndex: (collection, index, range) => ({
      statement: bounded("countIndex", range.to),
      parameters: [collection, index, ...start(range), ...end(range.to)],
      read: numberOf,
    }),
  };
}

export type Ask = (statement: Statement, ...parameters: Parameter[]) => Promise<Row[]>;

/** The contract's rows as `ask`'s connection sees them. */
export function readRows(ask: Ask, place: string): ReadRows {
  const known = questions(place);
  async function answer<T>({ statement, parameters, read }: Question<T>): Promise<T> {
    return read(await ask(statement, ...parameters));
  }
  return {
    get: (...asked) => answer(known.get(...asked)),
    scan: (...asked) => answer(known.scan(...asked)),
    count: (...asked) => answer(known.count(...asked)),
    find: (...asked) => answer(known.find(...asked)),
    scanIndex: (...asked) => answer(known.scanIndex(...asked)),
    countIndex: (...asked) => answer(known.countIndex(...asked)),
  };
}

const stampedStatements = new Map(
  Object.entries(texts).map(([name, text]) => [name, { name: `stamped_${name}`, text: stampedText(text) }]),
);

/** The same reads, each with the revision of its snapshot. */
export function stampedRows(ask: Ask, place: string): StampedRows {
  const known = questions(place);
  async function answer<T>({
    statement,
    parameters,
    read,
  }: Question<T>): Promise<{ value: T; revision: number }> {
    const rows = await ask(stampedStatements.get(statement.name) ?? statement, ...parameters);
    return {
      value: read(rows.filter((row) => row["is_row"] === true)),
      revision: Number(rows[0]?.["stamp"]),
    };
  }
  return {
    get: (...asked) => answer(known.get(...asked)),
    scan: (...asked) => answer(known.scan(...asked)),
    count: (...asked) => answer(known.count(...asked)),
    find: (...asked) => answer(known.find(...asked)),
    scanIndex: (...asked) => answer(known.scanIndex(...asked)),
    countIndex: (...asked) => answer(known.countIndex(...asked)),
  };
}
