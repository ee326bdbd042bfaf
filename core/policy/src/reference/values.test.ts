// Values that are nearly well formed: the engine must read, refuse and compare them as the reference does.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import fc from "fast-check";
import { compileCondition, testCondition } from "../conditions/compile-condition.ts";
import { isInvalidValue } from "../conditions/operators.ts";
import { failed, yes } from "../match/outcome.ts";
import { compileResource, matchResource } from "../match/resource.ts";
import { checkResource } from "../parse/resource-rules.ts";
import { contextOf } from "../request/context.ts";
import { upTo } from "./combinations.ts";
import { conditionsHold, resourceMatches } from "./reference-conditions.ts";

const numRuns = Number(process.env["ROLECALL_POLICY_RUNS"] ?? 20_000);
const seed = Number(process.env["ROLECALL_POLICY_SEED"] ?? Date.now() % 0x7fffffff);

interface Form {
  readonly operators: readonly string[];
  /** Well formed, or nearly. */
  readonly texts: readonly string[];
  /** What is put into them. */
  readonly characters: string;
}

const arns: Form = {
  operators: ["ArnLike", "ArnNotEquals"],
  texts: [
    "arn:aws:iam::1:role/t/R",
    "arn:aws:*",
    "arn:*:iam::*:role/*",
    "*",
    "arn:aws:s3:::b/${x:v}/?",
    "arn:a:b:c:d:e:f",
  ],
  characters: "arn:*?${}x,'/",
};
const forms: readonly Form[] = [
  arns,
  {
    operators: ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals"],
    texts: ["1", "-1.5", "1e3", "1E-2", "+0.10", "01.", ".5", "1e400", ""],
    characters: "01259+-.eE x",
  },
  {
    operators: ["DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals"],
    texts: [
      "2026",
      "2026-09",
      "2024-02-29",
      "2026-09-01T12:30Z",
      "2026-09-01T12:30:59.5+01:30",
      "1788220800",
      "8640000000000",
    ],
    characters: "0123456789-:TZ.+ ",
  },
  {
    operators: ["IpAddress", "NotIpAddress"],
    texts: [
      "10.1.2.3",
      "10.0.0.0/8",
      "2001:db8::1",
      "::/0",
      "1:2:3:4:5:6:7:8",
      "::ffff:10.1.2.3",
      "2001:db8::/33",
      "1::8",
    ],
    characters: "01259afFg:./ ",
  },
  {
    operators: ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"],
    texts: [
      "a*b",
      "ABc",
      "${x:v}",
      "${x:v, 'd'}",
      "a?${*}b",
      "${x:many,'z'}x",
      "${ ${x:v}",
      "\u{1f600}Ab",
      "ΑΣ\u{10400}",
      "**a*",
    ],
    characters: "aAbB*?${}xv:,' ΣςK",
  },
  { operators: ["BinaryEquals"], texts: ["aGk=", "aa==", "AAAA", "af=="], characters: "AGaf=+/ " },
  { operators: ["Bool"], texts: ["true", "FALSE", "1"], characters: "truTRU " },
];

/** A text of the form with up to three characters put in, left out or changed. */
function nearly({ texts, characters }: Form): fc.Arbitrary<string> {
  const edit = fc.record({ at: fc.nat(40), drop: fc.nat(1), put: fc.constantFrom("", ...characters) });
  return fc.tuple(fc.constantFrom(...texts), fc.array(edit, { maxLength: 3 })).map(([text, edits]) =>
    edits.reduce((edited, { at, drop, put }) => {
      const place = at % (edited.length + 1);
      return edited.slice(0, place) + put + edited.slice(place + drop);
    }, text),
  );
}

const version = fc.constantFrom("2012-10-17", "2012-10-17", "2008-10-17");
/** For policy variables. */
const variables = fc.record({
  "x:v": fc.constantFrom("a", "", "*", "arn:aws:s3:::b", undefined),
  "x:many": fc.constantFrom(["a"], undefined),
});

test("the engine reads and compares values as the reference does", (t) => {
  t.diagnostic(`${numRuns} conditions, seed ${seed}`);
  const condition = fc.constantFrom(...forms).chain((form) =>
    fc.record({
      set: fc.constantFrom("", "", "ForAllValues:", "ForAnyValue:"),
      base: fc.constantFrom(...form.operators),
      suffix: fc.constantFrom("", "", "IfExists"),
      values: fc.array(nearly(form), { minLength: 1, maxLength: 3 }),
      got: fc.oneof(
        nearly(form),
        nearly(form),
        fc.array(nearly(form), { maxLength: 2 }),
        fc.constant(undefined),
      ),
      isSame: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(
      condition,
      version,
      variables,
      ({ set, base, suffix, values, got, isSame }, documentVersion, others) => {
        // Session policies may have every value but this.
        fc.pre(base !== "BinaryEquals" || !values.some((value) => isInvalidValue(base, value)));
        const element = { operator: `${set}${base}${suffix}`, key: "x:key", values };
        const request = contextOf({ ...others, "x:key": isSame ? values.at(-1) : got });
        const outcome = testCondition(compileCondition(element, documentVersion === "2012-10-17"), request);
        assert.equal(
          outcome === failed ? "error" : outcome === yes,
          conditionsHold([element], documentVersion, request),
        );
      },
    ),
    { numRuns, seed },
  );
});

test("the engine matches resources as the reference does", () => {
  fc.assert(
    fc.property(
      nearly(arns),
      nearly(arns),
      fc.boolean(),
      version,
      variables,
      (pattern, text, isSame, documentVersion, others) => {
        fc.pre(checkResource(pattern) === undefined);
        const resource = isSame ? pattern.replaceAll("*", "x:y").replaceAll("${x:v}", "a") : text;
        const request = contextOf(others);
        const compiled = compileResource({ not: false, values: [pattern] }, documentVersion === "2012-10-17");
        assert.equal(
          matchResource(compiled, resource, request) === yes,
          resourceMatches(pattern, documentVersion, resource, request),
        );
      },
    ),
    { numRuns, seed },
  );
});

/** What the engine and the reference say of a policy value and a request's value; nothing when they agree. */
function difference(operator: string, wanted: string, got: string): string | undefined {
  const element = { operator, key: "x:key", values: [wanted] };
  const context = contextOf({ "x:v": "a", "x:key": got });
  const outcome = testCondition(compileCondition(element, true), context);
  const said = outcome === failed ? "error" : outcome === yes;
  const expected = conditionsHold([element], "2012-10-17", context);
  return said === expected ? undefined : `${operator} ${wanted} ${got}: ${said}, not ${expected}`;
}

type Try = readonly [operator: string, wanted: string, got: string];

function assertNoDifference(t: TestContext, tries: Iterable<Try>): void {
  let count = 0;
  const differences: string[] = [];
  for (const one of tries) {
    count++;
    const found = difference(...one);
    if (found !== undefined) differences.push(found);
  }
  t.diagnostic(`${count} conditions`);
  assert.deepEqual(differences, []);
}

test("every value that is one character away from a well-formed one", (t) =>
  assertNoDifference(t, nearlyWellFormed()));

function* nearlyWellFormed(): Generator<Try> {
  for (const { operators, texts, characters } of forms)
    for (const text of texts)
      for (let at = 0; at <= text.length; at++)
        for (const put of ["", ...characters])
          for (const drop of [0, 1]) {
            const edited = text.slice(0, at) + put + text.slice(at + drop);
            for (const operator of operators.slice(0, 2)) {
              yield [operator, edited, text];
              yield [operator, text, edited];
              yield [operator, edited, edited];
            }
          }
}

test("every small number, address and time", (t) => assertNoDifference(t, smallValues()));

function* smallValues(): Generator<Try> {
  const small: readonly (readonly [operator: string, base: string, texts: readonly string[]])[] = [
    ["NumericEquals", "10", upTo(5, ["0", "1", ".", "e", "+", "-"])],
    ["IpAddress", "1::/16", upTo(5, ["1", ":", "::", "1:1:1:1", ".", "1.1.1", "/"])],
    ["DateEquals", "2024", upTo(3, ["2024", "-", "-02", "-29", "-30", "-12-31", "T00:00Z", "1"])],
    [
      "DateEquals",
      "2024-02-29",
      upTo(4, ["T", "T00:00", ":00", ":59.5", "Z", "+01:00", "-00:30", ".", "9"]).map(
        (end) => `2024-02-29${end}`,
      ),
    ],
  ];
  for (const [operator, base, texts] of small)
    for (const text of texts) {
      yield [operator, text, text];
      yield [operator, base, text];
    }
}

// Patterns and texts of so few pieces are tried one and all: what a generator draws once in a million is among them.
test("every small pattern matches every small text as the reference says", (t) => {
  const context = contextOf({ "x:v": "a", "x:e": "", "x:w": "*", "x:many": ["a"] });
  const variableTexts = [
    "${x:v}",
    "${x:e}",
    "${x:w}",
    "${x:none}",
    "${x:none, 'b'}",
    "${x:many}",
    "${*}",
    "${?}",
  ];
  const texts = upTo(4, ["a", "b", "*"]);
  let count = 0;
  const differences: string[] = [];
  for (const tail of new Set([
    ...upTo(3, ["a", "*", "?", ...variableTexts]),
    ...upTo(4, ["a", "*", "?", "${x:v}"]),
  ])) {
    const pattern = `arn:aws:s3:::${tail}`;
    const loose = `arn:*:s3:::${tail}`;
    const strings = ["StringLike", "StringEquals"].map((operator) => ({
      operator,
      key: "x:key",
      values: [tail],
    }));
    const resources = [pattern, loose].map((value) => compileResource({ not: false, values: [value] }, true));
    const conditions = strings.map((element) => compileCondition(element, true));
    for (const text of texts) {
      const arn = `arn:aws:s3:::${text}`;
      const got = resources.map((resource) => matchResource(resource, arn, context) === yes);
      const wanted = [pattern, loose].map((value) => resourceMatches(value, "2012-10-17", arn, context));
      const request = contextOf({ "x:v": "a", "x:e": "", "x:w": "*", "x:many": ["a"], "x:key": text });
      got.push(...conditions.map((condition) => testCondition(condition, request) === yes));
      wanted.push(...strings.map((element) => conditionsHold([element], "2012-10-17", request) === true));
      count += got.length;
      if (got.some((one, i) => one !== wanted[i]))
        differences.push(`${tail} ${text}: ${got.join()} not ${wanted.join()}`);
    }
  }
  t.diagnostic(`${count} matches`);
  assert.deepEqual(differences, []);
});
