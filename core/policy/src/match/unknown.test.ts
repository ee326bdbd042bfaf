import assert from "node:assert/strict";
import { test } from "node:test";
import { compileStatement, matchStatement } from "../compile/compile-statement.ts";
import { compileCondition, testCondition } from "../conditions/compile-condition.ts";
import { parsePolicy } from "../parse/parse-policy.ts";
import { contextOf, unknownValue } from "../request/context.ts";
import type { Outcome } from "./outcome.ts";
import { failed, no, unknown, yes } from "./outcome.ts";
import { compileResource, matchResource } from "./resource.ts";

const context = contextOf({ "x:unknown": unknownValue, "x:known": "b" });

function outcome(operator: string, key: string, values: readonly string[]): Outcome {
  return testCondition(compileCondition({ operator, key, values }, true), context);
}

test("conditions on an unknown key are unknown, whatever the operator", () => {
  for (const operator of [
    "StringEquals",
    "StringNotEqualsIfExists",
    "ForAllValues:StringLike",
    "ForAnyValue:ArnLike",
  ])
    assert.equal(outcome(operator, "x:unknown", ["arn:aws:s3:::b"]), unknown, operator);
});

test("Null on an unknown key is unknown, unless it asks for both", () => {
  assert.equal(outcome("Null", "x:unknown", ["true"]), unknown);
  assert.equal(outcome("Null", "x:unknown", ["true", "false"]), yes);
  assert.equal(outcome("Null", "x:unknown", []), no);
});

test("a value with an unknown variable is unknown, unless another one matches", () => {
  assert.equal(outcome("StringEquals", "x:known", ["${x:unknown}"]), unknown);
  assert.equal(outcome("StringEqualsIgnoreCase", "x:known", ["${x:unknown}"]), unknown);
  assert.equal(outcome("StringNotEquals", "x:known", ["${x:unknown}"]), unknown);
  assert.equal(outcome("StringEquals", "x:known", ["${x:unknown}", "b"]), yes);
  assert.equal(outcome("StringEquals", "x:known", ["${x:unknown}${x:absent}", "c"]), no);
});

test("a resource with an unknown variable is unknown where the fixed text fits", () => {
  const matches = (values: readonly string[], not = false) =>
    matchResource(compileResource({ not, values }, true), "arn:aws:s3:::home/bob", context);
  assert.equal(matches(["arn:aws:s3:::home/${x:unknown}"]), unknown);
  assert.equal(matches(["arn:aws:s3:::home/${x:unknown}"], true), unknown);
  assert.equal(matches(["arn:aws:s3:*::home/${x:unknown}"]), unknown);
  assert.equal(matches(["arn:aws:s3:::other/${x:unknown}"]), no);
  assert.equal(matches(["arn:aws:s3:::home/${x:unknown}", "arn:aws:s3:::home/*"]), yes);
  assert.equal(matches(["arn:aws:s3:::home/${x:unknown}", "arn:aws:s3:::other/${x:known}"]), unknown);
});

test("an unknown key keeps a Deny in force when its value could make an evaluation error", () => {
  const document = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { NotIpAddress: { "x:unknown": "10.0.0.0/33" }, DateGreaterThan: { "x:absent": "soon" } },
      },
    ],
  };
  const parsed = parsePolicy(JSON.stringify(document), "session");
  assert.ok(parsed.ok);
  const [statement] = parsed.policy.statements;
  assert.ok(statement);
  assert.equal(matchStatement(compileStatement(statement, parsed.policy), "*", context), unknown);
});

test("an error after a value with an unknown variable stays unknown", () => {
  const arn = "arn:aws:sns:us-east-1:111122223333:a";
  const known = contextOf({ "x:unknown": unknownValue, "x:arn": arn });
  const tested = (values: readonly string[]) =>
    testCondition(compileCondition({ operator: "ArnLike", key: "x:arn", values }, true), known);
  assert.equal(tested([`${arn}\${x:unknown}`, "no arn"]), unknown);
  assert.equal(tested(["no arn", `${arn}\${x:unknown}`]), failed);
});
