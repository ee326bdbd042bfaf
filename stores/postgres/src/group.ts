import type {
  IndexPlace,
  IndexRow,
  KeyText,
  ReadRows,
  TouchedKey,
  WriteRows,
} from "@rolecall/store-contract";
import { runWrite } from "@rolecall/store-contract";
import type { WriteTx } from "@rolecall/store-contract";
import type { Connection } from "./connection.ts";
import { createDraft, recordParameters, recordStatement, writeStatement } from "./draft.ts";
import type { Draft, LogState } from "./draft.ts";
import { checkLayout } from "./migrate.ts";
import { readRows } from "./row-statements.ts";

/** Transactions that run one after another within one of PostgreSQL's. */
export interface Group {
  /** Runs one; when it rejects nothing of it is left. */
  run<T>(fn: (tx: WriteTx) => Promise<T>): Promise<T>;
  /** A statement has failed: nothing of the group can be kept. */
  readonly failure: { error: unknown } | undefined;
  /** Commits what the members have changed. */
  commit(): Promise<void>;
  /** For `pg_xact_status`. */
  readonly transactionId: string;
}

/**
 * INVARIANT: the row of the state is locked before anything is read, and every writer on every node does so. So
 * nobody commits between a group's first read and its commit, each statement sees all commits before, and revisions
 * have the order of the commits and no gaps.
 */
const beginText = `
  BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
  SELECT layout, revision, forgotten, pg_current_xact_id()::text AS id FROM rolecall_state FOR UPDATE`;

export async function beginGroup(connection: Connection, place: string, keptCommits: number): Promise<Group> {
  const [row] = await connection.run(beginText);
  // A newer node may have migrated the database while this one was running.
  if (row) checkLayout(Number(row["layout"]), place);
  const state: LogState = { revision: Number(row?.["revision"]), forgotten: Number(row?.["forgotten"]) };
  const first = state.revision;
  const touched: (TouchedKey & { revision: number })[] = [];
  /** Of members that have ended. */
  const kept = createDraft();
  let failure: { error: unknown } | undefined;

  async function watched<T>(ask: () => Promise<T>): Promise<T> {
    if (failure) throw failure.error;
    try {
      return await ask();
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  }
  const send = (draft: Draft): Promise<unknown> =>
    watched(() => connection.query(writeStatement, ...draft.take()));
  const stored = readRows(
    (statement, ...parameters) => watched(() => connection.query(statement, ...parameters)),
    place,
  );

  return {
    transactionId: String(row?.["id"]),
    get failure() {
      return failure;
    },
    async run(fn) {
      const mine = createDraft();
      let hasSavepoint = false;
      /** Sends what has been written, so that a statement can see it. */
      const sent = inTurn(async () => {
        if (!kept.isEmpty) await send(kept);
        if (mine.isEmpty) return;
        if (!hasSavepoint) await watched(() => connection.run("SAVEPOINT member"));
        hasSavepoint = true;
        await send(mine);
      });
      try {
        const running = runWrite(draftedRows(stored, [mine, kept], sent.run), fn);
        // It may end before a read of its own has, and what that one still sends must stand after the savepoint.
        const { result, touched: keys } = await running.finally(sent.ended);
        if (keys.length > 0) {
          state.revision++;
          for (const key of keys) touched.push({ ...key, revision: state.revision });
        }
        if (hasSavepoint) await watched(() => connection.run("RELEASE SAVEPOINT member"));
        kept.absorb(mine);
        return result;
      } catch (error) {
        if (hasSavepoint && !failure)
          await watched(() => connection.run("ROLLBACK TO SAVEPOINT member; RELEASE SAVEPOINT member"));
        throw error;
      }
    },
    async commit() {
      if (state.revision === first) {
        await connection.run("ROLLBACK");
        return;
      }
      if (!kept.isEmpty) await send(kept);
      await watched(() =>
        connection.query(recordStatement, ...recordParameters(touched, state, keptCommits)),
      );
      await connection.commit();
    },
  };
}

/** One call after another. `ended` waits for those that were made, however they end. */
function inTurn(run: () => Promise<void>): { run: () => Promise<void>; ended: () => Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  return {
    run: () => (last = last.then(run)),
    ended: () => last.catch(() => undefined),
  };
}

/** The stored rows with drafts upon them, the newest first. Single rows are told from the drafts; lists need them sent. */
function draftedRows(
  stored: ReadRows,
  drafts: readonly [Draft, Draft],
  sent: () => Promise<void>,
): WriteRows {
  const [mine] = drafts;

  async function get(collection: string, key: KeyText): Promise<string | undefined> {
    for (const draft of drafts) {
      const row = draft.row(collection, key);
      if (row) return row.body;
    }
    return stored.get(collection, key);
  }

  /** Of a unique index, so that one record at most has the value. */
  async function find(collection: string, index: string, value: KeyText): Promise<IndexRow | undefined> {
    const known = new Map<KeyText, boolean>();
    for (const draft of drafts)
      for (const [key, { isPresent }] of draft.entries(collection, index, value) ?? [])
        if (!known.has(key)) known.set(key, isPresent);
    for (const [key, isPresent] of known) if (isPresent) return rowOf({ value, key });
    const asked = drafts.map((draft) => draft.taken);
    const row = await stored.find(collection, index, value);
    // What the drafts held then may have been sent after the question.
    if (drafts.some((draft, at) => draft.taken !== asked[at])) return find(collection, index, value);
    if (!row || known.get(row.key) === false) return undefined;
    return rowOf(row);

    async function rowOf(at: IndexPlace & { body?: string }): Promise<IndexRow | undefined> {
      const drafted = drafts
        .map((draft) => draft.row(collection, at.key))
        .find((found) => found !== undefined);
      const body = drafted ? drafted.body : (at.body ?? (await stored.get(collection, at.key)));
      return body === undefined ? undefined : { value: at.value, key: at.key, body };
    }
  }

  async function afterSending<T>(read: () => T | Promise<T>): Promise<T> {
    await sent();
    return read();
  }

  return {
    get,
    find,
    scan: (...asked) => afterSending(() => stored.scan(...asked)),
    count: (...asked) => afterSending(() => stored.count(...asked)),
    scanIndex: (...asked) => afterSending(() => stored.scanIndex(...asked)),
    countIndex: (...asked) => afterSending(() => stored.countIndex(...asked)),
    put: (collection, key, body) => mine.put(collection, key, body),
    remove: (collection, key) => mine.put(collection, key, undefined),
    addEntry: (collection, index, place) => mine.entry(collection, index, place, true),
    removeEntry: (collection, index, place) => mine.entry(collection, index, place, false),
  };
}
