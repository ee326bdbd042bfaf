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
  while (t < to) {
    const code = c < codesTo ? codes[c] : undefined;
    if (code === anyRun) {
      afterStar = ++c;
      retryAt = t;
      if (c === codesTo) return true;
    } else if (code === anyOne || (code !== undefined && code === text.charCodeAt(t))) {
      c++;
      t++;
    } else if (afterStar !== -1) {
      c = afterStar;
      t = ++retryAt;
    } else return false;
  }
  while (c < codesTo && codes[c] === anyRun) c++;
  return c === codesTo;
}

export type TextMatcher = (text: string) => boolean;

/** A matcher for whole texts, by the shape of the pattern: most patterns need no globbing at all. */
export function textMatcher(codes: Codes): TextMatcher {
  const pieces = literalPieces(codes);
  if (pieces !== undefined) {
    const [first = "", ...rest] = pieces;
    const last = rest[rest.length - 1] ?? "";
    if (rest.length === 0) return (text) => text === first;
    if (rest.length === 1) {
      const least = first.length + last.length;
      if (least === 0) return () => true;
      if (last === "") return (text) => text.startsWith(first);
      if (first === "") return (text) => text.endsWith(last);
      return (text) => text.length >= least && text.startsWith(first) && text.endsWith(last);
    }
    const infix = rest[0] ?? "";
    if (rest.length === 2 && first === "" && last === "") return (text) => text.includes(infix);
  }
  const prefix = literalPrefix(codes);
  if (prefix === "") return (text) => matchCodes(codes, 0, codes.length, text, 0, text.length);
  return (text) =>
    text.startsWith(prefix) &&
    matchCodes(codes, prefix.length, codes.length, text, prefix.length, text.length);
}

/** The text before the first wildcard. */
export function literalPrefix(codes: Codes): string {
  let end = 0;
  while (end < codes.length && (codes[end] ?? anyRun) >= 0) end++;
  return textOf(codes, 0, end);
}

/** The literal texts between runs of `*`, or undefined when there is a `?`. */
function literalPieces(codes: Codes): string[] | undefined {
  const pieces: string[] = [];
  let from = 0;
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] === anyOne) return undefined;
    if (codes[i] !== anyRun) continue;
    // `**` is `*`.
    if (i === 0 || codes[i - 1] !== anyRun) pieces.push(textOf(codes, from, i));
    from = i + 1;
  }
  pieces.push(textOf(codes, from, codes.length));
  return pieces;
}

function textOf(codes: Codes, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) text += String.fromCharCode(codes[i] ?? 0);
  return text;
}
