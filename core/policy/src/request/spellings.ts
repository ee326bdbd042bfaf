/**
 * The context itself, or, where it names a key in several spellings, contexts that have one of them each. Keys of tags may
 * differ in case alone, keys of conditions never do: a request is allowed where it is allowed with each of these.
 */
export function withOneSpelling<Value>(
  context: Readonly<Record<string, Value>>,
): readonly Readonly<Record<string, Value>>[] {
  const entries = Object.entries(context).filter(([, value]) => value !== undefined);
  if (new Set(entries.map(([key]) => key.toLowerCase())).size === entries.length) return [context];
  const spellings = new Map<string, typeof entries>();
  for (const entry of entries) {
    const key = entry[0].toLowerCase();
    spellings.set(key, [...(spellings.get(key) ?? []), entry]);
  }
  const all = [...spellings.values()];
  return Array.from({ length: Math.max(...all.map((same) => same.length)) }, (_, at) =>
    Object.fromEntries(
      all.flatMap((same) =>
        same
          .slice(at, at + 1)
          .concat(same.slice(-1))
          .slice(0, 1),
      ),
    ),
  );
}
