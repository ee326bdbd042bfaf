import { StoreUnavailable } from "@rolecall/store-contract";
import type { Changes, Store } from "@rolecall/store-contract";
import type { Dropped, RecordCache } from "./record-cache.ts";

/** Changes that are asked for at once. A commit with more empties the cache. */
const maxChanges = 2000;

/** Keeps the cache at the store's revision. */
export interface Verifier {
  /**
   * Resolves when the cache has every commit that was answered before this call. Calls that come while the store is
   * being asked share the next question: an answer that is under way may be older than they are.
   */
  verify(): Promise<void>;
  /** Since the last time that the cache was known to be at the store's revision. */
  readonly ageMs: number;
}

/** @param onChanges  told of what has changed, and of what the cache has dropped for it */
export function createVerifier(
  store: Store,
  cache: RecordCache,
  onChanges: (changes: Changes, dropped: readonly Dropped[]) => void,
): Verifier {
  let running: Promise<void> | undefined;
  let next: { answer: Promise<void>; begin: () => void } | undefined;
  let verifiedAtMs = -Infinity;

  async function ask(): Promise<void> {
    const startedAtMs = performance.now();
    if (cache.revision === undefined) cache.start(await store.revision());
    let latest: number | undefined;
    do {
      const changes = await store.changes(cache.revision ?? 0, maxChanges);
      latest ??= changes.latest;
      const dropped = cache.apply(changes);
      if (changes.changes.length > 0 || !changes.complete) onChanges(changes, dropped);
    } while ((cache.revision ?? 0) < latest);
    verifiedAtMs = startedAtMs;
  }

  /** One question at a time: two answers at once could move the cache back. */
  function start(): Promise<void> {
    running = ask().finally(() => {
      running = undefined;
      const following = next;
      next = undefined;
      following?.begin();
    });
    return running;
  }

  function following(): Promise<void> {
    if (next) return next.answer;
    let begin = (): void => undefined;
    const answer = new Promise<void>((resolve) => (begin = () => resolve(start())));
    next = { answer, begin };
    return answer;
  }

  return {
    verify: () => (running ? following() : start()),
    get ageMs() {
      return performance.now() - verifiedAtMs;
    },
  };
}

/** @throws StoreUnavailable when the store does not answer, and has not for longer than the grace */
export async function verifyOrBear(verifier: Verifier, graceMs: number): Promise<void> {
  try {
    await verifier.verify();
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || verifier.ageMs > graceMs) throw error;
  }
}
