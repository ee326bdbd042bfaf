import { StoreInvalidKey } from "./errors.ts";

/** A tuple of strings. Tuples order component by component, by Unicode code point; a shorter one stands first. */
export type Key = readonly string[];

/**
 * A tuple as one text: each component, then U+0001. Texts order by code point (by byte in UTF-8) exactly as the
 * tuples do, and the text of a prefix is a prefix of the text.
 */
export type KeyText = string;

/** Ends a component. Below every character a component may hold, so that "a" stands before "a!" . */
export const componentEnd = "\u0001";

/**
 * UTF-8 bytes of a key text. A collection name, an index name, an index value and a key together then fit
 * an index entry of every database we know (PostgreSQL: 2,704 bytes).
 */
export const maxKeyBytes = 1024;

/** `undefined` when no record can have this key: a reserved character, half a surrogate pair, or too long. */
export function keyText(key: Key): KeyText | undefined {
  let text = "";
  for (const component of key) text += component + componentEnd;
  // Longer in UTF-16 units is longer in bytes; three bytes a unit is the most there can be.
  if (text.length > maxKeyBytes) return undefined;
  if (text.length * 3 > maxKeyBytes && Buffer.byteLength(text) > maxKeyBytes) return undefined;
  let ends = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 1) ends++;
    else if (unit === 0) return undefined;
    else if (unit >= 0xd800 && unit <= 0xdfff) {
      const isPair = unit < 0xdc00 && isLowSurrogate(text.charCodeAt(at + 1));
      if (!isPair) return undefined;
      at++;
    }
  }
  return ends === key.length ? text : undefined;
}

/** The text of a key that is to be stored or to start a page. @throws StoreInvalidKey */
export function requireKeyText(what: string, key: Key): KeyText {
  const text = keyText(key);
  if (text === undefined)
    throw new StoreInvalidKey(
      `${what} cannot be a key: its parts may not hold U+0000, U+0001 or half a surrogate pair, ` +
        `nor exceed ${maxKeyBytes} bytes together`,
    );
  return text;
}

/** The tuple that a text of ours stands for. */
export function parseKeyText(text: KeyText): string[] {
  const components = text.split(componentEnd);
  components.pop();
  return components;
}

/** The first text after all that start with `prefix`; `undefined` for the empty prefix: there is no end. */
export function afterPrefix(prefix: KeyText): KeyText | undefined {
  return prefix === "" ? undefined : `${prefix.slice(0, -1)}\u0002`;
}

/** Orders texts by code point, as their UTF-8 bytes do. JavaScript's own `<` puts U+10000 before U+E000. */
export function compareText(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for what lies above U+FFFF. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
