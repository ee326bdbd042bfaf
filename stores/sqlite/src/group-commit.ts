import { channel } from "node:diagnostics_channel";
import { setImmediate, setTimeout } from "node:timers/promises";
import { runWrite } from "@rolecall/store-contract";
import type { WriteTx } from "@rolecall/store-contract";
import { readState, recordChanges, writeState } from "./change-log.ts";
import { checkVersion, versionOf } from "./check-file.ts";
import type { Database } from "./database.ts";
import { databaseRows } from "./database-rows.ts";
import { isLocked } from "./sqlite-error.ts";

/** A group ends at this many transactions or this much time, so that its first need not wait long for its last. */
const maxGroupSize = 256;
const maxGroupMs = 50;

/** A group begins when so many turns of the event loop have brought no further transaction. */
const quietTurns = 3;
/** So many groups back is looked for how many transactions may come at once. */
const rememberedGroups = 4;
/** The longest that a group waits for those, at most half of what the commit before took. */
const maxGatherMs = 5;

/** How long a group waits for another process's group. */
const maxLockWaitMs = 10_000;

/**
 * Told of each commit before the disk is: what a subscriber does meanwhile, the commit takes longer.
 * @see https://nodejs.org/docs/latest-v20.x/api/diagnostics_channel.html
 */
const commits = channel("rolecall:sqlite:commit");

/**
 * Lets the processes that write one file write in turn. It only saves them waiting: SQLite's lock is what keeps them
 * apart, from others, too, that take no turns.
 */
export interface WriteTurns {
  /** Resolves when it is this process's turn, or when it has waited for long enough. */
  begin(): Promise<void>;
  /** After each group. */
  end(): void;
}

export interface WriteQueue {
  write<T>(fn: (tx: WriteTx) => Promise<T>): Promise<T>;
  /** When all writes have ended. */
  drained(): Promise<void>;
}

interface Job {
  /** Runs the transaction; keeps its outcome for `settle`. @returns the touched records */
  run(): ReturnType<typeof runWrite>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Transactions run one after another, each in a savepoint, and all that wait share one commit: writing to the disk
 * costs a thousand times what a transaction does. Nobody is answered, not even with an error, before the commit:
 * what a transaction saw may be the work of one before it in the group.
 */
export function createWriteQueue(
  database: Database,
  path: string,
  keptCommits: number,
  turns?: WriteTurns,
): WriteQueue {
  const rows = databaseRows(database, path);
  const queue: Job[] = [];
  let draining: Promise<void> = Promise.resolve();
  let isDraining = false;
  /** Members of the latest groups, and how long the last commit took: it kept the whole process waiting. */
  let sizes: number[] = [];
  let lastCommitMs = 0;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      await gather();
      await runGroup();
    }
    isDraining = false;
  }

  /**
   * Whoever was answered by the last group soon writes again, and joins this one instead of waiting for the commit
   * after. A lone writer, who never had company, is not kept waiting for any.
   */
  async function gather(): Promise<void> {
    const expected = Math.max(1, ...sizes);
    const endMs = performance.now() + Math.min(maxGatherMs, lastCommitMs / 2);
    let seen = queue.length;
    for (let quiet = 0; quiet < quietTurns || (seen < expected && performance.now() < endMs); quiet++) {
      await setImmediate();
      if (queue.length > seen) quiet = 0;
      seen = queue.length;
    }
  }

  async function runGroup(): Promise<void> {
    const done: (() => void)[] = [];
    const members: Job[] = [];
    try {
      await turns?.begin();
      await begin(database);
      // A newer server may have migrated the file while this one was running.
      checkVersion(path, versionOf(database));
      const state = readState(database);
      const first = state.revision;
      const endMs = performance.now() + maxGroupMs;
      while (members.length < maxGroupSize && (members.length === 0 || performance.now() < endMs)) {
        const job = queue.shift();
        if (!job) break;
        members.push(job);
        database.run("SAVEPOINT transaction_of_group");
        try {
          const { result, touched } = await job.run();
          if (touched.length > 0) recordChanges(database, ++state.revision, touched);
          done.push(() => job.resolve(result));
        } catch (error) {
          // A full or failing disk may have undone the whole group.
          if (!database.isInTransaction) throw error;
          database.run("ROLLBACK TO transaction_of_group");
          done.push(() => job.reject(error));
        }
        database.run("RELEASE transaction_of_group");
      }
      sizes = [members.length, ...sizes.slice(0, rememberedGroups - 1)];
      if (state.revision > first) {
        writeState(database, state, keptCommits);
        const startMs = performance.now();
        if (commits.hasSubscribers) commits.publish({ path, transactions: members.length });
        database.run("COMMIT");
        lastCommitMs = performance.now() - startMs;
      } else database.run("ROLLBACK");
    } catch (error) {
      undo(database);
      // Without a member the group never began: those who wait learn why.
      for (const job of members.length > 0 ? members : queue.splice(0)) job.reject(error);
      return;
    } finally {
      turns?.end();
    }
    // See `createKeptAnswers`.
    await nextTick();
    for (const settle of done) settle();
  }

  return {
    write: <T>(fn: (tx: WriteTx) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        queue.push({
          run: () => runWrite(rows, fn),
          resolve: (result) => resolve(result as T),
          reject,
        });
        if (isDraining) return;
        isDraining = true;
        draining = drain();
      }),
    drained: () => draining,
  };
}

const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** Where even this fails, the next BEGIN reports it to those it concerns. */
function undo(database: Database): void {
  try {
    if (database.isInTransaction) database.run("ROLLBACK");
  } catch {
    // The cause has been reported already.
  }
}

/** Takes the lock of the one writer. Waits without blocking the process. @throws StoreUnavailable */
async function begin(database: Database): Promise<void> {
  const endMs = performance.now() + maxLockWaitMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, 20)) {
    try {
      return database.run("BEGIN IMMEDIATE");
    } catch (error) {
      if (!isLocked(error) || performance.now() > endMs) throw error;
      await setTimeout(pauseMs);
    }
  }
}
