import type { FarStore } from "@rolecall/store-contract";

/** However often others commit, the store is not asked more often than that because of it. */
const spacingMs = 10;

/** What was heard of commits, and whether anything would be. */
export interface Announced {
  readonly count: number;
  readonly isHearing: boolean;
  close(): void;
}

/**
 * Catches up when a commit is announced, so that the next request finds nothing left to do.
 *
 * @param revision  the one that was caught up to
 */
export function followAnnouncements(
  store: FarStore,
  revision: () => number | undefined,
  catchUp: () => void,
): Announced {
  let count = 0;
  let lastMs = -Infinity;
  let waiting: NodeJS.Timeout | undefined;
  /** The last one that was announced; Infinity when some were not heard. */
  let announced = 0;

  function follow(): void {
    waiting = undefined;
    // A request may have done it meanwhile.
    if (announced <= (revision() ?? 0)) return;
    announced = 0;
    lastMs = performance.now();
    catchUp();
  }

  const source = store.hear?.((heard) => {
    if (heard !== undefined) count++;
    announced = Math.max(announced, heard ?? Infinity);
    if (waiting || !(announced > (revision() ?? 0))) return;
    const waitMs = lastMs + spacingMs - performance.now();
    if (waitMs <= 0) follow();
    else waiting = setTimeout(follow, waitMs);
  });

  return {
    get count() {
      return count;
    },
    get isHearing() {
      return source?.isHearing ?? false;
    },
    close() {
      clearTimeout(waiting);
      source?.close();
    },
  };
}
