import { StoreUnavailable } from "@rolecall/store-contract";
import { createPinnedRows } from "./pinned-rows.ts";
import type { Far } from "./pinned-rows.ts";
import type { Dropped, RecordCache } from "./record-cache.ts";

/** More than that at once are left to whoever asks for them. */
const maxWaiting = 64;

/**
 * Fetches what a change has dropped, so that whoever asks next finds it. One after another: requests have the
 * connection, too. Only what was read since it was fetched last comes back, so a record that is often written and
 * never read costs one fetch in vain.
 */
export function createRefetcher(cache: RecordCache, far: Far): (dropped: readonly Dropped[]) => void {
  const waiting = new Map<string, Dropped>();
  let isRunning = false;

  async function refetch(question: Dropped): Promise<void> {
    const { rows } = createPinnedRows(cache, cache.revision ?? 0, far);
    if ("key" in question) await rows.get(question.collection, question.key);
    else await rows.find(question.collection, question.index, question.value);
  }

  async function run(): Promise<void> {
    isRunning = true;
    for (const [id, question] of waiting) {
      waiting.delete(id);
      try {
        await refetch(question);
      } catch (error) {
        // Else it has changed again, and waits again if it was read.
        if (error instanceof StoreUnavailable) waiting.clear();
      }
    }
    isRunning = false;
  }

  return (dropped) => {
    for (const question of dropped)
      if (waiting.size < maxWaiting) waiting.set(JSON.stringify(question), question);
    if (!isRunning) void run();
  };
}
