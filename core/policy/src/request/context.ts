/**
 * The value of a context key as AWS's text (numbers, booleans and dates too). A string is a single-valued key, an array
 * a multivalued one, whatever its length: operators without a set prefix never match a multivalued key.
 * An empty array counts as an absent key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export type ContextValue = string | readonly string[];

/** A key of which it is not known whether it is present nor what it holds: for analysis, never for enforcement. */
export const unknownValue: unique symbol = Symbol("unknown context value");
/** The type of `unknownValue`. */
export type UnknownValue = typeof unknownValue;

/** The condition context of one request. */
export interface RequestContext {
  /**
   * The value of one key, undefined when the key is not in the request. Must answer the same each time it is asked.
   *
   * @param key in lower case, e.g. `aws:principaltag/team`
   */
  get(key: string): ContextValue | UnknownValue | undefined;
  /** All known keys, for explanations. Keys that are costly and were not asked for may be missing. */
  entries(): Iterable<readonly [key: string, value: ContextValue]>;
}

/** A context from plain data; names in any case, undefined values are absent keys. */
export function contextOf(
  record: Readonly<Record<string, ContextValue | UnknownValue | undefined>>,
): RequestContext {
  const values = new Map<string, ContextValue | UnknownValue>();
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined) continue;
    values.set(name.toLowerCase(), value);
    names.set(name.toLowerCase(), name);
  }
  return {
    get: (key) => values.get(key),
    *entries() {
      for (const [key, value] of values) if (value !== unknownValue) yield [names.get(key) ?? key, value];
    },
  };
}
