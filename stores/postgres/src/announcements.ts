import { setTimeout } from "node:timers/promises";
import type { Announcements } from "@rolecall/store-contract";
import type { Connection, Connector } from "./connection.ts";

/** How often the connection is tried: one whose other end went away in silence is not noticed otherwise. */
const trialMs = 15_000;

/** A lost connection is made again after this time, doubled each time that it is lost again soon. */
const firstPauseMs = 100;
const longestPauseMs = 5000;

/**
 * Each installation has a channel of its own, though several may share a database: it bears the number of the table
 * that holds their revision. `tableoid` is that number in a statement on the table.
 */
const channelOf = (tableoid: string): string => `'rolecall_' || ${tableoid}`;

/** Announces a revision at the commit of the transaction that runs it. To be returned by a statement on the state. */
export const announcement = `pg_notify(${channelOf("tableoid")}, revision::text)`;

const channelStatement = {
  name: "channel",
  text: `SELECT ${channelOf("tableoid")} AS channel FROM rolecall_state`,
};

/**
 * Hears of commits on a connection of its own, which is made again whenever it is lost. What was missed meanwhile is
 * told as `undefined` once it is there again.
 */
export function hearAnnouncements(
  connector: Connector,
  heard: (revision: number | undefined) => void,
): Announcements {
  const closing = new AbortController();
  let connection: Connection | undefined;
  let isHearing = false;

  /** Until the time has passed, `closing`, or `early` resolves. */
  const pause = (ms: number, early?: Promise<void>): Promise<unknown> =>
    Promise.race([
      setTimeout(ms, undefined, { ref: false, signal: closing.signal }).catch(() => undefined),
      ...(early ? [early] : []),
    ]);

  async function hearOnce(): Promise<void> {
    const mine = await connector.connect();
    connection = mine;
    const isOver = (): boolean => closing.signal.aborted || mine.isBroken;
    try {
      if (isOver()) return;
      const [row] = await mine.query(channelStatement);
      let lost = (): void => undefined;
      const isLost = new Promise<void>((resolve) => (lost = resolve));
      await mine.listen(String(row?.["channel"]), (payload) => heard(revisionIn(payload)), lost);
      isHearing = true;
      heard(undefined);
      while (!isOver()) {
        await pause(trialMs, isLost);
        if (!isOver()) await mine.query(channelStatement);
      }
    } finally {
      isHearing = false;
      mine.close();
    }
  }

  async function hear(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!closing.signal.aborted) {
      const startedMs = performance.now();
      // Whoever asks the store for anything hears why; here it is enough to try again.
      await hearOnce().catch(() => undefined);
      if (performance.now() - startedMs > longestPauseMs) pauseMs = firstPauseMs;
      // Nodes that lost the same server do not all come back at the same moment.
      await pause(pauseMs * (0.5 + Math.random()));
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    }
  }

  void hear();
  return {
    get isHearing() {
      return isHearing;
    },
    close() {
      closing.abort();
      connection?.close();
    },
  };
}

/** Anybody who may log in to the database can announce anything. */
function revisionIn(payload: string): number | undefined {
  const revision = Number(payload);
  return Number.isSafeInteger(revision) ? revision : undefined;
}
