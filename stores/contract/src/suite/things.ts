import type { TestContext } from "node:test";
import { collection } from "../collection.ts";
import type { Key } from "../key.ts";
import type { ReadTx, Store } from "../store.ts";

export interface SuiteOptions {
  /** How many commits `changes` must at least, and may at most, tell about. */
  keptCommits?: number;
}

/** Opens an empty store and clears away behind itself when the test ends (`t.after`). */
export type OpenStore = (t: TestContext, options?: SuiteOptions) => Promise<Store>;

/** A record whose key and index values a test chooses freely. */
export interface Thing {
  key: string[];
  code?: string[];
  labels?: string[][];
  note?: unknown;
}

export const things = collection({
  name: "things",
  key: (thing: Thing): Key => thing.key,
  unique: { byCode: ({ code }) => code },
  indexes: { byLabel: ({ labels }) => labels ?? [] },
});

/** Shares its beginning with `things`: a listing of one must not run into the other. */
export const thingsToo = collection({ name: "things2", key: (thing: Thing): Key => thing.key });

export interface Counter {
  name: string;
  count: number;
}

export const counters = collection({ name: "counters", key: ({ name }: Counter) => [name] });

/** Far more than any test has. */
export const everything = { limit: 100_000 };

export const keysOf = async (tx: ReadTx, prefix: Key = []): Promise<string[][]> =>
  (await tx.of(things).list(prefix, everything)).map(({ key }) => key);

export const put = (store: Store, ...records: Thing[]): Promise<void> =>
  store.write(async (tx) => {
    for (const record of records) await tx.of(things).put(record);
  });
