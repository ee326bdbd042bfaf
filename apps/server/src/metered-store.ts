import { StoreUnavailable } from "@rolecall/store-contract";
import type { Store } from "@rolecall/store-contract";

/** Is told of each transaction: `undone` when what ran in it threw. */
export type StoreObserver = (
  kind: "read" | "write",
  outcome: "ok" | "undone" | "unavailable",
  durationMs: number,
) => void;

/** The same store, with its transactions counted. @param elapsedMs a clock for durations */
export function meteredStore(store: Store, observe: StoreObserver, elapsedMs: () => number): Store {
  async function metered<T>(kind: "read" | "write", run: () => Promise<T>): Promise<T> {
    const startedMs = elapsedMs();
    try {
      const result = await run();
      observe(kind, "ok", elapsedMs() - startedMs);
      return result;
    } catch (error) {
      observe(kind, error instanceof StoreUnavailable ? "unavailable" : "undone", elapsedMs() - startedMs);
      throw error;
    }
  }
  const { during } = store;
  return {
    ...(during && { during }),
    read: (fn) => metered("read", () => store.read(fn)),
    write: (fn) => metered("write", () => store.write(fn)),
    revision: () => store.revision(),
    changes: (after, limit) => store.changes(after, limit),
    close: () => store.close(),
  };
}
