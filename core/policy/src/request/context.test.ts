import assert from "node:assert/strict";
import { test } from "node:test";
import { contextOf, unknownValue } from "./context.ts";

test("keys are found in any case of the record, and listed as written", () => {
  const context = contextOf({ "aws:PrincipalTag/Team": "red", "aws:TagKeys": [], "aws:username": undefined });
  assert.equal(context.get("aws:principaltag/team"), "red");
  assert.equal(context.get("aws:username"), undefined);
  assert.deepEqual(
    [...context.entries()],
    [
      ["aws:PrincipalTag/Team", "red"],
      ["aws:TagKeys", []],
    ],
  );
});

test("an unknown value is known to be unknown, and not listed", () => {
  const context = contextOf({ "aws:username": unknownValue });
  assert.equal(context.get("aws:username"), unknownValue);
  assert.deepEqual([...context.entries()], []);
});

test("names of Object.prototype are no keys", () => {
  assert.equal(contextOf({}).get("constructor"), undefined);
  assert.equal(contextOf({}).get("__proto__"), undefined);
});
