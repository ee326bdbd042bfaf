/**
 * Condition keys whose name has a free part are documented with a placeholder: `aws:RequestTag/${TagKey}`,
 * `s3:RequestObjectTag/<key>`.
 */
export interface KeyPattern {
  /** In lower case, without the placeholder. */
  readonly before: string;
  readonly after: string;
}

/** Undefined when the name has no placeholder. */
export function keyPattern(key: string): KeyPattern | undefined {
  const lower = key.toLowerCase();
  for (const [open, close] of [
    ["${", "}"],
    ["<", ">"],
  ] as const) {
    const from = lower.indexOf(open);
    const to = lower.lastIndexOf(close);
    if (from !== -1 && to > from)
      return { before: lower.slice(0, from), after: lower.slice(to + close.length) };
  }
  return undefined;
}

/** Whether a key as written in a policy (in lower case) is one of the pattern's; the free part has a character at least. */
export function matchesKey({ before, after }: KeyPattern, key: string): boolean {
  return key.length > before.length + after.length && key.startsWith(before) && key.endsWith(after);
}
