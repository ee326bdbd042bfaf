import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { document } from "../reference/situations.ts";
import { contextKeysOf } from "./context-keys-of.ts";
import { parsePolicy } from "./parse-policy.ts";
import type { Policy, PolicyKind } from "./policy.ts";
import { policySizeWithoutWhitespace } from "./policy-size.ts";
import { principalsOf } from "./principals-of.ts";
import { printPolicy } from "./print-policy.ts";

const kinds: readonly PolicyKind[] = [
  "identity",
  "trust",
  "resource",
  "boundary",
  "session",
  "scp",
  "rcp",
  "endpoint",
];

function parsed(text: string, kind: PolicyKind): Policy {
  const result = parsePolicy(text, kind);
  assert.ok(result.ok, JSON.stringify(result));
  return result.policy;
}

/** Without lines and columns. */
function withoutPlaces({ statements, ...policy }: Policy) {
  const unplaced = { line: 0, column: 0, endLine: 0, endColumn: 0 };
  return { ...policy, statements: statements.map((statement) => ({ ...statement, ...unplaced })) };
}

test("parsing what was printed gives the same policy", () => {
  for (const kind of kinds)
    fc.assert(
      fc.property(document(kind), (text) => {
        const policy = parsed(text, kind);
        assert.deepEqual(withoutPlaces(parsed(printPolicy(policy), kind)), withoutPlaces(policy));
      }),
      { numRuns: 300 },
    );
});

test("printing escapes what a policy's text may not have", () => {
  const text =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::\\u212a\\u0001\\ud83d"}}';
  const policy = parsed(text, "identity");
  assert.equal(policy.statements[0]?.resources?.values[0], "arn:aws:s3:::\u212a\u0001\ud83d");
  assert.deepEqual(
    parsed(printPolicy(policy), "identity").statements[0]?.resources,
    policy.statements[0]?.resources,
  );
});

test("parsing never throws, and a problem always has a place in the text", () => {
  const mutated = fc
    .tuple(document("identity"), fc.nat(400), fc.nat(3), fc.string({ maxLength: 3 }))
    .map(([text, at, removed, added]) => text.slice(0, at) + added + text.slice(at + removed));
  const anything = fc.oneof(fc.string(), fc.json(), mutated);
  fc.assert(
    fc.property(anything, fc.constantFrom(...kinds), (text, kind) => {
      const result = parsePolicy(text, kind);
      if (result.ok) return;
      const [first] = result.problems;
      assert.ok(first !== undefined && first.message !== "");
      const lines = text.split("\n");
      for (const { line, column } of result.problems) {
        assert.ok(line >= 1 && line <= lines.length && column >= 1);
        assert.ok(column <= (lines[line - 1] ?? "").length + 1);
      }
    }),
    { numRuns: 3_000 },
  );
});

test("a document that is too long is refused unread", () => {
  const text = `{"Version":"2012-10-17"${" ".repeat(200)}`;
  const result = parsePolicy(text, "identity", { maxLength: 100 });
  assert.ok(!result.ok);
  assert.deepEqual([result.problems.length, result.problems[0]?.line], [1, 1]);
});

test("a document full of problems names a bounded number of them", () => {
  const statement = { Effect: "x", Action: ["a"], Resource: ["b"], Foo: 1 };
  const text = JSON.stringify({ Statement: Array.from({ length: 500 }, () => statement) });
  const result = parsePolicy(text, "identity");
  assert.ok(!result.ok && result.problems.length === 100);
});

test("whitespace does not count, but for that in strings", () => {
  assert.equal(policySizeWithoutWhitespace('{ "a b" :\n\t"c \\" d" }\r'), '{"a b":"c \\" d"}'.length);
  assert.equal(policySizeWithoutWhitespace(""), 0);
});

test("all principals are found", () => {
  const text = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: ["111122223333", "*"], Service: "x.y" },
        Action: "a:b",
        Resource: "*",
      },
      { Effect: "Deny", NotPrincipal: "*", Action: "a:b", Resource: "*" },
    ],
  });
  assert.deepEqual(principalsOf(parsed(text, "resource")), [
    { type: "AWS", value: "111122223333", path: "Statement[0].Principal" },
    { type: "AWS", value: "*", path: "Statement[0].Principal" },
    { type: "Service", value: "x.y", path: "Statement[0].Principal" },
    { type: "*", value: "*", path: "Statement[1].NotPrincipal" },
  ]);
});

test("statements know where they begin and end", () => {
  const text =
    '{"Version":"2012-10-17","Statement":[\n  {"Effect":"Allow","Action":"a:b",\n  "Resource":"*"}]}';
  const [statement] = parsed(text, "identity").statements;
  assert.deepEqual(
    [statement?.line, statement?.column, statement?.endLine, statement?.endColumn],
    [2, 3, 3, 17],
  );
});

test("all context keys are found", () => {
  const text = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Action: "*",
      Resource: "arn:aws:s3:::${aws:username}/${*}/${aws:PrincipalTag/Team, 'x'}",
      Condition: { StringEquals: { "aws:RequestedRegion": "${x:y}", "AWS:UserName": "z" } },
    },
  });
  const keys = ["aws:requestedregion", "aws:username", "aws:principaltag/team", "x:y"];
  assert.deepEqual(contextKeysOf(parsed(text, "identity")), keys);
  const old = text.replace("2012-10-17", "2008-10-17");
  assert.deepEqual(contextKeysOf(parsed(old, "identity")), ["aws:requestedregion", "aws:username"]);
});
