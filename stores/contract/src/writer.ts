import { canonicalKey } from "./collection.ts";
import type { Collection } from "./collection.ts";
import { entriesOf } from "./entries.ts";
import type { RecordEntries } from "./entries.ts";
import { StoreConflict } from "./errors.ts";
import { keyText, parseKeyText } from "./key.ts";
import type { Key, KeyText } from "./key.ts";
import { requireAlive, RowReader } from "./reader.ts";
import type { Life } from "./reader.ts";
import type { WriteRows } from "./rows.ts";
import type { Writer } from "./store.ts";

/** What the writers of one transaction share. */
export interface WriteState extends Life {
  /** Runs writes one after another: two at once would undo each other's index entries. */
  inOrder<T>(write: () => Promise<T>): Promise<T>;
  changed(collection: string, key: KeyText): void;
}

/** Records of one collection, written as rows with their index entries. */
export class RowWriter<R, I extends string, U extends string>
  extends RowReader<R, I, U>
  implements Writer<R, I, U>
{
  readonly #rows: WriteRows;
  readonly #state: WriteState;

  constructor(collection: Collection<R, I, U>, rows: WriteRows, state: WriteState) {
    super(collection, rows, state);
    this.#rows = rows;
    this.#state = state;
  }

  put(record: R): Promise<void> {
    return this.#write(record, false);
  }

  insert(record: R): Promise<void> {
    return this.#write(record, true);
  }

  async delete(...key: Key): Promise<boolean> {
    requireAlive(this.life);
    const text = keyText(canonicalKey(this.collection, key));
    if (text === undefined) return false;
    return this.#state.inOrder(async () => {
      const { name } = this.collection;
      const old = await this.#rows.get(name, text);
      if (old === undefined) return false;
      const none: RecordEntries = { key: text, unique: new Map(), indexed: new Map() };
      await this.#moveEntries(entriesOf(this.collection, this.decode(old)), none);
      await this.#rows.remove(name, text);
      this.#state.changed(name, text);
      return true;
    });
  }

  async #write(record: R, isNew: boolean): Promise<void> {
    requireAlive(this.life);
    const { name } = this.collection;
    // Taken now: what the caller does to the record while it waits is not part of this write.
    const body = JSON.stringify(record);
    const entries = entriesOf(this.collection, record);
    return this.#state.inOrder(async () => {
      const old = await this.#rows.get(name, entries.key);
      if (old !== undefined && isNew) throw new StoreConflict(name, undefined, parseKeyText(entries.key));
      if (old === body) return;
      await this.#requireFree(entries);
      await this.#moveEntries(
        old === undefined ? undefined : entriesOf(this.collection, this.decode(old)),
        entries,
      );
      await this.#rows.put(name, entries.key, body);
      this.#state.changed(name, entries.key);
    });
  }

  async #requireFree({ key, unique }: RecordEntries): Promise<void> {
    for (const [index, value] of unique) {
      const holder = await this.#rows.find(this.collection.name, index, value);
      if (holder && holder.key !== key)
        throw new StoreConflict(this.collection.name, index, parseKeyText(value));
    }
  }

  /** Leaves entries alone that stay, which is most of them. */
  async #moveEntries(old: RecordEntries | undefined, now: RecordEntries): Promise<void> {
    const { name, indexNames, uniqueNames } = this.collection;
    const { key } = now;
    for (const index of [...uniqueNames, ...indexNames]) {
      const before = valuesOf(old, index);
      const after = valuesOf(now, index);
      for (const value of before)
        if (!after.has(value)) await this.#rows.removeEntry(name, index, { value, key });
      for (const value of after)
        if (!before.has(value)) await this.#rows.addEntry(name, index, { value, key });
    }
  }
}

function valuesOf(entries: RecordEntries | undefined, index: string): ReadonlySet<KeyText> {
  const unique = entries?.unique.get(index);
  return unique === undefined ? (entries?.indexed.get(index) ?? new Set()) : new Set([unique]);
}
