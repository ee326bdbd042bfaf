import type { RequestContext } from "../request/context.ts";
import { unknownValue } from "../request/context.ts";
import type { Outcome } from "./outcome.ts";
import { no, unknown, yes } from "./outcome.ts";
import { textFor } from "./template.ts";
import type { Template, Variable } from "./template.ts";
import { anyOne, anyRun } from "./wildcard.ts";

/** A run of literal text, a variable, or a wildcard. */
type Piece = string | Variable | typeof anyRun | typeof anyOne;

/** A matcher for whole texts; variables are looked up while matching, so nothing is built. */
export function templateMatcher(template: Template): (text: string, context: RequestContext) => Outcome {
  const pieces = piecesOf(template);
  const [first] = pieces;
  const prefix = typeof first === "string" ? first : "";
  const rest = prefix === "" ? pieces : pieces.slice(1);
  const variables = rest.filter((piece) => typeof piece === "object");
  return (text, context) => {
    if (!text.startsWith(prefix)) return no;
    let isUnknown = false;
    for (const variable of variables) {
      const value = textFor(variable, context);
      if (value === unknownValue) isUnknown = true;
      // A variable without a value makes the pattern match nothing.
      else if (value === undefined) return no;
    }
    if (isUnknown) return unknown;
    return matchPieces(rest, text, prefix.length, context) ? yes : no;
  };
}

/** As matchCodes: goes back to the last `*` only. */
function matchPieces(pieces: readonly Piece[], text: string, from: number, context: RequestContext): boolean {
  let p = 0;
  let t = from;
  let afterStar = -1;
  let retryAt = 0;
  for (;;) {
    if (p === pieces.length) {
      if (t === text.length) return true;
    } else {
      const piece = pieces[p];
      if (piece === anyRun) {
        afterStar = ++p;
        retryAt = t;
        if (p === pieces.length) return true;
        continue;
      }
      if (piece === anyOne) {
        // A `*` behind it takes what is left, were it less than nothing.
        if (t === text.length) return false;
        p++;
        t++;
        continue;
      }
      // The caller has seen that every variable has a text.
      const literal = typeof piece === "object" ? (textFor(piece, context) as string) : (piece as string);
      if (text.startsWith(literal, t)) {
        p++;
        t += literal.length;
        continue;
      }
    }
    if (afterStar === -1 || retryAt >= text.length) return false;
    p = afterStar;
    t = ++retryAt;
  }
}

function piecesOf(template: Template): Piece[] {
  const pieces: Piece[] = [];
  for (const piece of template) {
    if (typeof piece !== "number" || piece === anyRun || piece === anyOne) {
      pieces.push(piece as Piece);
      continue;
    }
    const unit = String.fromCharCode(piece);
    const last = pieces[pieces.length - 1];
    if (typeof last === "string") pieces[pieces.length - 1] = last + unit;
    else pieces.push(unit);
  }
  return pieces;
}
