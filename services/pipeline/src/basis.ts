import type { ReadTx, Store } from "@rolecall/store-contract";

/** What a decision was made on is not so any more when it is acted on. The road decides again. */
export class OutdatedDecision extends Error {
  override name = "OutdatedDecision";
}

/**
 * What a decision rests on beyond the caller and his policies: the path, tags or trust policy that a record had.
 * Between the decision and the act others may change it, or put something else under the same name.
 */
export class Basis {
  readonly #all: ((tx: ReadTx) => Promise<boolean>)[] = [];

  /** @param holds  whether it is still so in this snapshot */
  add(holds: (tx: ReadTx) => Promise<boolean>): void {
    this.#all.push(holds);
  }

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  async isUnchanged(tx: ReadTx): Promise<boolean> {
    for (const holds of this.#all) if (!(await holds(tx))) return false;
    return true;
  }
}

/**
 * The store as an operation has it that was allowed: it looks, in the same snapshot or transaction, whether what it was
 * allowed on is still so. After its own first write it finds what that has made of it.
 *
 * @param isStillAllowed  decides anew, in that transaction
 */
export function storeOver(
  store: Store,
  basis: Basis,
  isStillAllowed: (tx: ReadTx) => Promise<boolean>,
): Store {
  let hasWritten = false;
  const required = async (tx: ReadTx): Promise<void> => {
    if (!(await basis.isUnchanged(tx)) && !(await isStillAllowed(tx))) throw new OutdatedDecision();
  };
  return {
    ...store,
    read: (fn) =>
      hasWritten || basis.isEmpty
        ? store.read(fn)
        : store.read(async (tx) => {
            await required(tx);
            return fn(tx);
          }),
    async write(fn) {
      if (hasWritten) return store.write(fn);
      const result = await store.write(async (tx) => {
        await required(tx);
        return fn(tx);
      });
      hasWritten = true;
      return result;
    },
  };
}

/** The store as a decision has it that is made within a transaction: what it reads is the transaction's. */
export const storeWithin = (store: Store, tx: ReadTx): Store => ({
  ...store,
  read: (fn) => fn(tx),
  write: () => Promise.reject(new OutdatedDecision()),
});
