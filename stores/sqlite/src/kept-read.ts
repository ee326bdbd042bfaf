import { runRead, StoreError } from "@rolecall/store-contract";
import type { ReadRows, ReadTx } from "@rolecall/store-contract";
import type { Answer, KeptAnswers } from "./kept-answers.ts";
import { questionOf } from "./kept-answers.ts";

/** A snapshot that is open. */
export interface Snapshot {
  rows: ReadRows;
  end(): void;
}

/**
 * Runs a reader on the file as it stands now. What was read before of the same state is not read again, and a reader
 * who finds all he asks for opens no snapshot.
 *
 * Readers are mostly many at a time, after a commit, and ask the same. So what one is missing he reads in the same step,
 * where a connection is free, and the next one finds it.
 *
 * INVARIANT: a snapshot is used with kept answers only if the file is unchanged since those were begun, looked at after
 * the snapshot was fixed: then both are of one state. Else the reader begins again, on a snapshot alone.
 */
export async function readKept<T>(
  kept: KeptAnswers,
  open: () => Snapshot | Promise<Snapshot>,
  fn: (tx: ReadTx) => Promise<T>,
): Promise<T> {
  const answers = await kept.next();
  let opening: Snapshot | Promise<Snapshot> | undefined;
  let isTorn = false;
  let isOver = false;

  function snapshotNow(): Snapshot | Promise<Snapshot> {
    opening ??= after(open(), (snapshot) => {
      isTorn = !kept.areCurrent(answers);
      return snapshot;
    });
    return opening;
  }

  /** A reader may end while something in it still waits for the snapshot, which is another's by the time it comes. */
  const read = <A>(use: (rows: ReadRows) => A | Promise<A>): A | Promise<A> =>
    after(snapshotNow(), ({ rows }) => {
      if (isOver) throw new StoreError("the transaction is over: something in it was not awaited");
      if (isTorn) throw new StoreError("the file has changed meanwhile");
      return use(rows);
    });

  const ask = <A extends Answer>(question: string, use: (rows: ReadRows) => A | Promise<A>): A | Promise<A> =>
    after(read(use), (answer) => {
      answers.keep(question, answer);
      return answer;
    });

  /** What stands under a question is what the same kind of question gave. */
  function answered<A extends Answer>(
    question: string,
    use: (rows: ReadRows) => A | Promise<A>,
  ): A | Promise<A> {
    const found = answers.get(question);
    return found ? (found.answer as A) : ask(question, use);
  }

  const rows: ReadRows = {
    get: (collection, key) =>
      answered(questionOf("get", collection, key), (from) => from.get(collection, key)),
    find: (collection, index, value) =>
      answered(questionOf("find", collection, index, value), (from) => from.find(collection, index, value)),
    scan: (collection, range, limit) =>
      answered(questionOf("scan", collection, range.from, range.to, limit), (from) =>
        from.scan(collection, range, limit),
      ),
    count: async (...asked) => read((rows) => rows.count(...asked)),
    scanIndex: async (...asked) => read((rows) => rows.scanIndex(...asked)),
    countIndex: async (...asked) => read((rows) => rows.countIndex(...asked)),
  };

  try {
    const result = await runRead(rows, fn, kept.records);
    // It may have caught the error that told it.
    if (!isTorn) return result;
  } catch (error) {
    if (!isTorn) throw error;
  } finally {
    isOver = true;
    if (opening instanceof Promise)
      await opening.then(
        (snapshot) => snapshot.end(),
        () => undefined,
      );
    else opening?.end();
  }
  const alone = await open();
  try {
    return await runRead(alone.rows, fn, kept.records);
  } finally {
    alone.end();
  }
}

/** At once, where there is nothing to wait for. */
function after<A, B>(value: A | Promise<A>, use: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(use) : use(value);
}
