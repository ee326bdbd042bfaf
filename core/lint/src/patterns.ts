// Questions about two patterns with `*` and `?`, where the engine asks about a pattern and a text.
import { anyOne, anyRun, patternCodes } from "@rolecall/policy/language";
import type { Codes } from "@rolecall/policy/language";

export const hasWildcard = (text: string): boolean => text.includes("*") || text.includes("?");

/** Only stars: a pattern that every text matches. */
export const matchesEverything = (pattern: string): boolean =>
  pattern !== "" && [...pattern].every((char) => char === "*");

/**
 * Patterns with more wildcards than this are not compared with others: nobody writes them, and the time grows with the
 * number.
 */
const maxWildcards = 10;

export const isComparable = (pattern: string): boolean => {
  let wildcards = 0;
  for (const char of pattern) if (char === "*" || char === "?") wildcards++;
  return wildcards <= maxWildcards;
};

/**
 * Whether whatever matches `inner` matches `outer`. Never wrongly true; of patterns whose containment rests on several
 * stars at once it may be wrongly false.
 */
export function covers(outer: string, inner: string): boolean {
  return walk(patternCodes(outer), patternCodes(inner), (code, other) =>
    code === anyOne ? other !== anyRun : code === other,
  );
}

/** Matches `codes` against the other pattern's codes as if these were text. */
function walk(codes: Codes, others: Codes, fits: (code: number, other: number) => boolean): boolean {
  let reached = new Set([0]);
  const close = (states: Set<number>) => {
    for (const state of states) if (codes[state] === anyRun) states.add(state + 1);
    return states;
  };
  close(reached);
  for (const other of others) {
    const next = new Set<number>();
    for (const state of reached) {
      const code = codes[state];
      if (code === undefined) continue;
      if (code === anyRun) next.add(state);
      else if (fits(code, other)) next.add(state + 1);
    }
    reached = close(next);
    if (reached.size === 0) return false;
  }
  return reached.has(codes.length);
}

/** Whether some text matches both patterns. */
export function overlaps(one: Codes, other: Codes): boolean {
  const width = other.length + 1;
  const seen = new Uint8Array((one.length + 1) * width);
  const open: number[] = [0];
  seen[0] = 1;
  const visit = (i: number, j: number) => {
    const state = i * width + j;
    if (seen[state] === 0) {
      seen[state] = 1;
      open.push(state);
    }
  };
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const i = Math.floor(state / width);
    const j = state % width;
    if (i === one.length && j === other.length) return true;
    const a = one[i];
    const b = other[j];
    if (a === anyRun) visit(i + 1, j);
    if (b === anyRun) visit(i, j + 1);
    if (a === undefined || b === undefined) continue;
    if (a === anyRun && b !== anyRun) visit(i, j + 1);
    else if (b === anyRun && a !== anyRun) visit(i + 1, j);
    else if (a >= 0 && b >= 0 ? a === b : a !== anyRun) visit(i + 1, j + 1);
  }
  return false;
}
