import { setImmediate, setTimeout } from "node:timers/promises";
import { StoreOutcomeUnknown } from "@rolecall/store-contract";
import type { WriteTx } from "@rolecall/store-contract";
import type { Connection, Connector } from "./connection.ts";
import { beginGroup } from "./group.ts";
import type { Group } from "./group.ts";
import { isConnectionLost, isTransient, toStoreError } from "./postgres-error.ts";

/** A group ends at this many transactions or this much time: while it lasts, no other node can write. */
const maxGroupSize = 256;
const maxGroupMs = 50;

/** How often a transaction runs at most, when connections break or servers restart. */
const maxAttempts = 3;
const pauseMs = 50;

/** How long it may take to find out whether a commit was kept whose answer was lost. */
const outcomeMs = 5000;

export interface WriteQueue {
  write<T>(fn: (tx: WriteTx) => Promise<T>): Promise<T>;
  /** When all writes have ended. */
  close(): Promise<void>;
}

interface Job {
  /** Runs the transaction; keeps its outcome for `settle`. */
  run(group: Group): Promise<void>;
  settle(): void;
  reject(error: unknown): void;
  attempts: number;
  /** It has been in a group that a statement spoilt: it runs by itself, so that the culprit fails alone. */
  isAlone: boolean;
}

/**
 * Transactions of this node run one after another, and all that wait share one commit. Nobody is answered, not even
 * with an error, before the commit: what a transaction saw may be the work of one before it in the group.
 */
export function createWriteQueue(connector: Connector, keptCommits: number): WriteQueue {
  const { place } = connector;
  const queue: Job[] = [];
  let draining: Promise<void> = Promise.resolve();
  let isDraining = false;
  let connection: Connection | undefined;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      // Whoever was answered by the last group, or came in the same turn, joins the next.
      await setImmediate();
      await runGroup();
    }
    isDraining = false;
  }

  async function runGroup(): Promise<void> {
    const members: Job[] = [];
    let group: Group | undefined;
    let isCommitting = false;
    try {
      const opened = await openConnection();
      group = await beginGroup(opened, place, keptCommits);
      const endMs = performance.now() + maxGroupMs;
      while (members.length < maxGroupSize && (members.length === 0 || performance.now() < endMs)) {
        if (members.length > 0 && (members[0]?.isAlone || queue[0]?.isAlone)) break;
        const job = queue.shift();
        if (!job) break;
        members.push(job);
        await job.run(group);
        if (group.failure) throw group.failure.error;
      }
      isCommitting = true;
      await group.commit();
    } catch (error) {
      if (isCommitting && group && isConnectionLost(error)) await settleByOutcome(group, members, error);
      else await undo(members, error);
      return;
    }
    for (const job of members) job.settle();
  }

  async function openConnection(): Promise<Connection> {
    if (!connection || connection.isBroken) connection = await connector.connect();
    return connection;
  }

  /** Nothing was kept. Who may succeed later runs again; the others learn why. */
  async function undo(members: Job[], error: unknown): Promise<void> {
    if (connection && !connection.isBroken) await connection.run("ROLLBACK").catch(() => connection?.close());
    const transient = isTransient(rootCause(error));
    const failed = members.length > 0 ? members : queue.splice(0);
    const again: Job[] = [];
    for (const job of failed) {
      job.attempts++;
      if (transient ? job.attempts < maxAttempts : failed.length > 1 && members.length > 0) {
        job.isAlone ||= !transient;
        again.push(job);
      } else job.reject(toStoreError(error, place));
    }
    queue.unshift(...again);
    // Nodes that lost the same server do not all come back at the same moment.
    if (transient && again.length > 0)
      await setTimeout(pauseMs * (0.5 + Math.random()) * (again[0]?.attempts ?? 1));
  }

  /** The answer to COMMIT was lost, not necessarily the commit: PostgreSQL is asked about it. */
  async function settleByOutcome(group: Group, members: Job[], error: unknown): Promise<void> {
    const outcome = await outcomeOf(group.transactionId);
    if (outcome === "committed") for (const job of members) job.settle();
    else if (outcome === "aborted") await undo(members, error);
    else
      for (const job of members)
        job.reject(
          new StoreOutcomeUnknown(
            `${place}: the connection was lost during a commit; it is not known whether the change was kept.`,
            "Look whether it was before you try again.",
            error,
          ),
        );
  }

  async function outcomeOf(transactionId: string): Promise<unknown> {
    const endMs = performance.now() + outcomeMs;
    for (;;) {
      try {
        const opened = await openConnection();
        const [row] = await opened.query(
          { name: "outcome", text: "SELECT pg_xact_status($1::xid8) AS outcome" },
          transactionId,
        );
        if (row?.["outcome"] !== "in progress") return row?.["outcome"];
      } catch (error) {
        if (!isConnectionLost(rootCause(error))) return undefined;
      }
      if (performance.now() > endMs) return undefined;
      await setTimeout(pauseMs * (0.5 + Math.random()));
    }
  }

  return {
    write: <T>(fn: (tx: WriteTx) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        let settle = (): void => undefined;
        queue.push({
          async run(group) {
            try {
              const result = await group.run(fn);
              settle = () => resolve(result);
            } catch (error) {
              settle = () => reject(toStoreError(error, place));
            }
          },
          settle: () => settle(),
          reject,
          attempts: 0,
          isAlone: false,
        });
        if (isDraining) return;
        isDraining = true;
        draining = drain();
      }),
    async close() {
      await draining;
      connection?.close();
    },
  };
}

/** What a store error was made from. */
const rootCause = (error: unknown): unknown =>
  error instanceof Error && error.name.startsWith("Store") && error.cause !== undefined ? error.cause : error;
