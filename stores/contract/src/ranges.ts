import { StoreInvalidKey } from "./errors.ts";
import { afterPrefix, compareText, componentEnd, keyText, parseKeyText, requireKeyText } from "./key.ts";
import type { Key, KeyText } from "./key.ts";
import type { IndexPlace, IndexRange, KeyRange } from "./rows.ts";

/** Keys that start with `prefix`, those after `after` only. `undefined` when no key can start so. */
export function keyRange(prefix: Key, after?: Key): KeyRange | undefined {
  const start = keyText(prefix);
  if (start === undefined) return undefined;
  const range = { from: start, to: afterPrefix(start) };
  if (after !== undefined) {
    const next = following(requireKeyText("after", after));
    if (compareText(next, start) > 0) range.from = next;
  }
  return range;
}

/** Entries whose value starts with `prefix`, those after the cursor only. */
export function indexRange(prefix: Key, after?: string): IndexRange | undefined {
  const start = keyText(prefix);
  if (start === undefined) return undefined;
  const range: IndexRange = { from: { value: start, key: "" }, to: afterPrefix(start) };
  if (after !== undefined) {
    const last = readCursor(after);
    const next = { value: last.value, key: following(last.key) };
    if (compareText(next.value, start) >= 0) range.from = next;
  }
  return range;
}

/** Below every character of a key text, so that cursors order as their places do. */
const valueEnd = "\u0000";

export const cursorAt = ({ value, key }: IndexPlace): string => value + valueEnd + key;

function readCursor(cursor: string): IndexPlace {
  const [value, key, ...rest] = cursor.split(valueEnd);
  if (value === undefined || key === undefined || rest.length > 0 || !isKeyText(value) || !isKeyText(key))
    throw new StoreInvalidKey("the cursor is none that a listing gave");
  return { value, key };
}

const isKeyText = (text: string): boolean => keyText(parseKeyText(text)) === text;

/** The first text after `text`: nothing stands below U+0001 in a key text. */
const following = (text: KeyText): KeyText => text + componentEnd;
