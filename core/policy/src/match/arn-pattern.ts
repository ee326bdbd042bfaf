// ARN patterns: split at the first five colons, each part globbed on its own, the sixth taking all the rest.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
import type { Codes, TextPattern } from "./wildcard.ts";
import { anyRun, literalCount, matchCodes, matchesText, textPattern } from "./wildcard.ts";

const colon = 0x3a;
const lastPart = 5;

/** Whether a request's value can be compared by an Arn operator at all: `arn:` and five colons or more. */
export function isArn(text: string): boolean {
  if (text.charCodeAt(0) !== 0x61 || text.charCodeAt(1) !== 0x72 || text.charCodeAt(2) !== 0x6e) return false;
  if (text.charCodeAt(3) !== colon) return false;
  let colons = 1;
  for (let i = 4; i < text.length && colons < lastPart; i++) if (text.charCodeAt(i) === colon) colons++;
  return colons === lastPart;
}

/** Whether the value of an Arn operator or a Resource is an ARN pattern or `*`. */
export function isArnPattern(codes: Codes): boolean {
  if (codes.length === 1 && codes[0] === anyRun) return true;
  if (codes[0] !== 0x61 || codes[1] !== 0x72 || codes[2] !== 0x6e || codes[3] !== colon) return false;
  return partEnds(codes).length === lastPart || codes[codes.length - 1] === anyRun;
}

/** A pattern for whole ARNs, made ready to be matched by `matchesArn`. */
export interface ArnPattern {
  /** Set when the text can be matched as a whole. */
  readonly whole: TextPattern | undefined;
  readonly codes: Codes;
  /** Places of the first five colons. */
  readonly ends: readonly number[];
}

/** Takes what the parser or `isArnPattern` let through: all parts, or a `*` at the end that spans those not written. */
export function arnPattern(codes: Codes): ArnPattern {
  const ends = partEnds(codes);
  // Five literal colons at the front pin the parts.
  const isPinned = literalCount(codes) > (ends[lastPart - 1] ?? Infinity);
  return isPinned
    ? { whole: textPattern(codes), codes: noCodes, ends: noCodes }
    : { whole: undefined, codes: codes.slice(), ends };
}

const noCodes: Codes = [];

export function matchesArn({ whole, codes, ends }: ArnPattern, text: string): boolean {
  return whole === undefined ? matchArnCodes(codes, ends, text) : matchesText(whole, text);
}

/** As matchesArn, for codes that are used once. */
export const matchArn = (codes: Codes, text: string): boolean => matchArnCodes(codes, partEnds(codes), text);

function matchArnCodes(codes: Codes, ends: readonly number[], text: string): boolean {
  let from = 0;
  let codesFrom = 0;
  for (let part = 0; part < ends.length; part++) {
    const end = text.indexOf(":", from);
    if (end === -1) return false;
    const codesEnd = ends[part] ?? 0;
    if (!matchCodes(codes, codesFrom, codesEnd, text, from, end)) return false;
    from = end + 1;
    codesFrom = codesEnd + 1;
  }
  return matchCodes(codes, codesFrom, codes.length, text, from, text.length);
}

/** Places of the first five colons. */
function partEnds(codes: Codes): number[] {
  const ends: number[] = [];
  for (let i = 0; i < codes.length && ends.length < lastPart; i++) if (codes[i] === colon) ends.push(i);
  return ends;
}
