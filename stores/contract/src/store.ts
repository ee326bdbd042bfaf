import type { Collection } from "./collection.ts";
import type { Key } from "./key.ts";
import type { collections } from "./collections.ts";

/** A page of a listing: at most `limit` records, those after `after`. */
export interface PageOptions {
  /** The key of the last record of the page before (a record with that key need not exist any more). */
  after?: Key;
  limit: number;
}

export interface IndexPageOptions {
  /** The cursor of the last entry of the page before. */
  after?: string;
  limit: number;
}

/** `cursor` is opaque text for the next page's `after`; it may hold any character. */
export interface IndexEntry<R> {
  record: R;
  cursor: string;
}

/**
 * Reads one collection. A key that no record can have (see `keyText`) is simply not found.
 *
 * In a `read`, the records of `get`, `getMany` and `getBy` are frozen and shared by all readers: as long as a record is
 * unchanged it tends to be the same object. All others, and every record of a `write`, are the caller's own copies:
 * changing one changes nothing that is stored.
 */
export interface Reader<R, I extends string = never, U extends string = never> {
  get(...key: Key): Promise<R | undefined>;
  /** In the order of `keys`. */
  getMany(keys: readonly Key[]): Promise<(R | undefined)[]>;
  /** The record with this value of a unique index. */
  getBy(unique: U, ...value: Key): Promise<R | undefined>;
  /** Records whose keys start with the components of `prefix`, ordered by key. @throws StoreInvalidKey for `after` */
  list(prefix: Key, page: PageOptions): Promise<R[]>;
  /** Records with an index value that starts with `prefix`, ordered by that value, then by key. @throws StoreInvalidKey for `after` */
  listBy(index: I, prefix: Key, page: IndexPageOptions): Promise<IndexEntry<R>[]>;
  /** Exact. See `isCounted` for what it costs. */
  count(prefix: Key): Promise<number>;
  /** Index entries, which are more than records where one record has several values; see `countedIndexes`. */
  countBy(index: I, prefix: Key): Promise<number>;
}

/** @throws StoreInvalidKey when a record's key or index value cannot be one */
export interface Writer<R, I extends string = never, U extends string = never> extends Reader<R, I, U> {
  /** Inserts or replaces. @throws StoreConflict when another record has one of its unique values */
  put(record: R): Promise<void>;
  /** @throws StoreConflict when the key or one of its unique values is taken */
  insert(record: R): Promise<void>;
  /** Whether there was one. */
  delete(...key: Key): Promise<boolean>;
}

type ReaderOf<C> = C extends Collection<infer R, infer I, infer U> ? Reader<R, I, U> : never;
type WriterOf<C> = C extends Collection<infer R, infer I, infer U> ? Writer<R, I, U> : never;

type Collections = typeof collections;

/** One consistent snapshot. Not to be used after the function that got it has returned. */
export type ReadTx = { readonly [Name in keyof Collections]: ReaderOf<Collections[Name]> } & {
  of<R, I extends string, U extends string>(collection: Collection<R, I, U>): Reader<R, I, U>;
};

/** Reads see what the transaction has written. Not to be used after the function that got it has returned. */
export type WriteTx = { readonly [Name in keyof Collections]: WriterOf<Collections[Name]> } & {
  of<R, I extends string, U extends string>(collection: Collection<R, I, U>): Writer<R, I, U>;
};

/** A record that was inserted, replaced or deleted by the commit with that revision. */
export interface Change {
  revision: number;
  collection: string;
  /** As the collection keeps it: names folded, version numbers padded. */
  key: string[];
}

export interface Changes {
  /** The last revision this answer covers: the next `after`. */
  revision: number;
  /** False when it cannot be told what changed (the log was trimmed, or `after` is not of this store): drop all. */
  complete: boolean;
  /** Whole commits, in order; at most `limit` changes. */
  changes: Change[];
  /** The store's last revision when it was asked: more than `revision` if the limit cut the answer. */
  latest: number;
}

/** Is told in which collections commits changed something. */
export type ChangeListener = (changed: { has(collection: string): boolean }) => void;

/** One state, shared by every server process that opened it. Every method rejects with StoreClosed after `close`. */
export interface Store {
  /**
   * Runs `fn` on one snapshot, which has every commit whose `write` had resolved before.
   * `fn` must not wait for another `read` or `write` of the same store, and it must have no effects but its result:
   * it may run again, on a newer snapshot.
   */
  read<T>(fn: (tx: ReadTx) => Promise<T>): Promise<T>;
  /**
   * Runs `fn` in a serializable transaction, all or nothing. When the promise resolves the commit is durable.
   * When `fn` throws nothing is kept and the error is passed on. `fn` may run again after a conflict with
   * another node, so it must have no effects but those on `tx`, and it must not wait for anything but `tx`.
   * @throws StoreUnavailable nothing was kept; StoreOutcomeUnknown when that could not be found out
   */
  write<T>(fn: (tx: WriteTx) => Promise<T>): Promise<T>;
  /**
   * Runs `fn` as one piece of work, such as a request. Its reads see every commit that had been answered when it
   * began, and its own; a store that must ask for that asks once instead of at each read. Stores without it ask
   * nothing.
   */
  during?<T>(fn: () => Promise<T>): Promise<T>;
  /** 0 for an empty store; one more with every commit that changed something. */
  revision(): Promise<number>;
  /** What the commits after revision `after` changed; ask again from the answer's `revision` until it stands still. */
  changes(after: number, limit: number): Promise<Changes>;
  /**
   * Tells of commits, of whichever process, soon after they were made. That is a hint: it may come late, or once for
   * many, so whoever must not miss anything asks. Stores that hear of nothing do without it.
   *
   * @returns ends it
   */
  onChange?(listener: ChangeListener): () => void;
  /** Lets running transactions end, then releases everything. May be called twice. */
  close(): Promise<void>;
}
