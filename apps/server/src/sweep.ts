import { orderedTime } from "@rolecall/store-contract";
import type { Store } from "@rolecall/store-contract";

const intervalMs = 10 * 60_000;
const batch = 500;

/** Deletes decision records that have expired. Returns how many went. */
export async function sweepOnce(store: Store, nowMs: number): Promise<number> {
  return store.write(async (tx) => {
    const oldest = await tx.decisions.listBy("byExpiry", [], { limit: batch });
    const expired = oldest.filter(({ record }) => orderedTime(record.expiresAtMs) <= orderedTime(nowMs));
    for (const { record } of expired) await tx.decisions.delete(record.id);
    return expired.length;
  });
}

/** Sweeps from time to time until the returned function is called. */
export function sweepDecisions(
  store: Store,
  now: () => number,
  onFailure: (error: unknown) => void,
): () => void {
  const run = async (): Promise<void> => {
    while ((await sweepOnce(store, now())) === batch);
  };
  const timer = setInterval(() => void run().catch(onFailure), intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
