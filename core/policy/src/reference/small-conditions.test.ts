// Every operator in every form on every kind of value, and every few conditions together.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileStatement, matchStatement } from "../compile/compile-statement.ts";
import { compileCondition, testCondition } from "../conditions/compile-condition.ts";
import { isInvalidValue, operators } from "../conditions/operators.ts";
import type { OperatorName } from "../conditions/operators.ts";
import type { Outcome } from "../match/outcome.ts";
import { failed, no, unknown, yes } from "../match/outcome.ts";
import type { ConditionElement, Policy, PolicyVersion, Statement } from "../parse/policy.ts";
import { contextOf, unknownValue } from "../request/context.ts";
import type { ContextValue } from "../request/context.ts";
import { completions, listsUpTo } from "./combinations.ts";
import type { Value, Values } from "./combinations.ts";
import { conditionsHold } from "./reference-conditions.ts";

/** Of one family of operators: a value, another one, and one that cannot be read. */
interface Samples {
  readonly one: string;
  readonly other: string;
  readonly unreadable: string;
  /** What a policy can have besides. */
  readonly pattern: string;
}

const samples: readonly (readonly [RegExp, Samples])[] = [
  [/^String/, { one: "a", other: "B", unreadable: "", pattern: "A*" }],
  [/^Numeric/, { one: "1", other: "2", unreadable: "x", pattern: "+1.0" }],
  [/^Date/, { one: "2026", other: "1788264000", unreadable: "2026-13", pattern: "2026-01-01T01:00+01:00" }],
  [/^Bool/, { one: "true", other: "false", unreadable: "", pattern: "TRUE" }],
  [/^Binary/, { one: "aGk=", other: "aGj=", unreadable: "aGk", pattern: "" }],
  [/Ip/, { one: "10.1.2.3", other: "2001:db8::1", unreadable: "10.1.2.3/32", pattern: "10.0.0.0/8" }],
  [/^Arn/, { one: "arn:a:b:::c", other: "arn:a:b:::d:e", unreadable: "arn:a", pattern: "arn:*:b:*" }],
  [/^Null/, { one: "true", other: "false", unreadable: "", pattern: "TRUE" }],
];

const samplesOf = (base: string): Samples => {
  const found = samples.find(([names]) => names.test(base));
  assert.ok(found, base);
  return found[1];
};

const held = (hold: boolean | "error"): Outcome => (hold === "error" ? failed : hold ? yes : no);

/** With nothing unknown the answer must be the reference's; else it must be sure whatever stands for what is unknown. */
function isRight(got: Outcome, wanted: readonly Outcome[]): boolean {
  const [only] = wanted;
  if (wanted.length === 1) return got === only;
  // An error that is told although something is unknown allows nothing and denies, as what is unknown does.
  return got === unknown || got === failed || wanted.every((one) => one === got);
}

test("every operator, in every form, on every kind of value of key and policy", (t) => {
  let count = 0;
  let sure = 0;
  const differences: string[] = [];
  for (const base of Object.keys(operators) as OperatorName[]) {
    const { one, other, unreadable, pattern } = samplesOf(base);
    const known: readonly (ContextValue | undefined)[] = [
      undefined,
      one,
      other,
      unreadable,
      [],
      [one],
      [unreadable],
      [one, other],
      [other, one],
      [unreadable, one],
      [other, unreadable],
    ];
    const keys: readonly Value[] = [...known, unknownValue];
    // The suffix says something of keys that are not there.
    const fewKeys: readonly Value[] = [undefined, one, [], [one], unknownValue];
    const possible = [undefined, one, other, unreadable, [], [one], [other, unreadable]];
    const wantedValues = [
      one,
      other,
      pattern,
      unreadable,
      "${x:v}",
      "${x:absent}",
      `\${x:absent, '${one}'}`,
      "${x:many}",
      "${x:unknown}",
    ];
    const lists = listsUpTo(2, wantedValues).filter(
      // Nobody has such a value: it is refused in every kind of document.
      (values) => base !== "BinaryEquals" || !values.some((value) => isInvalidValue(base, value)),
    );
    for (const set of ["", "ForAllValues:", "ForAnyValue:"])
      for (const suffix of base === "Null" ? [""] : ["", "IfExists"])
        for (const values of lists)
          for (const version of ["2012-10-17", "2008-10-17"]) {
            const isOld = version === "2008-10-17";
            if (isOld && !values.some((value) => value.includes("$"))) continue;
            const element = { operator: `${set}${base}${suffix}`, key: "x:Key", values };
            const condition = compileCondition(element, !isOld);
            const hasUnknown = !isOld && values.includes("${x:unknown}");
            for (const key of suffix === "" ? keys : fewKeys) {
              const context: Values = {
                "x:key": key,
                "x:v": one,
                "x:many": [one],
                ...(hasUnknown ? { "x:unknown": unknownValue } : {}),
              };
              const got = testCondition(condition, contextOf(context));
              const wanted = completions(context, possible).map((complete) =>
                held(conditionsHold([element], version, contextOf(complete))),
              );
              count++;
              if (got !== unknown) sure++;
              if (!isRight(got, wanted))
                differences.push(
                  `${element.operator} ${version} ${values.join()} ${String(key)}: ${got}, not ${wanted.join()}`,
                );
            }
          }
  }
  t.diagnostic(`${count} conditions, ${sure} of them sure`);
  assert.deepEqual(differences, []);
});

/** Conditions of every answer, each of those that can be an error beside those that cannot. */
const elements: readonly ConditionElement[] = [
  { operator: "StringEquals", key: "x:s", values: ["a"] },
  { operator: "StringNotEquals", key: "x:s", values: ["a"] },
  { operator: "StringLikeIfExists", key: "x:s", values: ["${x:absent}", "${x:v}*"] },
  { operator: "StringEquals", key: "x:s", values: ["${x:u}"] },
  { operator: "NumericEquals", key: "x:n", values: ["1", "one"] },
  { operator: "NumericNotEquals", key: "x:n", values: ["one", "1"] },
  { operator: "NumericLessThan", key: "x:n", values: ["1"] },
  { operator: "NotIpAddress", key: "x:u", values: ["10.0.0.0/33"] },
  { operator: "IpAddress", key: "x:u", values: ["10.0.0.0/8"] },
  { operator: "ArnLike", key: "x:arn", values: ["${x:v}"] },
  { operator: "ArnNotLike", key: "x:arn", values: ["${x:arn}", "${x:v}"] },
  { operator: "ArnLike", key: "x:arn", values: ["${x:u}", "arn:a:b:::*"] },
  { operator: "ForAnyValue:ArnLike", key: "x:many", values: ["arn:a:b:::c", "${x:u}"] },
  { operator: "ForAllValues:DateLessThan", key: "x:many", values: ["soon"] },
  { operator: "Null", key: "x:u", values: ["true"] },
  { operator: "Null", key: "x:absent", values: ["true"] },
  { operator: "Null", key: "x:absent", values: ["false"] },
];

const statement: Statement = {
  index: 0,
  sid: undefined,
  effect: "Allow",
  principals: undefined,
  actions: { not: false, values: ["*"] },
  resources: { not: false, values: ["*"] },
  conditions: [],
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 1,
};

function policyOf(version: PolicyVersion, ...statements: Statement[]): Policy {
  return { kind: "session", version, id: undefined, statements };
}

test("every one, two and three conditions in a statement, in every order", (t) => {
  let count = 0;
  const differences: string[] = [];
  const known: readonly (ContextValue | undefined)[] = [undefined, "a", "arn:a:b:::c", "10.1.2.3", ["a"], []];
  const requests = [
    { "x:s": "a", "x:n": "1", "x:arn": "arn:a:b:::c", "x:v": "a", "x:many": ["arn:a:b:::d", "arn:a:b:::c"] },
    { "x:s": "b", "x:n": "2", "x:arn": "arn:a:b:::d", "x:v": "arn:a:b:::*", "x:many": ["1", "2026"] },
    { "x:s": "ab", "x:n": "x", "x:arn": "c", "x:v": undefined, "x:many": [] },
  ];
  const answers = new Map<string, readonly Outcome[]>();
  for (const version of ["2012-10-17", "2008-10-17"] as const)
    for (const conditions of listsUpTo(3, elements)) {
      const compiled = compileStatement({ ...statement, conditions }, policyOf(version));
      for (const [i, request] of requests.entries()) {
        const context: Values = { ...request, "x:u": unknownValue };
        const got = matchStatement(compiled, "*", contextOf(context));
        const name = `${version} ${i} ${JSON.stringify(conditions.toSorted(byText))}`;
        // The reference does not know of an order.
        let wanted = answers.get(name);
        if (wanted === undefined) {
          const concern = JSON.stringify(conditions).includes("x:u") ? context : request;
          wanted = completions(concern, known).map((complete) =>
            held(conditionsHold(conditions, version, contextOf(complete))),
          );
          answers.set(name, wanted);
        }
        count++;
        if (!isRight(got, wanted)) differences.push(`${name}: ${got}, not ${wanted.join()}`);
      }
    }
  t.diagnostic(`${count} statements`);
  assert.deepEqual(differences, []);
});

const byText = (a: ConditionElement, b: ConditionElement) => elements.indexOf(a) - elements.indexOf(b);
