import type { KeyText } from "./key.ts";

/** A keeper may answer at once or later. */
export type Awaitable<T> = T | Promise<T>;

/** Half open: `from` belongs to it, `to` does not; without `to` it has no end. Texts order by code point. */
export interface KeyRange {
  from: KeyText;
  to: KeyText | undefined;
}

/** The place of an index entry. Entries order by value, then by key. */
export interface IndexPlace {
  value: KeyText;
  key: KeyText;
}

export interface IndexRow extends IndexPlace {
  body: string;
}

/** Entries from the place `from` (inclusive) up to the value `to` (exclusive; without it there is no end). */
export interface IndexRange {
  from: IndexPlace;
  to: KeyText | undefined;
}

/**
 * What a keeper of the store must be able to do, in one snapshot: ordered rows of text, and index entries that
 * point at them. Keys, indexes, uniqueness and records are made of these in one place for all keepers.
 */
export interface ReadRows {
  get(collection: string, key: KeyText): Awaitable<string | undefined>;
  /** Bodies in the order of their keys. */
  scan(collection: string, range: KeyRange, limit: number): Awaitable<string[]>;
  count(collection: string, range: KeyRange): Awaitable<number>;
  /** The first entry with exactly this value. */
  find(collection: string, index: string, value: KeyText): Awaitable<IndexRow | undefined>;
  scanIndex(collection: string, index: string, range: IndexRange, limit: number): Awaitable<IndexRow[]>;
  countIndex(collection: string, index: string, range: IndexRange): Awaitable<number>;
}

/** What was read, and the revision of the snapshot it was read in. */
export interface Stamped<T> {
  value: T;
  revision: number;
}

/**
 * The reads of `ReadRows`, each in a snapshot of its own that is at least as new as every commit that had been
 * answered when the read was asked for.
 */
export type StampedRows = {
  [Name in keyof ReadRows]: (
    ...asked: Parameters<ReadRows[Name]>
  ) => Promise<Stamped<Awaited<ReturnType<ReadRows[Name]>>>>;
};

/** Reads see the writes before them. */
export interface WriteRows extends ReadRows {
  put(collection: string, key: KeyText, body: string): Awaitable<void>;
  remove(collection: string, key: KeyText): Awaitable<void>;
  addEntry(collection: string, index: string, place: IndexPlace): Awaitable<void>;
  removeEntry(collection: string, index: string, place: IndexPlace): Awaitable<void>;
}
