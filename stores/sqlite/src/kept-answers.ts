import type { IndexRow, KeyText } from "@rolecall/store-contract";
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

export interface KeptAnswers {
  /** Those of the file as it stands at this moment, or stood a moment ago: before anything else could happen here. */
  now(): Answers;
  /** Whether nobody, in no process, has committed anything since these were begun. */
  areCurrent(answers: Answers): boolean;
}

/**
 * Answers that are valid as long as the file is unchanged. SQLite tells: between two looks at `data_version` on one
 * connection the number differs if any other connection, of whichever process, has committed in the interim.
 *
 * A look takes longer than most of what is kept takes to read, so all that this process does at one go, without
 * having heard of anything in between, shares one: until the microtasks have run out, which is when the next tick
 * comes. What it is asked for then was asked before the look, or follows from such.
 * INVARIANT: a write resolves in a later tick than its commit (`createWriteQueue`), so what follows from it looks anew.
 *
 * @param watch  a connection on which nothing else is done: its own changes would not count
 * @see https://www.sqlite.org/pragma.html#pragma_data_version
 */
export function createKeptAnswers(watch: Pick<Database, "first">): KeptAnswers {
  let version: unknown;
  let latest = createAnswers();
  let isFresh = false;

  function look(): Answers {
    const seen = watch.first("PRAGMA data_version")?.["data_version"];
    if (seen === undefined || seen !== version) {
      version = seen;
      latest = createAnswers();
    }
    return latest;
  }

  function now(): Answers {
    if (isFresh) return latest;
    isFresh = true;
    process.nextTick(() => (isFresh = false));
    return look();
  }

  return { now, areCurrent: (answers) => look() === answers };
}

function createAnswers(): Answers {
  const kept = new Map<string, { answer: Answer }>();
  let characters = 0;
  return {
    get: (question) => kept.get(question),
    keep(question, answer) {
      const size = lengthOf(answer);
      if (size > maxAnswerCharacters) return;
      characters += question.length + size;
      if (kept.size >= maxEntries || characters > maxCharacters) {
        kept.clear();
        characters = question.length + size;
      }
      kept.set(question, { answer });
    },
  };
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
