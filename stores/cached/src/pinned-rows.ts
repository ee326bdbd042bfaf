import type { IndexRow, KeyText, ReadRows, Stamped, StampedRows } from "@rolecall/store-contract";
import { StoreError } from "@rolecall/store-contract";
import type { Kept, RecordCache } from "./record-cache.ts";

/** One reader's rows, out of the cache and out of the store behind it, all as they stand at one revision. */
export interface PinnedRows {
  rows: ReadRows;
  /** What was read is not of one revision: the reader must begin again. */
  readonly isTorn: boolean;
}

export interface Far {
  rows: StampedRows;
  /** Brings the cache to this revision at least. */
  catchUp(revision: number): Promise<void>;
  /** Reads that are under way, by what they ask for. */
  loading: Map<string, { from: number; answer: Promise<Stamped<unknown>> }>;
  onHit(): void;
  onMiss(): void;
  /** False for a reader that fetches what nobody has asked for. */
  isAsked: boolean;
}

const maxListBytes = 16_384;

function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + 50 + sizeOf(item), 0);
  if (value !== null && typeof value === "object") return sizeOf(Object.values(value));
  return 8;
}

/**
 * The pin is a revision at which everything that this reader has been given is so. It begins at the cache's. When
 * something comes in that is known for a later revision only, the pin moves there, unless anything given before has
 * changed meanwhile: then the read is torn.
 */
export function createPinnedRows(cache: RecordCache, pinnedAt: number, far: Far): PinnedRows {
  let pin = pinnedAt;
  let isTorn = false;
  const given: Kept<unknown>[] = [];
  /** Collections of which something was given that is not kept, by the first revision of it. */
  const unkept = new Map<string, number>();

  function tear(): never {
    isTorn = true;
    throw new StoreError("what was read has changed meanwhile");
  }

  function moveTo(revision: number): void {
    if (revision <= pin) return;
    const isIntact =
      given.every((kept) => kept.isLive) &&
      [...unkept].every(([collection, since]) => cache.changedAt(collection) <= since);
    if (!isIntact) tear();
    pin = revision;
  }

  function give<T>(kept: Kept<T>): T {
    moveTo(kept.revision);
    // So it was at `kept.revision`, not after the pin, and so it is still.
    given.push(kept);
    return kept.value;
  }

  /** Asks the store behind. Afterwards the answer holds at the pin, and the cache knows of every change up to it. */
  async function ask<T>(collection: string, read: () => Promise<Stamped<T>>): Promise<Stamped<T>> {
    far.onMiss();
    const answer = await read();
    if (answer.revision > (cache.revision ?? 0)) await far.catchUp(answer.revision);
    moveTo(answer.revision);
    // Another read of the same reader has moved the pin meanwhile.
    if (answer.revision < pin && !isCurrent(collection, answer.revision)) tear();
    return answer;
  }

  /** Who asks for the same while it is under way gets the same answer, if that began late enough for him. */
  function share<T>(id: string, read: () => Promise<Stamped<T>>): Promise<Stamped<T>> {
    const running = far.loading.get(id);
    if (running && running.from >= pin) return running.answer as Promise<Stamped<T>>;
    const answer = read();
    const mine = { from: cache.revision ?? 0, answer };
    far.loading.set(id, mine);
    const forget = (): void => {
      if (far.loading.get(id) === mine) far.loading.delete(id);
    };
    answer.then(forget, forget);
    return answer;
  }

  /** Whether what was read at that revision is so at the cache's too. */
  const isCurrent = (collection: string, revision: number): boolean =>
    cache.changedAt(collection) <= revision;

  function giveUnkept<T>(collection: string, { value, revision }: Stamped<T>): T {
    unkept.set(collection, Math.min(revision, unkept.get(collection) ?? revision));
    return value;
  }

  function giveRow(
    collection: string,
    key: KeyText,
    answer: Stamped<string | undefined>,
  ): string | undefined {
    if (!isCurrent(collection, answer.revision)) return giveUnkept(collection, answer);
    return give(cache.keepRow(collection, key, answer.value, answer.revision, far.isAsked));
  }

  async function get(collection: string, key: KeyText): Promise<string | undefined> {
    const kept = cache.row(collection, key);
    if (kept) {
      far.onHit();
      return give(kept);
    }
    const id = `get\u0000${collection}\u0000${key}`;
    return giveRow(
      collection,
      key,
      await ask(collection, () => share(id, () => far.rows.get(collection, key))),
    );
  }

  async function find(collection: string, index: string, value: KeyText): Promise<IndexRow | undefined> {
    const holder = cache.holder(collection, index, value);
    const row = holder?.value === undefined ? undefined : cache.row(collection, holder.value);
    if (holder && (row || holder.value === undefined)) {
      far.onHit();
      const key = give(holder);
      const body = row && give(row);
      return key === undefined || body === undefined ? undefined : { value, key, body };
    }
    const id = `find\u0000${collection}\u0000${index}\u0000${value}`;
    const answer = await ask(collection, () => share(id, () => far.rows.find(collection, index, value)));
    const { value: found, revision } = answer;
    if (!isCurrent(collection, revision)) return giveUnkept(collection, answer);
    give(cache.keepHolder(collection, index, value, found?.key, revision, far.isAsked));
    if (found) give(cache.keepRow(collection, found.key, found.body, revision, far.isAsked));
    return found;
  }

  /** Short lists are kept until anything in their collection changes; long ones would only push out records. */
  async function list<T>(
    name: string,
    asked: readonly unknown[],
    read: () => Promise<Stamped<T>>,
  ): Promise<T> {
    const collection = String(asked[0]);
    const question = JSON.stringify([name, ...asked]);
    const kept = cache.list(collection, question) as Kept<T> | undefined;
    if (kept) {
      far.onHit();
      return give(kept);
    }
    const id = `list\u0000${question}`;
    const answer = await ask(collection, () => share(id, read));
    const bytes = sizeOf(answer.value);
    if (bytes > maxListBytes || !isCurrent(collection, answer.revision))
      return giveUnkept(collection, answer);
    give(cache.keepList(collection, question, answer.value, bytes, answer.revision));
    return answer.value;
  }

  return {
    get isTorn() {
      return isTorn;
    },
    rows: {
      get,
      find,
      scan: (...asked) => list("scan", asked, () => far.rows.scan(...asked)),
      count: (...asked) => list("count", asked, () => far.rows.count(...asked)),
      scanIndex: (...asked) => list("scanIndex", asked, () => far.rows.scanIndex(...asked)),
      countIndex: (...asked) => list("countIndex", asked, () => far.rows.countIndex(...asked)),
    },
  };
}
