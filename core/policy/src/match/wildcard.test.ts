import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arnPattern, matchesArn } from "./arn-pattern.ts";
import { matchCodes, patternCodes, textMatcher } from "./wildcard.ts";

/** A text that counts how often a character is looked at. */
function counted(text: string): { text: string; looks: () => number } {
  let count = 0;
  const spy = {
    length: text.length,
    charCodeAt(at: number) {
      count++;
      return text.charCodeAt(at);
    },
  };
  // The matcher asks for nothing but units.
  return { text: spy as unknown as string, looks: () => count };
}

function looksFor(pattern: string, text: string): number {
  const codes = patternCodes(pattern);
  const spy = counted(text);
  matchCodes(codes, 0, codes.length, spy.text, 0, text.length);
  return spy.looks();
}

test("adversarial patterns cost as many looks as the text is long", () => {
  const text = "a".repeat(1024);
  for (const pattern of ["*a*a*a*b", "*a*a*a*a*a*a*a*a*b", `${"*a".repeat(500)}*b`, "a*a*a*?*b", "*?*?*?*b"])
    assert.ok(
      looksFor(pattern, text) <= 2 * text.length + pattern.length,
      `${pattern}: ${looksFor(pattern, text)}`,
    );
});

test("no pattern costs more than its length times the text's", () =>
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 40 }),
      fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 200 }),
      (pattern, text) => assert.ok(looksFor(pattern, text) <= (pattern.length + 1) * (text.length + 1)),
    ),
  ));

/** The definition: a pattern is empty, or its first character and the rest. */
function globs(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  const rest = pattern.slice(1);
  if (pattern[0] === "*") return globs(rest, text) || (text !== "" && globs(pattern, text.slice(1)));
  return text !== "" && (pattern[0] === "?" || pattern[0] === text[0]) && globs(rest, text.slice(1));
}

test("every shape of pattern matches as the definition says", () =>
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "b", "*", "*", "?"), maxLength: 7 }),
      fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 9 }),
      (pattern, text) => {
        const codes = patternCodes(pattern);
        assert.equal(textMatcher(codes)(text), globs(pattern, text));
        assert.equal(matchCodes(codes, 0, codes.length, text, 0, text.length), globs(pattern, text));
      },
    ),
    { numRuns: 3_000 },
  ));

test("ARNs match part by part", () =>
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 4 }), {
        minLength: 6,
        maxLength: 6,
      }),
      fc.array(fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 4 }), {
        minLength: 6,
        maxLength: 6,
      }),
      (pattern, parts) => {
        const text = parts.map((part, i) => (i < 5 ? part.replaceAll(":", "") : part)).join(":");
        const [a = "", b = "", c = "", d = "", e = "", ...rest] = text.split(":");
        const split = [a, b, c, d, e, rest.join(":")];
        const expected = pattern.every((part, i) => globs(part, split[i] ?? ""));
        assert.equal(matchesArn(arnPattern(patternCodes(pattern.join(":"))), text), expected);
      },
    ),
    { numRuns: 3_000 },
  ));
