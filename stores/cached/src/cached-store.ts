import { AsyncLocalStorage } from "node:async_hooks";
import { createSharedRecords, runRead, StoreClosed, StoreUnavailable } from "@rolecall/store-contract";
import type { Changes, ChangeListener, FarStore, Store } from "@rolecall/store-contract";
import { followAnnouncements } from "./announced.ts";
import { createPinnedRows } from "./pinned-rows.ts";
import type { Far } from "./pinned-rows.ts";
import { createRecordCache } from "./record-cache.ts";
import { createRefetcher } from "./refetcher.ts";
import { createVerifier, verifyOrBear } from "./verifier.ts";

export interface CachedStoreOptions {
  /** Records and index answers that are kept; 100,000 unless told. */
  maxEntries?: number;
  /** Their texts and what surrounds them, about; 64 MiB unless told. */
  maxBytes?: number;
  /**
   * How long reads of what is kept go on while the store does not answer; 30 s unless told, 0 for not at all.
   * Afterwards they fail with StoreUnavailable.
   */
  graceMs?: number;
  /**
   * How long one question serves a request (`during`); 1 s unless told. One that waits longer, for its body perhaps,
   * asks again: the client decides how long that is.
   */
  askAgainMs?: number;
  /** How often a store that nobody asks is asked for its changes, also without an announcement; 1 s unless told. */
  pollMs?: number;
}

/** Since the start, but for `entries`, `bytes`, `revision` and what follows. */
export interface CacheStatistics {
  hits: number;
  misses: number;
  /** Reads that began again because what they had read changed meanwhile. */
  torn: number;
  /** Reads that were served while the store did not answer. */
  borne: number;
  /** Commits that were announced, and reads ahead of any question that followed. */
  announced: number;
  ahead: number;
  entries: number;
  bytes: number;
  revision: number | undefined;
  /** How long ago the cache was last known to be at the store's revision; Infinity for never. */
  ageMs: number;
  /** Whether commits are heard of: what is not heard is found by asking. */
  isHearing: boolean;
}

export interface CachedStore extends Store {
  onChange(listener: ChangeListener): () => void;
  statistics(): CacheStatistics;
}

/** One request: until when its reads need not ask any more how new the cache is. */
interface Work {
  checkedUntilMs: number;
  /** Of its own. A question that was asked before one ended need not know it. */
  writes: number;
}

/**
 * Keeps records before a store whose every read is a journey. A read first asks for the store's revision and what
 * has changed, once for all who ask at the same time and once a request (`during`) that does not take long; what has not changed is not
 * fetched again. So a read sees every commit that was answered before it, on whichever node, as without a cache.
 *
 * INVARIANT: what is announced only makes the cache ask earlier. No read goes without its own question because of it.
 */
export function createCachedStore(store: FarStore, options: CachedStoreOptions = {}): CachedStore {
  const { maxEntries = 100_000, maxBytes = 64 << 20, graceMs = 30_000 } = options;
  const { askAgainMs = 1000, pollMs = 1000 } = options;
  const cache = createRecordCache({ maxEntries, maxBytes });
  const works = new AsyncLocalStorage<Work>();
  const counts = { hits: 0, misses: 0, torn: 0, borne: 0, ahead: 0 };
  const running = new Set<Promise<unknown>>();
  const listeners = new Set<ChangeListener>();
  const shared = createSharedRecords();
  let closing: Promise<void> | undefined;

  const far: Far = {
    rows: store.rows,
    loading: new Map(),
    onHit: () => void counts.hits++,
    onMiss: () => void counts.misses++,
    isAsked: true,
    async catchUp(revision) {
      await verifier.verify();
      // Only a store that was put back to an earlier state does that.
      if ((cache.revision ?? 0) < revision)
        throw new StoreUnavailable("The store went back in time.", "Try again.");
    },
  };

  const refetch = createRefetcher(cache, {
    ...far,
    onHit: () => undefined,
    onMiss: () => void counts.ahead++,
    isAsked: false,
  });
  const verifier = createVerifier(store, cache, (changes, dropped) => {
    refetch(dropped);
    const changed = collectionsOf(changes);
    for (const listener of listeners) listener(changed);
  });

  async function checked(): Promise<void> {
    const work = works.getStore();
    if (work && performance.now() < work.checkedUntilMs) return;
    const before = verifier.ageMs;
    const writes = work?.writes;
    await verifyOrBear(verifier, graceMs);
    if (verifier.ageMs > before) counts.borne++;
    if (work && work.writes === writes) work.checkedUntilMs = performance.now() + askAgainMs;
  }

  const read: Store["read"] = async (fn) => {
    await checked();
    const pinned = createPinnedRows(cache, cache.revision ?? 0, far);
    try {
      const result = await runRead(pinned.rows, fn, shared);
      // It may have caught the error that told it.
      if (!pinned.isTorn) return result;
    } catch (error) {
      if (!pinned.isTorn) throw error;
    }
    counts.torn++;
    return store.read(fn);
  };

  /** Rejects instead of throwing; `close` waits for it. */
  async function whileOpen<T>(run: () => Promise<T>): Promise<T> {
    if (closing) throw new StoreClosed();
    const mine = run();
    const ended: Promise<unknown> = mine.catch(() => undefined).finally(() => running.delete(ended));
    running.add(ended);
    return mine;
  }

  const catchUp = (): void => void verifier.verify().catch(() => undefined);
  const timer = setInterval(catchUp, pollMs);
  timer.unref();
  const announced = followAnnouncements(store, () => cache.revision, catchUp);

  return {
    read: (fn) => whileOpen(() => read(fn)),
    write: (fn) =>
      whileOpen(async () => {
        const work = works.getStore();
        try {
          return await store.write(fn);
        } finally {
          // What it reads next must have its own write.
          if (work) {
            work.writes++;
            work.checkedUntilMs = -Infinity;
          }
        }
      }),
    during: (fn) => works.run({ checkedUntilMs: -Infinity, writes: 0 }, fn),
    revision: () => whileOpen(() => store.revision()),
    changes: (after, limit) => whileOpen(() => store.changes(after, limit)),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    statistics: () => ({
      ...counts,
      announced: announced.count,
      entries: cache.entries,
      bytes: cache.bytes,
      revision: cache.revision,
      ageMs: verifier.ageMs,
      isHearing: announced.isHearing,
    }),
    close() {
      closing ??= (async () => {
        clearInterval(timer);
        announced.close();
        await Promise.all(running);
        await store.close();
      })();
      return closing;
    },
  };
}

/** All of them when it cannot be told which. */
function collectionsOf({ complete, changes }: Changes): { has(collection: string): boolean } {
  return complete ? new Set(changes.map(({ collection }) => collection)) : { has: () => true };
}
