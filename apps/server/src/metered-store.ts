import { StoreUnavailable } from "@rolecall/store-contract";
import type { Store } from "@rolecall/store-contract";

export type TransactionKind = "read" | "write";
export type TransactionOutcome = "ok" | "undone" | "unavailable";

/** Is told of each transaction: `undone` when what ran in it threw. */
export type StoreObserver = (kind: TransactionKind, outcome: TransactionOutcome, durationMs: number) => void;

/** The same store, with its transactions counted. @param elapsedMs a clock for durations */
export function meteredStore(store: Store, observe: StoreObserver, elapsedMs: () => number): Store {
  /** Looks on: who runs the transaction waits for the store's own promise, not for another one around it. */
  function metered<T>(kind: TransactionKind, startedMs: number, running: Promise<T>): Promise<T> {
    running.then(
      () => observe(kind, "ok", elapsedMs() - startedMs),
      (error: unknown) =>
        observe(kind, error instanceof StoreUnavailable ? "unavailable" : "undone", elapsedMs() - startedMs),
    );
    return running;
  }
  const { during } = store;
  return {
    ...(during && { during }),
    read: (fn) => metered("read", elapsedMs(), store.read(fn)),
    write: (fn) => metered("write", elapsedMs(), store.write(fn)),
    revision: () => store.revision(),
    changes: (after, limit) => store.changes(after, limit),
    close: () => store.close(),
  };
}
