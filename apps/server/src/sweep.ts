import { tokenKeyPurpose } from "@rolecall/access";
import { orderedTime } from "@rolecall/store-contract";
import type { Store } from "@rolecall/store-contract";

const intervalMs = 10 * 60_000;
const batch = 500;

/** Last accessed information is kept as long as AWS keeps its own. */
const usageLifetimeMs = 400 * 24 * 60 * 60_000;

/** Deletes what has expired, up to a bound of each kind. Returns how many of one kind went at most. */
export async function sweepOnce(store: Store, nowMs: number): Promise<number> {
  const isOver = ({ record }: { record: { expiresAtMs: number } }): boolean =>
    orderedTime(record.expiresAtMs) <= orderedTime(nowMs);
  return store.write(async (tx) => {
    const decisions = (await tx.decisions.listBy("byExpiry", [], { limit: batch })).filter(isOver);
    for (const { record } of decisions) await tx.decisions.delete(record.id);
    // A revocation that has expired could end no session that is not over by itself.
    const revocations = (await tx.revocations.listBy("byExpiry", [], { limit: batch })).filter(isOver);
    for (const { record } of revocations) await tx.revocations.delete(record.scope, record.value);
    const reports = (await tx.accessReports.listBy("byExpiry", [], { limit: batch })).filter(isOver);
    for (const { record } of reports) await tx.accessReports.delete(record.jobId);
    const accesses = (await tx.serviceAccesses.listBy("byTime", [], { limit: batch })).filter(
      ({ record }) => record.atMs <= nowMs - usageLifetimeMs,
    );
    for (const { record } of accesses)
      await tx.serviceAccesses.delete(record.accountId, record.entityId, record.service);
    // Token keys whose last token has expired.
    for (const { purpose, keyId, retiresAtMs } of await tx.keys.list([tokenKeyPurpose], { limit: batch }))
      if (retiresAtMs !== undefined && retiresAtMs <= nowMs) await tx.keys.delete(purpose, keyId);
    return Math.max(decisions.length, revocations.length, reports.length, accesses.length);
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
