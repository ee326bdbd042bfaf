import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { afterPrefix, compareText, keyText, maxKeyBytes, parseKeyText } from "./key.ts";

const seed = 20_260_901;
const component = fc.string({ unit: "grapheme", maxLength: 8 });
const key = fc.array(fc.oneof(component, fc.constantFrom("a", "ab", "\uffff", "\u{10000}")), {
  maxLength: 4,
});

test("texts order as their UTF-8 bytes do", () =>
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary", maxLength: 6 }), { minLength: 2, maxLength: 2 }),
      ([a = "", b = ""]) => {
        equal(Math.sign(compareText(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
      },
    ),
    { seed },
  ));

test("a key text can be read back, or is refused", () =>
  fc.assert(
    fc.property(key, (key) => {
      const text = keyText(key);
      if (text === undefined) ok(key.some((part) => part.includes("\u0000") || part.includes("\u0001")));
      else deepEqual(parseKeyText(text), key);
    }),
    { seed },
  ));

test("exactly the texts of keys with a prefix stand between it and its end", () =>
  fc.assert(
    fc.property(key, key, (prefix, other) => {
      const from = keyText(prefix);
      const text = keyText(other);
      if (from === undefined || text === undefined) return;
      const to = afterPrefix(from);
      const isBetween = compareText(text, from) >= 0 && (to === undefined || compareText(text, to) < 0);
      equal(isBetween, JSON.stringify(other.slice(0, prefix.length)) === JSON.stringify(prefix));
    }),
    { seed, numRuns: 1000 },
  ));

test("the length of a key is bounded in bytes", () => {
  equal(keyText(["x".repeat(maxKeyBytes - 1)])?.length, maxKeyBytes);
  equal(keyText(["x".repeat(maxKeyBytes)]), undefined);
  equal(keyText(["\u{1F600}".repeat(maxKeyBytes / 4)]), undefined);
  equal(keyText(["x".repeat(10_000_000)]), undefined);
});
