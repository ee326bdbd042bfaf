import { canonicalKey } from "./collection.ts";
import type { Collection } from "./collection.ts";
import { StoreInvalidKey } from "./errors.ts";
import { requireKeyText } from "./key.ts";
import type { KeyText } from "./key.ts";

/** Where a record stands: its key and its index entries. */
export interface RecordEntries {
  key: KeyText;
  /** Value texts by unique index. */
  unique: Map<string, KeyText>;
  /** Value texts by index, each once. */
  indexed: Map<string, Set<KeyText>>;
}

/** @throws StoreInvalidKey */
export function entriesOf<R, I extends string, U extends string>(
  collection: Collection<R, I, U>,
  record: R,
): RecordEntries {
  const { name, spec, indexNames, uniqueNames } = collection;
  const entries: RecordEntries = {
    key: requireKeyText(`${name}: the key`, canonicalKey(collection, spec.key(record))),
    unique: new Map(),
    indexed: new Map(),
  };
  if (entries.key === "") throw new StoreInvalidKey(`${name}: the empty key cannot be a record's`);
  for (const index of uniqueNames) {
    const value = spec.unique?.[index](record);
    if (value !== undefined) entries.unique.set(index, requireKeyText(`${name}.${index}`, value));
  }
  for (const index of indexNames) {
    const values = spec.indexes?.[index](record) ?? [];
    entries.indexed.set(index, new Set(values.map((value) => requireKeyText(`${name}.${index}`, value))));
  }
  return entries;
}
