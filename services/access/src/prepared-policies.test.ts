import { equal, notEqual } from "node:assert/strict";
import { test } from "node:test";
import { contextOf, evaluate } from "@rolecall/policy";
import type { CompiledPolicy, PolicyRef } from "@rolecall/policy";
import { anonymousCaller } from "./caller.ts";
import type { Caller } from "./caller.ts";
import type { CallerPolicies } from "./gather-policies.ts";
import { createPolicyCache } from "./policy-cache.ts";
import { createPreparedPolicies } from "./prepared-policies.ts";

const cache = createPolicyCache();
const roleArn = "arn:aws:iam::111122223333:role/R";

function policy(effect: "Allow" | "Deny", ref: Partial<PolicyRef> = {}): CompiledPolicy {
  const statement = { Effect: effect, Action: "*", Resource: "*" };
  const text = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  // As `gatherPolicies` has it: where the place differs, bound anew.
  return cache.compiled(text, "identity", { type: "identity", attachedTo: roleArn, ...ref });
}

function session(name: string): Caller {
  const arn = `arn:aws:sts::111122223333:assumed-role/R/${name}`;
  const role = { accountId: "111122223333", roleArn, uniqueId: "AROAEXAMPLE" };
  return {
    ...anonymousCaller,
    arn,
    principal: { kind: "role-session", ...role, arn, sessionName: name },
  };
}

function effect(set: ReturnType<ReturnType<typeof createPreparedPolicies>["prepared"]>): string {
  const { principal } = session("a");
  const request = { action: "s3:GetObject", resource: "*", resourceAccountId: undefined };
  return evaluate({ ...request, principal, context: contextOf({}) }, set).effect;
}

const gathered = (changes: Partial<CallerPolicies> = {}): CallerPolicies => ({
  identity: [policy("Allow")],
  boundary: undefined,
  session: undefined,
  ...changes,
});

test("policies that are the same again are prepared once, for all sessions of a role", () => {
  const { prepared } = createPreparedPolicies();
  const set = prepared(session("a"), gathered());
  equal(effect(set), "Allow");
  policy("Allow", { name: "elsewhere" });
  equal(prepared(session("a"), gathered()), set);
  equal(prepared(session("b"), gathered()), set);
});

test("whatever differs is prepared anew, and decides as it is now", () => {
  const boundary = policy("Allow", { type: "boundary" });
  const others: [CallerPolicies, string][] = [
    [gathered({ identity: [policy("Deny")] }), "Deny"],
    [gathered({ identity: [] }), "Deny"],
    [gathered({ identity: [policy("Allow"), policy("Deny")] }), "Deny"],
    [gathered({ identity: [policy("Allow", { attachedTo: "group g" })] }), "Allow"],
    [gathered({ identity: [policy("Allow", { name: "n" })] }), "Allow"],
    [gathered({ boundary }), "Allow"],
    [gathered({ boundary: policy("Deny", { type: "boundary" }) }), "Deny"],
    [gathered({ session: [] }), "Deny"],
    [gathered({ session: [policy("Allow", { type: "session" })] }), "Allow"],
    [gathered({ session: [policy("Deny", { type: "session" })] }), "Deny"],
  ];
  const { prepared } = createPreparedPolicies();
  for (const [changed, expected] of others)
    for (const [again] of others) {
      prepared(session("a"), again);
      const before = prepared(session("a"), gathered());
      equal(effect(before), "Allow");
      const after = prepared(session("a"), changed);
      notEqual(after, before);
      equal(effect(after), expected);
    }
});

test("sessions with policies of their own do not take turns at one place", () => {
  const { prepared } = createPreparedPolicies();
  const own = (name: string) =>
    gathered({ session: [policy("Allow", { type: "session", attachedTo: name })] });
  const a = prepared(session("a"), own("a"));
  const b = prepared(session("b"), own("b"));
  equal(prepared(session("a"), own("a")), a);
  equal(prepared(session("b"), own("b")), b);
});

test("what is kept is bounded in policies; who was not seen for longest goes", () => {
  const { prepared } = createPreparedPolicies(6);
  const of = (name: string) => prepared({ ...anonymousCaller, arn: name }, gathered());
  const [a, b, c] = [of("a"), of("b"), of("c")];
  equal(of("a"), a);
  of("d");
  equal(of("a"), a);
  equal(of("c"), c);
  notEqual(of("b"), b, "b was the oldest");
  const many = gathered({
    identity: Array.from({ length: 20 }, (_, i) => policy("Allow", { name: `${i}` })),
  });
  const set = prepared({ ...anonymousCaller, arn: "many" }, many);
  equal(prepared({ ...anonymousCaller, arn: "many" }, many), set);
  notEqual(of("a"), a);
});
