// Every small ARN pattern on every small ARN, and every small text with a variable or nearly one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileCondition, testCondition } from "../conditions/compile-condition.ts";
import { failed, no, unknown, yes } from "../match/outcome.ts";
import { compileResource, matchResource } from "../match/resource.ts";
import { checkResource } from "../parse/resource-rules.ts";
import { contextOf, unknownValue } from "../request/context.ts";
import { completions, listsUpTo, upTo } from "./combinations.ts";
import type { Value, Values } from "./combinations.ts";
import { conditionsHold, resourceMatches } from "./reference-conditions.ts";

const variable = "${x:v}";

/** All texts of so many colons and at most so many of the other units, in every order. */
function withColons(colons: number, others: number, units: readonly string[]): string[] {
  if (colons < 0 || others < 0) return [];
  const end = colons === 0 ? [""] : [];
  return [
    ...end,
    ...withColons(colons - 1, others, units).map((rest) => `:${rest}`),
    ...units.flatMap((unit) => withColons(colons, others - 1, units).map((rest) => unit + rest)),
  ];
}

const several = (texts: readonly (readonly string[])[]) =>
  [...new Set(texts.flat())].map((text) => `arn:${text}`);
const units = ["a", "*", "?", variable];
/** Four colons make all parts; one more stands in the last part. */
const patterns = several([withColons(4, 3, units), ...[0, 1, 2, 3, 5].map((n) => withColons(n, 2, units))]);
const arns = several([
  withColons(4, 3, ["a"]),
  withColons(4, 2, ["a", "b"]),
  withColons(5, 1, ["a", "b"]),
  withColons(5, 2, ["a"]),
  ...[0, 1, 2, 3].map((n) => withColons(n, 2, ["a"])),
]);

/** What the parser lets through: all parts, or a `*` at the end. */
const isResource = (pattern: string) => pattern.split(":").length >= 6 || pattern.endsWith("*");

/** Counts what was compared, and keeps what differs. */
class Comparisons {
  count = 0;
  readonly differences: string[] = [];

  compare(got: unknown, wanted: unknown, ...of: readonly unknown[]): void {
    this.count++;
    if (got !== wanted) this.differences.push(`${of.map(String).join(" ")}: ${got} not ${wanted}`);
  }
}

const texts = ["arn", "*", ":", ...arns];
/** The matcher is the same: enough to see that it is. */
const fewer = [
  "arn",
  "*",
  "",
  ...several([withColons(4, 2, ["a", "b"]), ...[2, 3, 5].map((n) => withColons(n, 1, ["a"]))]),
];

test("every small ARN pattern matches every small ARN as the reference says", (t) => {
  const made = new Comparisons();
  const context = contextOf({ "x:v": "a" });
  for (const pattern of patterns) {
    if (!isResource(pattern)) continue;
    const resource = compileResource({ not: false, values: [pattern] }, true);
    for (const text of texts) {
      const wanted = resourceMatches(pattern, "2012-10-17", text, context);
      made.compare(matchResource(resource, text, context), wanted ? yes : no, pattern, text);
    }
  }
  t.diagnostic(`${made.count} matches`);
  assert.deepEqual(made.differences, []);
});

const held = (hold: boolean | "error") => (hold === "error" ? failed : hold ? yes : no);

test("Arn operators compare every small ARN with every small pattern as the reference says", (t) => {
  const made = new Comparisons();
  // An operator and its negation are one comparison; that they differ in nothing else is seen among the conditions.
  const element = (pattern: string) => ({ operator: "ArnLike", key: "x:key", values: [pattern] });
  for (const pattern of [...patterns, "*", "**", "a*", variable, `*${variable}`]) {
    const condition = compileCondition(element(pattern), true);
    for (const text of fewer) {
      const context = contextOf({ "x:v": "a", "x:key": text });
      const wanted = held(conditionsHold([element(pattern)], "2012-10-17", context));
      made.compare(testCondition(condition, context), wanted, pattern, text);
    }
  }
  t.diagnostic(`${made.count} matches`);
  assert.deepEqual(made.differences, []);
});

test("whatever a variable stands for, ARN patterns with it match as the reference says", (t) => {
  const made = new Comparisons();
  const known = [undefined, "", ":", "*", "a:a", "arn:", "arn:a::::a", ["a"], []];
  const some = several([
    withColons(4, 2, ["*", variable]),
    withColons(2, 2, ["*", variable]),
    ["", "*"].flatMap((end) =>
      upTo(1, ["*", "?", variable, ":"]).map((text) => `a::::${text}${variable}${end}`),
    ),
  ]);
  const few = several([withColons(4, 1, ["a", "*"]), withColons(5, 1, ["a"]), withColons(3, 1, ["a"])]);
  const operators = ["ArnLike", "ArnNotLike"];
  for (const pattern of [...some, variable, `${variable}*`, `*${variable}`, `\${x:none, 'a'}${variable}`]) {
    const resource = compileResource({ not: false, values: [pattern] }, true);
    const elements = operators.map((operator) => ({ operator, key: "x:key", values: [pattern] }));
    const conditions = elements.map((element) => compileCondition(element, true));
    for (const text of ["*", ...few]) {
      const outcomes = conditions.map(() => new Set<unknown>());
      for (const value of known) {
        const context = contextOf({ "x:v": value, "x:key": text });
        if (isResource(pattern) && pattern.startsWith("arn:")) {
          const wanted = resourceMatches(pattern, "2012-10-17", text, context);
          made.compare(matchResource(resource, text, context), wanted ? yes : no, pattern, text, value);
        }
        for (const [i, condition] of conditions.entries()) {
          const wanted = held(conditionsHold(elements.slice(i, i + 1), "2012-10-17", context));
          made.compare(testCondition(condition, context), wanted, operators[i], pattern, text, value);
          outcomes[i]?.add(wanted);
        }
      }
      const context = contextOf({ "x:v": unknownValue, "x:key": text });
      for (const [i, condition] of conditions.entries()) {
        // What is said of an unknown variable must hold for whatever it stands for.
        const got = testCondition(condition, context);
        if (got !== unknown) made.compare([...(outcomes[i] ?? [])].join(), got.toString(), pattern, text);
      }
    }
  }
  t.diagnostic(`${made.count} matches`);
  assert.deepEqual(made.differences, []);
});

test("documents of 2008 have no variables: every small pattern with what would be one", (t) => {
  const made = new Comparisons();
  const request: Values = { "x:v": "a", "x:none": undefined };
  const holes = ["${x:v}", "${*}", "${x:none, 'a'}"];
  const tails = upTo(3, [...holes, "*", ":"]);
  for (const tail of tails) {
    const pattern = `arn:aws:s3::${tail}`;
    const element = { operator: "ArnLike", key: "x:key", values: [pattern] };
    const condition = compileCondition(element, false);
    const resource = compileResource({ not: false, values: [pattern] }, false);
    for (const end of upTo(3, ["${x:v}", "${*}", ":"])) {
      const text = `arn:aws:s3::${end}`;
      const context = contextOf({ ...request, "x:key": text });
      for (const version of ["2008-10-17", undefined]) {
        made.compare(
          testCondition(condition, context),
          held(conditionsHold([element], version, context)),
          pattern,
          text,
        );
        if (!isResource(pattern)) continue;
        const wanted = resourceMatches(pattern, version, text, context);
        made.compare(matchResource(resource, text, context), wanted ? yes : no, pattern, text);
      }
    }
  }
  t.diagnostic(`${made.count} matches`);
  assert.deepEqual(made.differences, []);
});

test("every small Resource that the parser lets through matches as the reference says", (t) => {
  const made = new Comparisons();
  const context = contextOf({ "x:v": "a", a: "a" });
  for (const tail of upTo(5, [":", "*", "a", "${*}", "${x:v}", "${a, ':::'}"])) {
    const pattern = `arn:aws:sqs${tail}`;
    if (checkResource(pattern) !== undefined) continue;
    const plain = pattern.replaceAll("*", "a");
    for (const version of ["2012-10-17", "2008-10-17"]) {
      const resource = compileResource({ not: false, values: [pattern] }, version === "2012-10-17");
      for (const text of [pattern, plain, plain.replaceAll("${x:v}", "a"), "arn:aws:sqs:::a", "*", "a"]) {
        const wanted = resourceMatches(pattern, version, text, context);
        made.compare(matchResource(resource, text, context), wanted ? yes : no, pattern, version, text);
      }
    }
  }
  t.diagnostic(`${made.count} matches`);
  assert.deepEqual(made.differences, []);
});

test("every small text with a variable, or nearly one, is read as the reference reads it", (t) => {
  const made = new Comparisons();
  const request = { a: "b", "a'": "c", "a,": "d", "a a": "e", "*": "f", "${a": "g" };
  const ends = upTo(5, ["a", " ", ",", "'", "}", "${"]);
  for (const end of [...ends, ...["*", "?", "$"].flatMap((sign) => ends.map((text) => sign + text))]) {
    const wanted = `\${${end}`;
    const element = { operator: "StringLike", key: "x:key", values: [wanted] };
    const condition = compileCondition(element, true);
    // What the reference makes of the text is the value that it must match; the text itself is that of no variables.
    for (const text of [wanted, ...readings(wanted)]) {
      const context = contextOf({ ...request, "x:key": text });
      made.compare(
        testCondition(condition, context),
        held(conditionsHold([element], "2012-10-17", context)),
        wanted,
        text,
      );
    }
  }
  t.diagnostic(`${made.count} matches`);
  assert.deepEqual(made.differences, []);

  /** The text with one piece of it taken for a variable and replaced. */
  function readings(text: string): string[] {
    const close = text.indexOf("}");
    if (close === -1) return [];
    const rest = text.slice(close + 1);
    const quoted = text.indexOf("'}");
    const open = text.indexOf("${", 2);
    return [
      ...Object.values(request).map((value) => value + rest),
      ...(quoted === -1 ? [] : [text.slice(text.indexOf("'") + 1, quoted) + text.slice(quoted + 2)]),
      ...(open === -1 ? [] : [`${text.slice(0, open)}b${text.slice(text.indexOf("}", open) + 1)}`]),
    ];
  }
});

test("lists of resources: the first that matches, and what is not known", (t) => {
  const made = new Comparisons();
  const values = [
    "arn:aws:s3:::a",
    "arn:aws:s3:::*",
    "arn:aws:s3:::${x:v}",
    "arn:*:s3:::${x:w}/?",
    "arn:aws:s3:${x:v}::a",
  ];
  const known = [undefined, "a", "b", ["a"]];
  const all: readonly Value[] = [...known, unknownValue];
  const some: readonly Value[] = ["a", undefined, unknownValue];
  for (const list of listsUpTo(3, values))
    for (const not of [false, true]) {
      const resource = compileResource({ not, values: list }, true);
      for (const v of all)
        for (const w of some)
          for (const text of ["arn:aws:s3:::a", "arn:aws:s3:::a/b", "arn:aws:s4:::a", "*"]) {
            const got = matchResource(resource, text, contextOf({ "x:v": v, "x:w": w }));
            const wanted = completions({ "x:v": v, "x:w": w }, known).map((one) =>
              list.some((value) => resourceMatches(value, "2012-10-17", text, contextOf(one))) !== not
                ? yes
                : no,
            );
            if (got === unknown) assert.ok(v === unknownValue || w === unknownValue);
            else for (const one of wanted) made.compare(got, one, list, not, v, w, text);
          }
    }
  t.diagnostic(`${made.count} matches`);
  assert.deepEqual(made.differences, []);
});
