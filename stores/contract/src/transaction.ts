import { collections } from "./collections.ts";
import type { Collection } from "./collection.ts";
import { StoreConflict, StoreError } from "./errors.ts";
import type { KeyText } from "./key.ts";
import { RowReader } from "./reader.ts";
import type { Life } from "./reader.ts";
import type { ReadRows, WriteRows } from "./rows.ts";
import type { SharedRecords } from "./shared-records.ts";
import type { ReadTx, WriteTx } from "./store.ts";
import { RowWriter } from "./writer.ts";
import type { WriteState } from "./writer.ts";

/** A record that a transaction touched. */
export interface TouchedKey {
  collection: string;
  key: KeyText;
}

/** Runs `fn` on a snapshot; the transaction ends with it. */
export async function runRead<T>(
  rows: ReadRows,
  fn: (tx: ReadTx) => Promise<T>,
  shared: SharedRecords,
): Promise<T> {
  const life: Life = { isOver: false };
  const tx = new Transaction((collection) => new RowReader(collection, rows, life, shared));
  try {
    return await fn(tx as unknown as ReadTx);
  } finally {
    life.isOver = true;
  }
}

/**
 * Runs `fn` on rows that the keeper keeps or undoes afterwards: keeps when this resolves, undoes when it rejects.
 * @returns what `fn` gave, and each record it changed, once
 */
export async function runWrite<T>(
  rows: WriteRows,
  fn: (tx: WriteTx) => Promise<T>,
): Promise<{ result: T; touched: TouchedKey[] }> {
  const touched = new Map<string, TouchedKey>();
  let running = 0;
  /** A write that failed half done. The function may have caught it, but the rows are not to be kept. */
  let broken: { error: unknown } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  async function step<W>(write: () => Promise<W>): Promise<W> {
    try {
      if (broken) throw broken.error;
      return await write();
    } catch (error) {
      // A conflict is found before the first row is written.
      if (!(error instanceof StoreConflict)) broken ??= { error };
      throw error;
    } finally {
      running--;
    }
  }
  const state: WriteState = {
    isOver: false,
    inOrder(write) {
      const mine = running++ === 0 ? step(write) : last.then(() => step(write));
      last = mine.catch(() => undefined);
      return mine;
    },
    changed(collection, key) {
      touched.set(`${collection}\u0000${key}`, { collection, key });
    },
  };
  const tx = new Transaction((collection) => new RowWriter(collection, rows, state));
  try {
    const result = await fn(tx as unknown as WriteTx);
    if (running > 0) throw new StoreError("a write was not awaited by its transaction");
    await last;
    if (broken) throw broken.error;
    return { result, touched: [...touched.values()] };
  } finally {
    state.isOver = true;
    // The keeper must not undo while a write still runs.
    await last;
  }
}

type Open = <R, I extends string, U extends string>(collection: Collection<R, I, U>) => unknown;

/** `of`, and a property per declared collection. */
class Transaction {
  readonly of: Open;

  constructor(of: Open) {
    this.of = of;
  }
}

for (const [name, collection] of Object.entries(collections))
  Object.defineProperty(Transaction.prototype, name, {
    get(this: Transaction) {
      return this.of(collection as Collection<unknown, string, string>);
    },
  });
