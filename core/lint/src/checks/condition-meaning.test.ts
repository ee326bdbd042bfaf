// What these checks say of a condition is what the engine makes of it, in every request: small conditions are tried
// one and all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy, contextOf, evaluate, parsePolicy } from "@rolecall/policy";
import type { ContextValue } from "@rolecall/policy";
import { serviceAuthorization } from "@rolecall/service-authorization";
import { lint } from "../index.ts";

type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
/** A value of the key; undefined where the request has none. */
type Value = ContextValue | undefined;

const data = serviceAuthorization();
const principal = {
  kind: "user",
  accountId: "111122223333",
  arn: "arn:aws:iam::111122223333:user/ana",
  uniqueId: "AIDAEXAMPLE",
} as const;

const document = (condition: Condition): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:ListBucket", Resource: "*", Condition: condition }],
  });

/** For each value whether a statement with the condition applies. */
function holds(text: string, key: string, values: readonly Value[]): boolean[] {
  const parsed = parsePolicy(text, "identity");
  assert.ok(parsed.ok, text);
  const policy = compilePolicy(parsed.policy, { type: "identity" });
  return values.map((value) => {
    const context = contextOf(value === undefined ? {} : { [key]: value });
    const resource = "arn:aws:s3:::b";
    const request = {
      principal,
      action: "s3:ListBucket",
      resource,
      resourceAccountId: principal.accountId,
      context,
    };
    return evaluate(request, { identity: [policy] }).effect === "Allow";
  });
}

const codesOf = (text: string): Set<string> =>
  new Set(lint(text, { kind: "identity", data }).map(({ issueCode }) => issueCode));

/** Operators with and without IfExists. */
const both = (operators: readonly string[]): string[] =>
  operators.flatMap((operator) => [operator, `${operator}IfExists`]);

function* pairs(key: string, operators: readonly string[], lists: readonly (readonly string[])[]) {
  for (const [i, one] of operators.entries())
    for (const other of operators.slice(i + 1))
      for (const a of lists) for (const b of lists) yield { [one]: { [key]: a }, [other]: { [key]: b } };
}

test("conditions that are said never to hold together hold in no request", (t) => {
  const strings = ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"];
  const numbers = [
    "NumericEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
  ];
  const families = [
    {
      key: "aws:PrincipalTag/team",
      operators: [...both(strings), "Null"],
      lists: [["a"], ["A"], ["b"], ["a", "A"], ["a", "b"], ["true"], ["false", "true"]],
      values: [undefined, "", "a", "A", "b", "c", "true", "false"],
    },
    {
      key: "s3:max-keys",
      operators: both(numbers),
      lists: [["1"], ["2"], ["3"], ["1", "3"], []],
      values: [undefined, "0", "1", "1.5", "2", "2.5", "3", "4"],
    },
    {
      key: "aws:SecureTransport",
      operators: [...both(["Bool", "StringEquals", "StringNotEquals"]), "Null"],
      lists: [["true"], ["false"], ["True"], ["true", "false"]],
      values: [undefined, "true", "false"],
    },
  ];
  let raised = 0;
  for (const { key, operators, lists, values } of families)
    for (const condition of pairs(key, operators, lists)) {
      const text = document(condition);
      if (!codesOf(text).has("ROLECALL_CONDITION_NEVER_TRUE")) continue;
      raised++;
      const at = holds(text, key, values).indexOf(true);
      assert.equal(at, -1, `${text} holds for ${JSON.stringify(values[at])}`);
    }
  t.diagnostic(`${raised} raised`);
  assert.ok(raised > 100);
});

test("a condition with a star says what the check says of it", (t) => {
  const operators = ["StringLike", "StringNotLike", "ArnLike", "ArnNotEquals"].flatMap((operator) =>
    ["", "ForAnyValue:", "ForAllValues:"].flatMap((set) => both([`${set}${operator}`])),
  );
  const meanings: Readonly<Record<string, (value: Value) => boolean>> = {
    EQUIVALENT_TO_NULL_FALSE: (value) => value !== undefined,
    EQUIVALENT_TO_NULL_TRUE: (value) => value === undefined,
    REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION: () => true,
    REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION: () => false,
  };
  const said = new Set<string>();
  for (const operator of operators)
    for (const list of [["*"], ["arn:aws:s3:::b", "*"], ...(operator.includes("Arn") ? [] : [["**"]])]) {
      const isMultivalued = operator.startsWith("For");
      const keys = isMultivalued
        ? ["aws:TagKeys"]
        : ["aws:PrincipalTag/team", "aws:SourceArn", "aws:PrincipalAccount"];
      for (const key of keys) {
        const texts = ["arn:aws:s3:::b", "arn:aws:sns:eu-west-1:111122223333:t"];
        const present: Value[] = isMultivalued ? [texts, texts.slice(0, 1)] : texts;
        const values = key === "aws:PrincipalAccount" ? present : [undefined, ...present];
        const text = document({ [operator]: { [key]: list } });
        for (const code of codesOf(text)) {
          const meaning = meanings[code];
          if (!meaning) continue;
          said.add(code);
          assert.deepEqual(holds(text, key, values), values.map(meaning), `${code} of ${text}`);
        }
      }
    }
  t.diagnostic([...said].join(" "));
  assert.equal(said.size, 4);
});
