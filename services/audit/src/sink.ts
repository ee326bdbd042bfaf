import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { AuditEvent } from "./event.ts";
import { linesBackwards } from "./lines-backwards.ts";
import { newestFirst } from "./newest-first.ts";

/** Where events go. A request is answered only after `append` has resolved. */
export interface AuditSink {
  append(events: readonly AuditEvent[]): Promise<void>;
  /** Events of an account, newest first. */
  recent(accountId: string, limit: number): Promise<AuditEvent[]>;
  /** All events, newest first, from the end of the log back to about a day before `sinceMs`. */
  backwards(sinceMs: number): AsyncIterable<AuditEvent>;
  close(): Promise<void>;
}

/** Keeps the newest events in memory: for tests. */
export function memoryAuditSink(): AuditSink & { readonly events: AuditEvent[] } {
  const events: AuditEvent[] = [];
  return {
    events,
    async append(added) {
      events.push(...added);
    },
    async recent(accountId, limit) {
      return events
        .filter((event) => event.recipientAccountId === accountId)
        .slice(-limit)
        .toReversed();
    },
    async *backwards() {
      yield* events.toReversed();
    },
    async close() {},
  };
}

const fileName = (day: string, worker: number | undefined): string =>
  `events-${day}${worker === undefined ? "" : `.${worker}`}.jsonl`;
const dayOf = (name: string): string => name.slice("events-".length, "events-YYYY-MM-DD".length);
const isEventFile = (name: string): boolean => name.startsWith("events-") && name.endsWith(".jsonl");

/**
 * One file a UTC day (`events-YYYY-MM-DD.jsonl`, mode 0600), one JSON record a line, appended only. Of several
 * processes each has its own (`events-YYYY-MM-DD.2.jsonl`), and all are read.
 *
 * `append` resolves when the operating system has the bytes, so killing the process loses no event of an
 * answered request. Requests that arrive while a write is under way share the next one.
 */
export function fileAuditSink(
  directory: string,
  now: () => number,
  { worker }: { worker?: number | undefined } = {},
): AuditSink {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let day = "";
  let descriptor: number | undefined;
  let queued = "";
  let waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  let writing = false;
  let idle: Promise<void> = Promise.resolve();

  function descriptorOfToday(): number {
    const today = new Date(now()).toISOString().slice(0, 10);
    if (descriptor === undefined || today !== day) {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = openSync(join(directory, fileName(today, worker)), "a+", 0o600);
      endLine(descriptor);
      day = today;
    }
    return descriptor;
  }

  /** Into the system's cache, which takes less time than handing the bytes to another thread would. */
  function writeAll(file: number, bytes: Buffer): void {
    for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset);
  }

  async function drain(): Promise<void> {
    writing = true;
    while (queued !== "") {
      // Requests of one turn of the loop share one write.
      await setImmediate();
      const bytes = Buffer.from(queued);
      const mine = waiting;
      queued = "";
      waiting = [];
      try {
        writeAll(descriptorOfToday(), bytes);
        for (const { resolve } of mine) resolve();
      } catch (error) {
        for (const { reject } of mine) reject(error);
      }
    }
    writing = false;
  }

  return {
    append(events) {
      for (const event of events) queued += `${JSON.stringify(event)}\n`;
      const written = new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
      if (!writing) idle = drain();
      return written;
    },
    async recent(accountId, limit) {
      const found: AuditEvent[] = [];
      for await (const event of eventsBackwards(directory, 0)) {
        if (event.recipientAccountId === accountId) found.push(event);
        if (found.length >= limit) break;
      }
      return found;
    },
    backwards: (sinceMs) => eventsBackwards(directory, sinceMs),
    async close() {
      await idle;
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

/** Files are by day, so a day's beginning is the finest that is looked at. */
async function* eventsBackwards(directory: string, sinceMs: number): AsyncGenerator<AuditEvent> {
  const oldest = new Date(sinceMs).toISOString().slice(0, 10);
  const byDay = new Map<string, string[]>();
  for (const name of (await readdir(directory)).filter(isEventFile)) {
    const day = dayOf(name);
    if (day >= oldest) byDay.set(day, [...(byDay.get(day) ?? []), name]);
  }
  for (const day of [...byDay.keys()].toSorted().toReversed())
    yield* newestFirst((byDay.get(day) ?? []).map((name) => fileBackwards(join(directory, name))));
}

async function* fileBackwards(path: string): AsyncGenerator<AuditEvent> {
  for await (const line of linesBackwards(path)) {
    const event = parseLine(line);
    if (event) yield event;
  }
}

/** Ends a line that a crash of the machine cut short, so that the next event begins a line of its own. */
function endLine(file: number): void {
  const { size } = fstatSync(file);
  if (size === 0) return;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  if (last.toString() !== "\n") writeSync(file, "\n");
}

/** A line cut short by a crash of the machine is no event. */
function parseLine(line: string): AuditEvent | undefined {
  if (line === "") return undefined;
  try {
    return JSON.parse(line) as AuditEvent;
  } catch {
    return undefined;
  }
}
