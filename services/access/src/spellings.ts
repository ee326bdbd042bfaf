import type { Check } from "./check.ts";

/**
 * The check itself, or, where its context names a key in several spellings, one check for each of them.
 *
 * Keys of tags may differ in case alone, keys of conditions never do. AWS's pages leave open which of two tags a condition
 * then sees. The stricter reading: every one, so that each value must be allowed and none may be denied.
 */
export function withOneSpelling(check: Check): readonly Check[] {
  const entries = Object.entries(check.context ?? {}).filter(([, value]) => value !== undefined);
  if (new Set(entries.map(([key]) => key.toLowerCase())).size === entries.length) return [check];
  const spellings = new Map<string, typeof entries>();
  for (const entry of entries) {
    const key = entry[0].toLowerCase();
    spellings.set(key, [...(spellings.get(key) ?? []), entry]);
  }
  const all = [...spellings.values()];
  return Array.from({ length: Math.max(...all.map((same) => same.length)) }, (_, at) => ({
    ...check,
    context: Object.fromEntries(
      all.flatMap((same) =>
        same
          .slice(at, at + 1)
          .concat(same.slice(-1))
          .slice(0, 1),
      ),
    ),
  }));
}
