import { createSharedRecords, runRead, runWrite, StoreClosed } from "@rolecall/store-contract";
import type { Awaitable, FarStore, ReadRows, Stamped } from "@rolecall/store-contract";
import { createChangeLog } from "./change-log.ts";
import { rowsOf } from "./state-rows.ts";
import type { State } from "./state-rows.ts";

export interface MemoryStoreOptions {
  /** How many commits `changes` can tell about; 10,000 unless told. */
  keptCommits?: number;
}

/** The store, and for whoever keeps what was read its reads one by one, and what commits announce. */
export type MemoryStore = FarStore & Required<Pick<FarStore, "hear">>;

/** A store that lives as long as the process: for tests. Nothing of it is durable. */
export function createMemoryStore({ keptCommits = 10_000 }: MemoryStoreOptions = {}): MemoryStore {
  let committed: State = { rows: undefined, entries: undefined };
  let isClosed = false;
  /** Ends when every write that was asked for has ended. */
  let lastWrite: Promise<unknown> = Promise.resolve();
  const reads = new Set<Promise<unknown>>();
  const hearers = new Set<(revision: number) => void>();
  const log = createChangeLog(keptCommits);
  const shared = createSharedRecords();

  /** Runs at once or rejects: no method throws. */
  async function whileOpen<T>(run: () => T | Promise<T>): Promise<T> {
    if (isClosed) throw new StoreClosed();
    return run();
  }

  const stamped = <T>(read: (rows: ReadRows) => Awaitable<T>): Promise<Stamped<T>> =>
    whileOpen(async () => {
      const { revision } = log;
      return { value: await read(rowsOf(committed)), revision };
    });

  return {
    rows: {
      get: (...asked) => stamped((rows) => rows.get(...asked)),
      scan: (...asked) => stamped((rows) => rows.scan(...asked)),
      count: (...asked) => stamped((rows) => rows.count(...asked)),
      find: (...asked) => stamped((rows) => rows.find(...asked)),
      scanIndex: (...asked) => stamped((rows) => rows.scanIndex(...asked)),
      countIndex: (...asked) => stamped((rows) => rows.countIndex(...asked)),
    },
    read: (fn) =>
      whileOpen(() => {
        const read = runRead(rowsOf(committed), fn, shared);
        const ended: Promise<unknown> = read.catch(() => undefined).finally(() => reads.delete(ended));
        reads.add(ended);
        return read;
      }),
    write: (fn) =>
      whileOpen(() => {
        const write = lastWrite.then(async () => {
          const draft = { ...committed };
          const { result, touched } = await runWrite(rowsOf(draft), fn);
          if (touched.length > 0) {
            committed = draft;
            log.append(touched);
            for (const heard of hearers) heard(log.revision);
          }
          return result;
        });
        lastWrite = write.catch(() => undefined);
        return write;
      }),
    revision: () => whileOpen(() => log.revision),
    changes: (after, limit) => whileOpen(() => log.since(after, limit)),
    hear(heard) {
      hearers.add(heard);
      return { isHearing: true, close: () => void hearers.delete(heard) };
    },
    async close() {
      isClosed = true;
      await lastWrite;
      await Promise.all(reads);
    },
  };
}
