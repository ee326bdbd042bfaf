import type { AuditEvent } from "./event.ts";

/** Several logs that were written side by side, each newest first, as one that is newest first. */
export async function* newestFirst(logs: readonly AsyncIterable<AuditEvent>[]): AsyncGenerator<AuditEvent> {
  const iterators = logs.map((log) => log[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (;;) {
      let newest: number | undefined;
      for (const [at, head] of heads.entries())
        if (!head.done && (newest === undefined || isLater(head.value, heads[newest]?.value))) newest = at;
      const head = newest === undefined ? undefined : heads[newest];
      if (newest === undefined || head === undefined || head.done) return;
      yield head.value;
      const next = await iterators[newest]?.next();
      if (next) heads[newest] = next;
    }
  } finally {
    await Promise.all(iterators.map((iterator) => iterator.return?.()));
  }
}

/** Times of one form order as texts. */
const isLater = (event: AuditEvent, than: AuditEvent | undefined): boolean =>
  than === undefined || event.eventTime > than.eventTime;
