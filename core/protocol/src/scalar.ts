import type {
  BlobShape,
  BooleanShape,
  IntegerShape,
  Shape,
  StringShape,
  TimestampShape,
} from "@rolecall/model";
import { parseTimestamp } from "./timestamp.ts";

/** A kind of value that one parameter holds. */
export type ScalarShape = StringShape | IntegerShape | BooleanShape | TimestampShape | BlobShape;

export type ParsedScalar =
  | { readonly ok: true; readonly value: string | number | boolean | Date | Uint8Array }
  | { readonly ok: false; readonly reason: string };

/** Reads one parameter's text; constraints are checked afterwards. */
export function parseScalar(shape: Shape, text: string): ParsedScalar {
  const parse = parsers[shape.type];
  return parse === undefined ? { ok: false, reason: "Value found where not expected" } : parse(text);
}

const parsers: Partial<Record<Shape["type"], (text: string) => ParsedScalar>> = {
  string: (text) => ({ ok: true, value: text }),

  // Observed (STS, 2026): `0900` and `+900` are taken; blanks, decimals, exponents and more than 32 bits are not.
  integer: (text) => {
    if (text === "") return { ok: false, reason: "missing value for integer type" };
    if (!/^[+-]?\d{1,32}$/.test(text)) return { ok: false, reason: "integer must follow xsd1.1 definition" };
    const value = Number(text);
    if (value < -(2 ** 31) || value >= 2 ** 31) return { ok: false, reason: "integer is out of range" };
    return { ok: true, value: value + 0 }; // "-0" is 0
  },

  // Observed (another service of the same framework): these four, in this case.
  boolean: (text) => {
    if (text === "true" || text === "1") return { ok: true, value: true };
    if (text === "false" || text === "0") return { ok: true, value: false };
    const reason = text === "" ? "missing value for boolean type" : "boolean must follow xsd1.1 definition";
    return { ok: false, reason };
  },

  timestamp: (text) => {
    const value = parseTimestamp(text);
    return value ? { ok: true, value } : { ok: false, reason: "timestamp must follow ISO8601" };
  },

  blob: (text) => {
    // Node's decoder skips what is not base64; a blob that changes unseen is worse than an error.
    if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
      return { ok: false, reason: "blob must be base64" };
    }
    return { ok: true, value: new Uint8Array(Buffer.from(text, "base64")) };
  },
};
