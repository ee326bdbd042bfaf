import { canonicalKey } from "./collection.ts";
import type { Collection } from "./collection.ts";
import { StoreError } from "./errors.ts";
import { keyText } from "./key.ts";
import type { Key } from "./key.ts";
import { cursorAt, indexRange, keyRange } from "./ranges.ts";
import type { ReadRows } from "./rows.ts";
import type { SharedRecords } from "./shared-records.ts";
import type { IndexEntry, IndexPageOptions, PageOptions, Reader } from "./store.ts";

/** Whether a transaction still runs. */
export interface Life {
  isOver: boolean;
}

/** A use after the end would read another transaction's state, or write into it. */
export function requireAlive(life: Life): void {
  if (life.isOver) throw new StoreError("the transaction is over: something in it was not awaited");
}

/** Records of one collection, read from rows. */
export class RowReader<R, I extends string, U extends string> implements Reader<R, I, U> {
  protected readonly collection: Collection<R, I, U>;
  protected readonly life: Life;
  readonly #rows: ReadRows;
  readonly #shared: SharedRecords | undefined;

  constructor(collection: Collection<R, I, U>, rows: ReadRows, life: Life, shared?: SharedRecords) {
    this.collection = collection;
    this.life = life;
    this.#rows = rows;
    this.#shared = shared;
  }

  async get(...key: Key): Promise<R | undefined> {
    requireAlive(this.life);
    const text = keyText(canonicalKey(this.collection, key));
    if (text === undefined) return undefined;
    const body = await this.#rows.get(this.collection.name, text);
    return body === undefined ? undefined : this.#record(body);
  }

  getMany(keys: readonly Key[]): Promise<(R | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(...key)));
  }

  async getBy(unique: U, ...value: Key): Promise<R | undefined> {
    requireAlive(this.life);
    this.#requireIndex(unique, this.collection.uniqueNames);
    const text = keyText(value);
    if (text === undefined) return undefined;
    const row = await this.#rows.find(this.collection.name, unique, text);
    return row && this.#record(row.body);
  }

  async list(prefix: Key, { after, limit }: PageOptions): Promise<R[]> {
    requireAlive(this.life);
    const range = keyRange(
      canonicalKey(this.collection, prefix),
      after && canonicalKey(this.collection, after),
    );
    if (!range || checkedLimit(limit) === 0) return [];
    const bodies = await this.#rows.scan(this.collection.name, range, limit);
    return bodies.map((body) => this.decode(body));
  }

  async listBy(index: I, prefix: Key, { after, limit }: IndexPageOptions): Promise<IndexEntry<R>[]> {
    requireAlive(this.life);
    this.#requireIndex(index, this.collection.indexNames);
    const range = indexRange(prefix, after);
    if (!range || checkedLimit(limit) === 0) return [];
    const rows = await this.#rows.scanIndex(this.collection.name, index, range, limit);
    return rows.map((row) => ({ record: this.decode(row.body), cursor: cursorAt(row) }));
  }

  async count(prefix: Key): Promise<number> {
    requireAlive(this.life);
    const range = keyRange(canonicalKey(this.collection, prefix));
    return range ? this.#rows.count(this.collection.name, range) : 0;
  }

  async countBy(index: I, prefix: Key): Promise<number> {
    requireAlive(this.life);
    this.#requireIndex(index, this.collection.indexNames);
    const range = indexRange(prefix);
    return range ? this.#rows.countIndex(this.collection.name, index, range) : 0;
  }

  protected decode(body: string): R {
    return JSON.parse(body) as R;
  }

  /** What is read one by one is read again; lists pass through. */
  #record(body: string): R {
    return this.#shared ? (this.#shared.of(body) as R) : this.decode(body);
  }

  #requireIndex(index: string, names: readonly string[]): void {
    if (!names.includes(index))
      throw new TypeError(`${this.collection.name} has no index ${index} of that kind`);
  }
}

function checkedLimit(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new RangeError(`limit ${limit} is not a count`);
  return limit;
}
