import { parseKeyText } from "@rolecall/store-contract";
import type { Change, Changes, TouchedKey } from "@rolecall/store-contract";

/** What the last commits changed. */
export interface ChangeLog {
  readonly revision: number;
  append(touched: readonly TouchedKey[]): void;
  since(after: number, limit: number): Changes;
}

/** @param kept  how many commits are remembered */
export function createChangeLog(kept: number): ChangeLog {
  let revision = 0;
  const commits = new Map<number, readonly TouchedKey[]>();

  return {
    get revision() {
      return revision;
    },
    append(touched) {
      commits.set(++revision, touched);
      commits.delete(revision - kept);
    },
    since(after, limit) {
      const unknown: Changes = { revision, complete: false, changes: [], latest: revision };
      if (after > revision || after < revision - kept) return unknown;
      const changes: Change[] = [];
      let covered = after;
      while (covered < revision) {
        const touched = commits.get(covered + 1) ?? [];
        if (changes.length + touched.length > limit) break;
        covered++;
        for (const { collection, key } of touched)
          changes.push({ revision: covered, collection, key: parseKeyText(key) });
      }
      // One commit alone is more than was asked for.
      if (covered === after && covered < revision) return unknown;
      return { revision: covered, complete: true, changes, latest: revision };
    },
  };
}
