// Globbing as IAM does it: `*` is any run of UTF-16 units, `?` exactly one, every other unit stands for itself.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards

/** A pattern as UTF-16 units with the two wildcards as negative numbers, so that substituted text is never a wildcard. */
export type Codes = readonly number[];

export const anyRun = -1;
export const anyOne = -2;

const star = 0x2a;
const questionMark = 0x3f;

/** Reads `*` and `?` as wildcards. */
export function patternCodes(pattern: string): number[] {
  const codes: number[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const unit = pattern.charCodeAt(i);
    codes.push(unit === star ? anyRun : unit === questionMark ? anyOne : unit);
  }
  return codes;
}

/**
 * Matches codes[codesFrom..codesTo) against text[from..to). Goes back to the last `*` only: the greedy choice for
 * earlier ones is never wrong. At most codes * text steps, whatever the pattern.
 */
export function matchCodes(
  codes: Codes,
  codesFrom: number,
  codesTo: number,
  text: string,
  from: number,
  to: number,
): boolean {
  let c = codesFrom;
  let t = from;
  let afterStar = -1;
  let retryAt = 0;
  for (;;) {
    // Wildcards are no units, so this stops at them.
    while (c < codesTo && t < to && codes[c] === text.charCodeAt(t)) {
      c++;
      t++;
    }
    // Past the end there is nothing, or the colon that ends a part of an ARN: no wildcard.
    const code = codes[c];
    if (code === anyRun) {
      afterStar = ++c;
      if (c === codesTo) return true;
      retryAt = t;
    } else if (t === to) return c === codesTo;
    else if (code === anyOne) {
      c++;
      t++;
      continue;
    } else if (afterStar === -1) return false;
    else {
      c = afterStar;
      t = ++retryAt;
    }
    // After a `*` nothing can go on before the next place of the unit that follows.
    const next = codes[c] ?? anyOne;
    if (next < 0) continue;
    while (t < to && text.charCodeAt(t) !== next) t++;
    if (t === to) return false;
    retryAt = t;
  }
}

const equal = 0;
const startsAndEndsWith = 1;
const glob = 2;

/** A pattern made ready to be matched by `matchesText`, sorted by its shape: most need no globbing at all. */
export interface TextPattern {
  readonly shape: typeof equal | typeof startsAndEndsWith | typeof glob;
  /** The text itself, where there are no wildcards. */
  readonly text: string;
  readonly codes: Codes;
  /** How many units stand before the first wildcard. */
  readonly head: number;
  /** How many units stand after the last wildcard. */
  readonly tail: number;
}

const noCodes: Codes = [];

export function textPattern(codes: Codes): TextPattern {
  const head = literalCount(codes);
  if (head === codes.length)
    return { shape: equal, text: String.fromCharCode(...codes), codes: noCodes, head, tail: 0 };
  const tail = codes.length - 1 - codes.findLastIndex((code) => code < 0);
  // `**` is `*`.
  const isRun = codes.slice(head, codes.length - tail).every((code) => code === anyRun);
  const shape = isRun ? startsAndEndsWith : glob;
  return { shape, text: "", codes: codes.slice(), head, tail };
}

export function matchesText(pattern: TextPattern, text: string): boolean {
  const { shape, codes, head, tail } = pattern;
  if (shape === equal) return text === pattern.text;
  if (text.length < head + tail || !hasPrefix(text, codes, head)) return false;
  return shape === glob
    ? matchCodes(codes, head, codes.length, text, head, text.length)
    : hasSuffix(text, codes, tail);
}

/** A matcher for whole texts. */
export type TextMatcher = (text: string) => boolean;

export function textMatcher(codes: Codes): TextMatcher {
  const pattern = textPattern(codes);
  return (text) => matchesText(pattern, text);
}

/** How many units stand before the first wildcard. */
export function literalCount(codes: Codes): number {
  const wildcard = codes.findIndex((code) => code < 0);
  return wildcard === -1 ? codes.length : wildcard;
}

/** From the back, because names that differ do so late: ARNs have their beginnings in common. The text is long enough. */
function hasPrefix(text: string, codes: Codes, length: number): boolean {
  for (let i = length - 1; i >= 0; i--) if (text.charCodeAt(i) !== codes[i]) return false;
  return true;
}

/** The same of the text's end. */
function hasSuffix(text: string, codes: Codes, length: number): boolean {
  const from = text.length - length;
  const codesFrom = codes.length - length;
  for (let i = length - 1; i >= 0; i--) if (text.charCodeAt(from + i) !== codes[codesFrom + i]) return false;
  return true;
}
