import { keyText } from "@rolecall/store-contract";
import type { Changes, KeyText } from "@rolecall/store-contract";

/** What was read once, and is so still as long as it is live. */
export interface Kept<T> {
  readonly value: T;
  /** A revision at which it was so. It has not changed from then to the revision of the cache. */
  readonly revision: number;
  /** False when it has changed, or was dropped to make room, after which nobody knows. */
  isLive: boolean;
}

/** What must be asked to have it again. */
export type Dropped =
  { collection: string; key: KeyText } | { collection: string; index: string; value: KeyText };

/** A record's body, or `undefined` where there is no record. */
export type KeptRow = Kept<string | undefined>;
/** The key of the record that has a unique value, or `undefined` when none has. */
export type KeptHolder = Kept<KeyText | undefined>;

export interface CacheBounds {
  maxEntries: number;
  maxBytes: number;
}

/**
 * Records, and the answers of unique indexes, as they stand at one revision, which `apply` moves on. What was used
 * longest ago goes first when it is full.
 */
export interface RecordCache {
  /** Everything here is so at this revision. `undefined` before the first. */
  readonly revision: number | undefined;
  start(revision: number): void;
  /**
   * Drops what has changed.
   * @returns those records, and those answers of unique indexes, that somebody had read since they were fetched
   */
  apply(changes: Changes): Dropped[];
  /** The last revision that is known to have changed anything in the collection; 0 for none since the start. */
  changedAt(collection: string): number;
  row(collection: string, key: KeyText): KeptRow | undefined;
  /** @param isRead  false for what was fetched before anybody asked for it */
  keepRow(
    collection: string,
    key: KeyText,
    body: string | undefined,
    revision: number,
    isRead?: boolean,
  ): KeptRow;
  holder(collection: string, index: string, value: KeyText): KeptHolder | undefined;
  keepHolder(
    collection: string,
    index: string,
    value: KeyText,
    key: KeyText | undefined,
    revision: number,
    isRead?: boolean,
  ): KeptHolder;
  /** What a list gave; any change in its collection drops it. */
  list(collection: string, question: string): Kept<unknown> | undefined;
  keepList(
    collection: string,
    question: string,
    value: unknown,
    bytes: number,
    revision: number,
  ): Kept<unknown>;
  readonly entries: number;
  readonly bytes: number;
}

interface Entry extends Kept<unknown> {
  bytes: number;
  isRead: boolean;
  /** Of holders and lists: the name of the group that it falls with. */
  group: string | undefined;
}

/** What an entry costs beside its texts: objects, and places in maps. */
const overheadBytes = 250;

const separator = "\u0000";
const rowId = (collection: string, key: KeyText): string => `${collection}${separator}${key}`;
const holderId = (collection: string, index: string, value: KeyText): string =>
  `${collection}${separator}${index}${separator}${value}`;
const listId = (collection: string, question: string): string =>
  `${collection}${separator}${separator}${question}`;
/** Of lists, and of values that nobody has: any record of the collection that changes may belong there then. */
const wholeCollection = (collection: string): string => `${collection}${separator}`;

export function createRecordCache({ maxEntries, maxBytes }: CacheBounds): RecordCache {
  /** In the order of their last use. */
  const entries = new Map<string, Entry>();
  /** Ids of holders by the record that they point at; of lists, and of holders that point at none, by collection. */
  const groups = new Map<string, Set<string>>();
  const changed = new Map<string, number>();
  let allChanged = 0;
  let revision: number | undefined;
  let bytes = 0;

  function use(id: string): Entry | undefined {
    const entry = entries.get(id);
    if (!entry) return undefined;
    entries.delete(id);
    entries.set(id, entry);
    entry.isRead = true;
    return entry;
  }

  function drop(id: string): void {
    const entry = entries.get(id);
    if (!entry) return;
    entry.isLive = false;
    entries.delete(id);
    bytes -= entry.bytes;
    if (entry.group === undefined) return;
    const group = groups.get(entry.group);
    group?.delete(id);
    if (group?.size === 0) groups.delete(entry.group);
  }

  function dropGroup(name: string): void {
    for (const id of groups.get(name) ?? []) drop(id);
  }

  /** The record, and the unique values that pointed at it, as far as they were read. */
  function readOf(collection: string, key: KeyText): Dropped[] {
    const id = rowId(collection, key);
    const wasRead = (of: string): boolean => entries.get(of)?.isRead === true;
    const holders = [...(groups.get(id) ?? [])].filter(wasRead).map((holder) => {
      const [, index = "", value = ""] = holder.split(separator);
      return { collection, index, value };
    });
    // Each of them gives the record, too.
    if (holders.length > 0) return holders;
    return wasRead(id) ? [{ collection, key }] : [];
  }

  function keep<T>(
    id: string,
    value: T,
    valueBytes: number,
    at: number,
    { group, isRead = true }: { group?: string; isRead?: boolean | undefined } = {},
  ): Kept<T> {
    // Both are so at the cache's revision: two readers have fetched the same at once.
    const present = entries.get(id);
    if (present) {
      present.isRead ||= isRead;
      return present as Kept<unknown> as Kept<T>;
    }
    const size = overheadBytes + id.length + valueBytes;
    const entry: Entry & Kept<T> = { value, revision: at, isLive: true, bytes: size, group, isRead };
    entries.set(id, entry);
    bytes += size;
    if (group !== undefined) {
      const ids = groups.get(group);
      if (ids) ids.add(id);
      else groups.set(group, new Set([id]));
    }
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries && bytes <= maxBytes) break;
      drop(oldest);
    }
    return entry;
  }

  return {
    get revision() {
      return revision;
    },
    start(at) {
      revision = at;
    },
    apply(changes) {
      if (!changes.complete) {
        for (const id of entries.keys()) drop(id);
        allChanged = changes.revision;
      }
      const dropped: Dropped[] = [];
      for (const change of changes.changes) {
        const { collection } = change;
        const key = keyText(change.key) ?? "";
        const id = rowId(collection, key);
        dropped.push(...readOf(collection, key));
        drop(id);
        dropGroup(id);
        dropGroup(wholeCollection(collection));
        changed.set(collection, change.revision);
      }
      revision = changes.revision;
      return dropped;
    },
    changedAt: (collection) => Math.max(allChanged, changed.get(collection) ?? 0),
    // What stands under an id is what `keep…` put there, so its kind is known.
    row: (collection, key) => use(rowId(collection, key)) as KeptRow | undefined,
    keepRow: (collection, key, body, at, isRead) =>
      keep(rowId(collection, key), body, body?.length ?? 0, at, { isRead }),
    holder: (collection, index, value) => use(holderId(collection, index, value)) as KeptHolder | undefined,
    keepHolder: (collection, index, value, key, at, isRead) =>
      keep(holderId(collection, index, value), key, key?.length ?? 0, at, {
        group: key === undefined ? wholeCollection(collection) : rowId(collection, key),
        isRead,
      }),
    list: (collection, question) => use(listId(collection, question)),
    keepList: (collection, question, value, valueBytes, at) =>
      keep(listId(collection, question), value, valueBytes, at, { group: wholeCollection(collection) }),
    get entries() {
      return entries.size;
    },
    get bytes() {
      return bytes;
    },
  };
}
