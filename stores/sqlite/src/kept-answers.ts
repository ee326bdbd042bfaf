import { createSharedRecords } from "@rolecall/store-contract";
import type { IndexRow, KeyText, SharedRecords } from "@rolecall/store-contract";
import type { Database } from "./database.ts";

/** Together; when there is more, all are dropped. */
const maxEntries = 50_000;
const maxCharacters = 32 << 20;
/** Longer answers would only push out records. */
const maxAnswerCharacters = 16_384;

export type Answer = string | IndexRow | readonly string[] | undefined;

/** What was read of one state of the file. */
export interface Answers {
  /** Undefined when it is not kept; an answer may itself be that nothing was found. */
  get(question: string): { readonly answer: Answer } | undefined;
  keep(question: string, answer: Answer): void;
}

/** Since the start, but for `entries` and `characters`. */
export interface KeptStatistics {
  hits: number;
  misses: number;
  /** How often all were dropped: after a commit of whichever process, or to make room. */
  dropped: number;
  entries: number;
  characters: number;
}

export interface KeptAnswers {
  /**
   * Those of the file as it stands when everything has been taken in that waits now. Whoever asks until then is served
   * by the same look, and so is what he does at one go afterwards.
   */
  next(): Answers | Promise<Answers>;
  /** Whether nobody, in no process, has committed anything since these were begun. */
  areCurrent(answers: Answers): boolean;
  statistics(): KeptStatistics;
  /** The records in them. They outlive a change of the file: what is read anew is mostly what it was. */
  readonly records: SharedRecords;
}

/**
 * Answers that are valid as long as the file is unchanged. SQLite tells: between two looks at `data_version` on one
 * connection the number differs if any other connection, of whichever process, has committed in the interim.
 *
 * A look takes longer than most of what is kept takes to read. So it waits until the loop has taken in all requests that
 * are there, and serves them together; and what they do at one go, until the microtasks have run out, which is when the
 * next tick comes, without anything having been heard in between.
 * INVARIANT: a write resolves in a later tick than its commit (`createWriteQueue`), so what follows from it looks anew.
 *
 * @param watch  a connection on which nothing else is done: its own changes would not count
 * @see https://www.sqlite.org/pragma.html#pragma_data_version
 */
export function createKeptAnswers(watch: Pick<Database, "first">): KeptAnswers {
  const counts = { hits: 0, misses: 0, dropped: 0 };
  let version: unknown;
  let latest = new KeptOfOneState(counts);
  let awaited: Promise<Answers> | undefined;
  let isFresh = false;

  function look(): Answers {
    const seen = watch.first("PRAGMA data_version")?.["data_version"];
    if (seen === undefined || seen !== version) {
      if (latest.entries > 0) counts.dropped++;
      version = seen;
      latest = new KeptOfOneState(counts);
    }
    return latest;
  }

  function next(): Answers | Promise<Answers> {
    if (isFresh) return latest;
    return (awaited ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        awaited = undefined;
        try {
          resolve(look());
          isFresh = true;
          // From a microtask: then it comes when all of them have run, those of the served among them.
          queueMicrotask(() => process.nextTick(() => (isFresh = false)));
        } catch (error) {
          reject(error);
        }
      });
    }));
  }

  return {
    next,
    areCurrent: (answers) => look() === answers,
    records: createSharedRecords(),
    statistics: () => ({ ...counts, entries: latest.entries, characters: latest.characters }),
  };
}

type Counts = Pick<KeptStatistics, "hits" | "misses" | "dropped">;

class KeptOfOneState implements Answers {
  readonly #counts: Counts;
  readonly #kept = new Map<string, { answer: Answer }>();
  #characters = 0;

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  get entries(): number {
    return this.#kept.size;
  }

  get characters(): number {
    return this.#characters;
  }

  get(question: string): { answer: Answer } | undefined {
    const found = this.#kept.get(question);
    if (found) this.#counts.hits++;
    else this.#counts.misses++;
    return found;
  }

  keep(question: string, answer: Answer): void {
    const size = lengthOf(answer);
    if (size > maxAnswerCharacters) return;
    this.#characters += question.length + size;
    if (this.#kept.size >= maxEntries || this.#characters > maxCharacters) {
      this.#kept.clear();
      this.#counts.dropped++;
      this.#characters = question.length + size;
    }
    this.#kept.set(question, { answer });
  }
}

function lengthOf(answer: Answer): number {
  if (answer === undefined) return 0;
  if (typeof answer === "string") return answer.length;
  if ("body" in answer) return answer.value.length + answer.key.length + answer.body.length;
  return answer.reduce((sum, body) => sum + body.length, 0);
}

// Names of collections and indexes are plain words, so a NUL ends them.
export const questionOf = (
  kind: "get" | "find" | "scan",
  ...parts: (KeyText | number | undefined)[]
): string => `${kind}\u0000${parts.join("\u0000")}`;
