import type { IndexPlace, KeyText, TouchedKey } from "@rolecall/store-contract";
import { announcement } from "./announcements.ts";
import type { Parameter, Statement } from "./connection.ts";

interface DraftRow {
  collection: string;
  key: KeyText;
  /** `undefined` for a record that is to go. */
  body: string | undefined;
}

interface DraftEntry extends IndexPlace {
  collection: string;
  index: string;
  isPresent: boolean;
}

const separator = "\u0000";
const rowId = (collection: string, key: KeyText): string => collection + separator + key;
const valueId = (collection: string, index: string, value: KeyText): string =>
  collection + separator + index + separator + value;

/** Writes that have not been sent yet, the last one of each row. They cost one statement together, not one each. */
export interface Draft {
  put(collection: string, key: KeyText, body: string | undefined): void;
  row(collection: string, key: KeyText): DraftRow | undefined;
  entry(collection: string, index: string, place: IndexPlace, isPresent: boolean): void;
  /** By key. */
  entries(collection: string, index: string, value: KeyText): ReadonlyMap<KeyText, DraftEntry> | undefined;
  readonly isEmpty: boolean;
  /** Takes over what `later` has written, and leaves it empty. */
  absorb(later: Draft): void;
  /** The parameters of `writeStatement`; the draft is empty afterwards. */
  take(): Parameter[];
  /** How often it was taken. */
  readonly taken: number;
  clear(): void;
  /** For `absorb`. */
  readonly contents: { rows: Map<string, DraftRow>; entries: Map<string, Map<KeyText, DraftEntry>> };
}

export function createDraft(): Draft {
  const rows = new Map<string, DraftRow>();
  const entries = new Map<string, Map<KeyText, DraftEntry>>();
  let taken = 0;

  function setEntry(entry: DraftEntry): void {
    const id = valueId(entry.collection, entry.index, entry.value);
    const ofValue = entries.get(id);
    if (ofValue) ofValue.set(entry.key, entry);
    else entries.set(id, new Map([[entry.key, entry]]));
  }

  return {
    contents: { rows, entries },
    put: (collection, key, body) => void rows.set(rowId(collection, key), { collection, key, body }),
    row: (collection, key) => rows.get(rowId(collection, key)),
    entry: (collection, index, place, isPresent) => setEntry({ collection, index, ...place, isPresent }),
    entries: (collection, index, value) => entries.get(valueId(collection, index, value)),
    get isEmpty() {
      return rows.size === 0 && entries.size === 0;
    },
    absorb(later) {
      for (const [id, row] of later.contents.rows) rows.set(id, row);
      for (const ofValue of later.contents.entries.values())
        for (const entry of ofValue.values()) setEntry(entry);
      later.clear();
    },
    get taken() {
      return taken;
    },
    take() {
      taken++;
      const parameters = writeParameters(
        [...rows.values()],
        [...entries.values()].flatMap((of) => [...of.values()]),
      );
      this.clear();
      return parameters;
    },
    clear() {
      rows.clear();
      entries.clear();
    },
  };
}

/** All rows of a draft at once: its parts touch different rows, so their order does not matter. */
export const writeStatement: Statement = {
  name: "write",
  text: `
    WITH removed_entries AS (
      DELETE FROM rolecall_lookups l
      USING unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS d (collection, name, value, key)
      WHERE l.collection = d.collection AND l.name = d.name AND l.value = d.value AND l.key = d.key
    ), removed_records AS (
      DELETE FROM rolecall_records r
      USING unnest($5::text[], $6::text[]) AS d (collection, key)
      WHERE r.collection = d.collection AND r.key = d.key
    ), added_entries AS (
      INSERT INTO rolecall_lookups
      SELECT * FROM unnest($7::text[], $8::text[], $9::text[], $10::text[])
      ON CONFLICT DO NOTHING
    )
    INSERT INTO rolecall_records
    SELECT * FROM unnest($11::text[], $12::text[], $13::text[])
    ON CONFLICT (collection, key) DO UPDATE SET body = excluded.body`,
};

function writeParameters(rows: readonly DraftRow[], entries: readonly DraftEntry[]): Parameter[] {
  const removed = entries.filter(({ isPresent }) => !isPresent);
  const added = entries.filter(({ isPresent }) => isPresent);
  const gone = rows.filter(({ body }) => body === undefined);
  const kept = rows.filter(({ body }) => body !== undefined);
  const places = (of: readonly DraftEntry[]): Parameter[] => [
    of.map(({ collection }) => collection),
    of.map(({ index }) => index),
    of.map(({ value }) => value),
    of.map(({ key }) => key),
  ];
  const keys = (of: readonly DraftRow[]): Parameter[] => [
    of.map(({ collection }) => collection),
    of.map(({ key }) => key),
  ];
  return [
    ...places(removed),
    ...keys(gone),
    ...places(added),
    ...keys(kept),
    kept.map(({ body }) => body ?? ""),
  ];
}

/** The end of a group: what each commit touched, and the state after it, which all nodes are told of. */
export const recordStatement: Statement = {
  name: "record",
  text: `
    WITH changed AS (
      INSERT INTO rolecall_changes SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])
    ), forgotten AS (
      DELETE FROM rolecall_changes WHERE revision > $5::bigint AND revision <= $6::bigint
    )
    UPDATE rolecall_state SET revision = $4::bigint, forgotten = $6::bigint
    RETURNING ${announcement}`,
};

export interface LogState {
  /** The last commit. */
  revision: number;
  /** The last commit whose changes are no longer kept. */
  forgotten: number;
}

/**
 * Keeps the changes of `kept` commits, and now and then forgets those before: a sixteenth of them at a time, so
 * that most commits delete nothing.
 */
export function recordParameters(
  touched: readonly (TouchedKey & { revision: number })[],
  { revision, forgotten }: LogState,
  kept: number,
): Parameter[] {
  const last = revision - forgotten > kept + (kept >> 4) ? revision - kept : forgotten;
  return [
    touched.map(({ revision }) => revision),
    touched.map(({ collection }) => collection),
    touched.map(({ key }) => key),
    revision,
    forgotten,
    last,
  ];
}
