import type { IndexRange, IndexRow, KeyRange, KeyText, WriteRows } from "@rolecall/store-contract";
import { get, range, rank, remove, set } from "./sorted-map.ts";
import type { SortedMap } from "./sorted-map.ts";

/** Everything in the store at one moment. */
export interface State {
  /** Bodies by collection and key. */
  rows: SortedMap;
  /** Keys by collection, index, value and key. */
  entries: SortedMap;
}

/** Stands between the parts of a place, below every character that a part can hold. */
const separator = "\u0000";
const afterSeparator = "\u0001";

const rowAt = (collection: string, key: KeyText): string => collection + separator + key;
const valueAt = (collection: string, index: string, value: KeyText): string =>
  collection + separator + index + separator + value;
const entryAt = (collection: string, index: string, value: KeyText, key: KeyText): string =>
  valueAt(collection, index, value) + separator + key;

/** Rows of one state: a snapshot when the state is left alone, a transaction's draft when it is written to. */
export function rowsOf(state: State): WriteRows {
  const rowBounds = (collection: string, { from, to }: KeyRange): [string, string] => [
    rowAt(collection, from),
    to === undefined ? collection + afterSeparator : rowAt(collection, to),
  ];
  const entryBounds = (collection: string, index: string, { from, to }: IndexRange): [string, string] => [
    entryAt(collection, index, from.value, from.key),
    to === undefined ? collection + separator + index + afterSeparator : valueAt(collection, index, to),
  ];
  const scanEntries = (collection: string, bounds: [string, string], limit: number): IndexRow[] => {
    const found: IndexRow[] = [];
    for (const [place, key] of range(state.entries, ...bounds)) {
      if (found.length === limit) break;
      const value = place
        .slice(0, -(key.length + 1))
        .slice(place.indexOf(separator, collection.length + 1) + 1);
      const body = get(state.rows, rowAt(collection, key));
      if (body === undefined) throw new Error(`${collection}: an index entry points at no record`);
      found.push({ value, key, body });
    }
    return found;
  };

  return {
    get: (collection, key) => get(state.rows, rowAt(collection, key)),
    scan(collection, keys, limit) {
      const bodies: string[] = [];
      for (const [, body] of range(state.rows, ...rowBounds(collection, keys))) {
        if (bodies.length === limit) break;
        bodies.push(body);
      }
      return bodies;
    },
    count: (collection, keys) => between(state.rows, rowBounds(collection, keys)),
    find(collection, index, value) {
      const start = valueAt(collection, index, value);
      return scanEntries(collection, [start + separator, start + afterSeparator], 1)[0];
    },
    scanIndex: (collection, index, entries, limit) =>
      scanEntries(collection, entryBounds(collection, index, entries), limit),
    countIndex: (collection, index, entries) =>
      between(state.entries, entryBounds(collection, index, entries)),
    put(collection, key, body) {
      state.rows = set(state.rows, rowAt(collection, key), body);
    },
    remove(collection, key) {
      state.rows = remove(state.rows, rowAt(collection, key));
    },
    addEntry(collection, index, { value, key }) {
      state.entries = set(state.entries, entryAt(collection, index, value, key), key);
    },
    removeEntry(collection, index, { value, key }) {
      state.entries = remove(state.entries, entryAt(collection, index, value, key));
    },
  };
}

const between = (map: SortedMap, [from, to]: [string, string]): number => rank(map, to) - rank(map, from);
