import type { Key } from "./key.ts";

/** How the records of one kind are found. Index and unique-index functions must depend on the record alone. */
export interface CollectionSpec<R, I extends string, U extends string> {
  name: string;
  key(record: R): Key;
  /**
   * Component by component, the form under which keys are kept, for names that are unique whatever their case.
   * It is applied to keys of records and to keys that are asked for alike, and must be idempotent.
   */
  canonical?: readonly (((component: string) => string) | undefined)[];
  /** Values under which a record is listed; several, or none. */
  indexes?: Readonly<Record<I, (record: R) => readonly Key[]>>;
  /** Values that one record at most may have; `undefined` is no value. */
  unique?: Readonly<Record<U, (record: R) => Key | undefined>>;
  /**
   * The records under each first component of a key (an account, mostly) may be counted as they come and go, so that
   * `count` of it costs the same however many there are: quotas ask at every creation. SQLite does so and knows these
   * collections by name (one more is a migration); memory need not; PostgreSQL still counts when it is asked.
   */
  isCounted?: true;
  /** The same for the entries under each value of these indexes, and `countBy`. */
  countedIndexes?: readonly NoInfer<I>[];
}

/** A declared collection. `I` and `U` are the names of its indexes and of its unique indexes. */
export interface Collection<R, I extends string = never, U extends string = never> {
  readonly name: string;
  readonly spec: CollectionSpec<R, I, U>;
  readonly indexNames: readonly I[];
  readonly uniqueNames: readonly U[];
}

/** @throws TypeError when names are not plain words, or an index and a unique index share one */
export function collection<R, I extends string = never, U extends string = never>(
  spec: CollectionSpec<R, I, U>,
): Collection<R, I, U> {
  const indexNames = Object.keys(spec.indexes ?? {}) as I[];
  const uniqueNames = Object.keys(spec.unique ?? {}) as U[];
  for (const name of [spec.name, ...indexNames, ...uniqueNames])
    if (!/^\w{1,40}$/.test(name)) throw new TypeError(`${name} cannot name a collection or an index`);
  const twice = uniqueNames.find((name) => (indexNames as string[]).includes(name));
  if (twice !== undefined) throw new TypeError(`${spec.name}: two indexes are called ${twice}`);
  return { name: spec.name, spec, indexNames, uniqueNames };
}

/** The key, or the beginning of one, as the collection keeps it. */
export function canonicalKey<R, I extends string, U extends string>(
  { spec }: Collection<R, I, U>,
  key: Key,
): Key {
  const { canonical } = spec;
  if (!canonical) return key;
  return key.map((component, at) => canonical[at]?.(component) ?? component);
}
