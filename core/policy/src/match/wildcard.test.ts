import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { contextOf } from "../request/context.ts";
import { arnPattern, matchArn, matchesArn } from "./arn-pattern.ts";
import { parseTemplate } from "./template.ts";
import { templateMatcher } from "./template-matcher.ts";
import { matchCodes, matchesText, patternCodes, textMatcher, textPattern } from "./wildcard.ts";

/** A text that counts how many of its units are looked at. */
function counted(text: string): { text: string; looks: () => number } {
  let count = 0;
  const spy = {
    length: text.length,
    charCodeAt(at: number) {
      count++;
      return text.charCodeAt(at);
    },
    indexOf(part: string, from: number) {
      const at = text.indexOf(part, from);
      // Each place that is tried costs as much of the part as is there; a look for what only fits there costs no more.
      for (let place = from; place <= (at === -1 ? text.length - part.length : at); place++) {
        let same = 0;
        while (same < part.length && part[same] === text[place + same]) same++;
        count += Math.min(same + 1, part.length);
      }
      return at;
    },
    lastIndexOf(part: string, from: number) {
      assert.equal(from, 0);
      return this.startsWith(part) ? 0 : -1;
    },
    startsWith(part: string, from = 0) {
      let at = 0;
      while (at < part.length && part[at] === text[from + at]) at++;
      count += Math.min(at + 1, part.length);
      return at === part.length;
    },
  };
  // The matchers ask for nothing else.
  return { text: spy as unknown as string, looks: () => count };
}

const noContext = contextOf({});

/** Every way to match a pattern, with how often it looks at the text. */
function looksFor(pattern: string, text: string): number[] {
  const codes = patternCodes(pattern);
  const template = parseTemplate(pattern, { wildcards: true, variables: true });
  const ways: ((text: string) => unknown)[] = [
    (spy) => matchCodes(codes, 0, codes.length, spy, 0, text.length),
    (spy) => matchesText(textPattern(codes), spy),
    (spy) => matchesArn(arnPattern(codes), spy),
    (spy) => matchArn(codes, spy),
    (spy) => templateMatcher(template)(spy, noContext),
  ];
  return ways.map((way) => {
    const spy = counted(text);
    way(spy.text);
    return spy.looks();
  });
}

test("adversarial patterns cost few looks at each place of the text", () => {
  const text = "a".repeat(1024);
  for (const pattern of ["*a*a*a*b", "*a*a*a*a*a*a*a*a*b", `${"*a".repeat(500)}*b`, "a*a*a*?*b", "*?*?*?*b"])
    for (const looks of looksFor(pattern, text))
      assert.ok(looks <= 3 * text.length + pattern.length, `${pattern}: ${looks}`);
});

test("the worst pattern and text that quotas let through cost no more than one times the other", () => {
  // The longest ARN, and patterns of a managed policy's size.
  const text = `arn:aws:s3:::${"a".repeat(2035)}`;
  for (const tail of [
    `*${"a".repeat(1017)}b*`,
    `*${"a?".repeat(3000)}b*`,
    `${"*a".repeat(3000)}*b*`,
    "?*".repeat(3000),
  ])
    for (const pattern of [`arn:aws:s3:::${tail}`, `arn:*:s3:*:*:${tail}`, `arn:aws:s3:::\${x, 'a'}${tail}`])
      for (const looks of looksFor(pattern, text))
        assert.ok(looks <= text.length * pattern.length, `${pattern.slice(0, 40)}: ${looks}`);
});

test("no pattern costs more than its length times the text's", () =>
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "b", "*", "?", ":"), maxLength: 40 }),
      fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 200 }),
      (pattern, text) => {
        for (const looks of looksFor(pattern, text))
          assert.ok(looks <= (pattern.length + 1) * (text.length + 1) + text.length);
      },
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
