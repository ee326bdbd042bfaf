// Every small action pattern on every small action, and statements found by action and by resource: which of a few exist.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy } from "../compile/compile-policy.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { preparePolicySet } from "../evaluate/plan.ts";
import type { PolicySet } from "../evaluate/policy-set.ts";
import { actionMatcher } from "../match/action.ts";
import { parsePolicy } from "../parse/parse-policy.ts";
import type { Policy, Statement } from "../parse/policy.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import { contextOf } from "../request/context.ts";
import { listsUpTo, subsets, upTo } from "./combinations.ts";
import { actionMatches } from "./reference-conditions.ts";
import { reference } from "./reference.ts";

const request: AuthorizationRequest = {
  principal: {
    kind: "user",
    accountId: "111122223333",
    arn: "arn:aws:iam::111122223333:user/bob",
    uniqueId: "AIDAEXAMPLEUSERIDXXXX",
  },
  action: "s3:GetObject",
  resource: "arn:aws:s3:::b",
  resourceAccountId: "111122223333",
  context: contextOf({ "x:v": "a" }),
};

type Elements = Readonly<Record<string, unknown>>;

function statementsOf(elements: readonly Elements[]): readonly Statement[] {
  const text = JSON.stringify({
    Version: "2012-10-17",
    Statement: elements.map((one) => ({ Effect: "Allow", ...one })),
  });
  const parsed = parsePolicy(text, "identity");
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.policy.statements;
}

/** A document of these statements in this order, without a text of its own. */
function policyOf(statements: readonly Statement[]): Policy {
  return {
    kind: "identity",
    version: "2012-10-17",
    id: undefined,
    statements: statements.map((statement, index) => ({ ...statement, index, line: index + 1 })),
  };
}

const identity = (statements: readonly Statement[]): PolicySet => ({
  identity: [compilePolicy(policyOf(statements), { type: "identity" })],
});

test("every small action pattern matches every small action as the reference says", (t) => {
  let count = 0;
  const differences: string[] = [];
  const actions = ["s3:", "S3", "*", "", ":", "s4:a", ...upTo(4, ["a", "B"]).map((name) => `S3:${name}`)];
  for (const name of upTo(4, ["a", "b", "*", "?"]))
    for (const value of [`s3:${name}`, `S3:${name.toUpperCase()}`, name])
      for (const not of [false, true]) {
        const matches = actionMatcher({ not, values: [value, "s3:ab"] });
        for (const action of actions) {
          count++;
          const wanted = [value, "s3:ab"].some((pattern) => actionMatches(pattern, action)) !== not;
          if (matches(action.toLowerCase()) !== wanted) differences.push(`${value} ${action}: not ${wanted}`);
        }
      }
  t.diagnostic(`${count} matches`);
  assert.deepEqual(differences, []);
});

/** As many statements as make the engine look them up by action; for no action of the tests. */
const fillers = statementsOf(
  Array.from({ length: 32 }, (_, i) => ({ Action: [`ec2:Get${i}`, "sqs:Send*"], Resource: "*" })),
);

function compare(
  statements: readonly Statement[],
  requests: readonly AuthorizationRequest[],
  differences: string[],
): number {
  const policies = identity(statements);
  const prepared = preparePolicySet(policies);
  for (const one of requests) {
    const wanted = JSON.stringify(reference(one, policies));
    for (const got of [evaluate(one, policies), evaluate(one, prepared)])
      if (JSON.stringify(got) !== wanted) {
        const said = statements
          .slice(-8)
          .map(({ effect, actions, resources }) => ({ effect, actions, resources }));
        differences.push(`${one.action} ${one.resource} ${JSON.stringify(said)}: ${JSON.stringify(got)}`);
      }
  }
  return requests.length;
}

test("statements are found by action, whichever of a few exist in a long document", (t) => {
  let count = 0;
  const differences: string[] = [];
  const elements: readonly Elements[] = [
    { Action: "*" },
    { Action: "S3:getObject" },
    { Action: ["ec2:Run*", "s3:Get*"] },
    { Action: ["s3:PutObject", "s3:?utObject", "s3:PUT*"] },
    { NotAction: ["s3:*", "ec2:Start"] },
    { Action: ["s3:GetObjectAcl", "ec2:RunInstances"] },
  ];
  const requests = [
    "S3:GETOBJECT",
    "s3:PutObject",
    "s3:GetObjectAcl",
    "ec2:RunInstances",
    "s3",
    "iam:a:b",
  ].map((action) => ({ ...request, action }));
  const all = statementsOf(elements.map((one) => ({ ...one, Resource: "*" })));
  const withEffects = all.map((statement) => [statement, { ...statement, effect: "Deny" as const }]);
  const lists = withEffects.reduce<Statement[][]>(
    (made, choices) => made.flatMap((list) => [list, ...choices.map((choice) => [...list, choice])]),
    [[]],
  );
  for (const list of lists) {
    // Before, among and behind the others: the first that applies is told.
    const place = list.length % 3;
    const long = [...fillers.slice(0, place * 16), ...list, ...fillers.slice(place * 16)];
    count += compare(long, requests, differences);
  }
  t.diagnostic(`${count} requests`);
  assert.deepEqual(differences.slice(0, 5), []);
});

test("Allow statements are found by resource, whichever of a few exist, in every order", (t) => {
  let count = 0;
  const differences: string[] = [];
  const elements: readonly Elements[] = [
    { Resource: "arn:aws:s3:::a" },
    { Resource: "arn:aws:s3:::a*" },
    { Resource: ["arn:aws:s3:::ab", "arn:aws:s3:::b"] },
    { NotResource: "arn:aws:s3:::a*" },
    { Resource: "*", Condition: { StringEquals: { "x:v": "b" } } },
    { Resource: ["arn:aws:s3:::b/?", "arn:aws:s3:::a"], Condition: { StringEquals: { "x:v": "b" } } },
  ];
  const statements = statementsOf(elements.map((one) => ({ Action: "s3:*", ...one })));
  const requests = [
    "*",
    "a",
    "arn:aws:s3:::",
    "arn:aws:s3:::a",
    "arn:aws:s3:::ab",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/a",
  ].flatMap((resource) =>
    ["a", "b"].map((v) => ({ ...request, resource, context: contextOf({ "x:v": v }) })),
  );
  const lists = listsUpTo(4, statements).filter(({ length }) => length >= 4);
  for (const list of lists) count += compare(list, requests, differences);
  t.diagnostic(`${count} requests`);
  assert.deepEqual(differences.slice(0, 5), []);
});

test("Allow statements are found by resource, whichever of many exist", (t) => {
  let count = 0;
  const differences: string[] = [];
  const ends = ["", "a", "ab", "abc*", "abd", "b?", "*", "a${x:v}c", "ab/${*}"];
  const statements = statementsOf([
    ...ends.map((end) => ({ Action: "s3:*", Resource: `arn:aws:s3:::${end}` })),
    { Action: "s3:*", Resource: "arn:aws:s3:*" },
  ]);
  const requests = ["", "a", "ab", "abc", "abcd", "abd", "ba", "aac", "ab/*", "c"].map((end) => ({
    ...request,
    resource: `arn:aws:s3:::${end}`,
  }));
  for (const set of subsets(statements)) count += compare(set, requests, differences);
  // More that stand in every branch than are worth it: nothing is told apart.
  const [everywhere, only] = statementsOf([
    { Action: "s3:*", Resource: "arn:aws:s3:::*", Condition: { StringEquals: { "x:v": "b" } } },
    { Action: "s3:*", Resource: "arn:aws:s3:::ab" },
  ]);
  assert.ok(everywhere && only);
  for (let before = 0; before < 12; before++)
    for (let behind = 0; behind < 12; behind++) {
      const shared = (length: number) => Array.from({ length }, () => everywhere);
      const list = [...shared(before), only, ...shared(behind), ...statements];
      count += compare(list, requests, differences);
    }
  t.diagnostic(`${count} requests`);
  assert.deepEqual(differences.slice(0, 5), []);
});
