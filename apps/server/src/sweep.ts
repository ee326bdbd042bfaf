import { orderedTime } from "@rolecall/store-contract";
import type { Store } from "@rolecall/store-contract";

const intervalMs = 10 * 60_000;
const batch = 500;

/** Deletes decision records and revocations that have expired, up to a bound of each. Returns how many went. */
export async function sweepOnce(store: Store, nowMs: number): Promise<number> {
  const isOver = ({ record }: { record: { expiresAtMs: number } }): boolean =>
    orderedTime(record.expiresAtMs) <= orderedTime(nowMs);
  return store.write(async (tx) => {
    const decisions = (await tx.decisions.listBy("byExpiry", [], { limit: batch })).filter(isOver);
    for (const { record } of decisions) await tx.decisions.delete(record.id);
    // A revocation that has expired could end no session that is not over by itself.
    const revocations = (await tx.revocations.listBy("byExpiry", [], { limit: batch })).filter(isOver);
    for (const { record } of revocations) await tx.revocations.delete(record.scope, record.value);
    return Math.max(decisions.length, revocations.length);
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
