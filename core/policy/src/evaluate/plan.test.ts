// What is kept of a prepared set must never be seen in a decision.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compilePolicy } from "../compile/compile-policy.ts";
import type { CompiledPolicy } from "../compile/compile-policy.ts";
import { explain } from "../explain/explain.ts";
import { parsePolicy } from "../parse/parse-policy.ts";
import type { PolicyKind } from "../parse/policy.ts";
import { reference } from "../reference/reference.ts";
import type { Situation } from "../reference/situations.ts";
import { printable, situation } from "../reference/situations.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import { contextOf } from "../request/context.ts";
import { evaluate } from "./evaluate.ts";
import { planFor, preparePolicySet } from "./plan.ts";
import type { PolicySet } from "./policy-set.ts";

/** More for a long night: ROLECALL_POLICY_TIMES=50. */
const numRuns = 300 * Number(process.env["ROLECALL_POLICY_TIMES"] ?? 1);

/** A set, and requests of other situations with the policies of their resources. */
const usage = fc.tuple(situation(), fc.array(situation(), { minLength: 1, maxLength: 4 }));

function holds(law: (one: Situation, others: readonly Situation[]) => void): void {
  const checked = ([one, others]: [Situation, Situation[]]) => {
    try {
      law(one, others);
    } catch (error) {
      throw new Error([one, ...others].map(printable).join("\n"), { cause: error });
    }
  };
  fc.assert(fc.property(usage, checked), { numRuns });
}

test("a prepared set decides as the reference does, whatever it decided before", () =>
  holds((one, others) => {
    const prepared = preparePolicySet(one.policies);
    const situations = [one, ...others];
    // Callers, actions, resources, their policies and contexts in every order of two.
    for (const { request, policies } of [...situations, ...situations.toReversed(), ...situations]) {
      const { resource } = policies;
      const expected = reference(request, { ...one.policies, resource });
      assert.deepEqual(evaluate(request, { ...prepared, resource }), expected);
    }
  }));

test("what one request differs in from the one before is seen", () =>
  holds(({ request, policies }, others) => {
    const prepared = preparePolicySet(policies);
    for (const other of others) {
      const changes: Partial<AuthorizationRequest>[] = [
        { principal: other.request.principal },
        { action: other.request.action },
        { action: request.action.toUpperCase() },
        { resource: other.request.resource },
        { resourceAccountId: other.request.resourceAccountId },
        { context: other.request.context },
      ];
      for (const change of changes) {
        const changed = { ...request, ...change };
        assert.deepEqual(evaluate(changed, prepared), reference(changed, policies));
        assert.deepEqual(evaluate(request, prepared), reference(request, policies));
      }
    }
  }));

test("a prepared set of which a layer was replaced is another set", () =>
  holds(({ request, policies }, others) => {
    const prepared = preparePolicySet(policies);
    const before = evaluate(request, prepared);
    for (const other of others)
      for (const layer of [
        "identity",
        "boundary",
        "session",
        "resource",
        "endpoint",
        "scp",
        "rcp",
      ] as const) {
        const replacement = { [layer]: other.policies[layer] };
        const expected = reference(request, { ...policies, ...replacement });
        assert.deepEqual(evaluate(request, { ...prepared, ...replacement }), expected);
        assert.deepEqual(evaluate(request, prepared), before);
      }
  }));

test("a prepared set is explained as it decides", () =>
  holds(({ request, policies }) => {
    const prepared = preparePolicySet(policies);
    assert.deepEqual(explain(request, prepared), explain(request, policies));
    assert.deepEqual(explain(request, prepared).decision, evaluate(request, prepared));
  }));

function compiled(kind: PolicyKind, ...statements: Record<string, unknown>[]): CompiledPolicy {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const parsed = parsePolicy(text, kind, { isStored: true, maxLength: 1_000_000 });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return compilePolicy(parsed.policy, { type: kind });
}

const request: AuthorizationRequest = {
  principal: {
    kind: "user",
    accountId: "111122223333",
    arn: "arn:aws:iam::111122223333:user/bob",
    uniqueId: "AIDAEXAMPLEUSERIDXXXX",
  },
  action: "s3:GetObject",
  resource: "arn:aws:s3:::b/x",
  resourceAccountId: "111122223333",
  context: contextOf({}),
};
const everything = compiled("identity", { Effect: "Allow", Action: "*", Resource: "*" });
const nothing = compiled("identity", { Effect: "Deny", Action: "*", Resource: "*" });

test("a prepared set stays what it was when the lists it was made of change", () => {
  const identity = [everything];
  const session = [everything];
  const level = [compiled("scp", { Effect: "Allow", Action: "*", Resource: "*" })];
  const scp = [level];
  const prepared = preparePolicySet({ identity, session, scp });
  identity.push(nothing);
  session.length = 0;
  level.length = 0;
  scp.push([]);
  assert.equal(evaluate(request, prepared).effect, "Allow");
  assert.deepEqual(explain(request, prepared).blockers, []);
  for (const list of [prepared.identity, prepared.session, prepared.scp, prepared.scp?.[0]])
    assert.throws(() => (list as unknown[]).push(nothing), TypeError);
});

test("of a prepared set few plans are kept, of a policy few slices, and a kept one is used again", () => {
  const prepared = preparePolicySet({ identity: [everything] });
  const sizes: number[] = [];
  for (let i = 0; i < 1000; i++) {
    assert.equal(evaluate({ ...request, action: `s3:Get${i}` }, prepared).effect, "Allow");
    sizes.push(prepared.plans?.byAction.size ?? 0, everything.slices.size);
  }
  assert.equal(Math.max(...sizes), 64);
  assert.equal(planFor(prepared, "s3:Get999"), planFor(prepared, "s3:Get999"));
  const joined = { ...prepared, resource: compiled("resource", { ...deny, Principal: "*" }) };
  assert.equal(planFor(joined, "s3:Get999"), planFor(prepared, "s3:Get999"));
  assert.equal(evaluate({ ...request, action: "s3:Get999" }, joined).effect, "Deny");
});
const deny = { Effect: "Deny", Action: "s3:*", Resource: "*" };

const resourceText = fc
  .array(fc.constantFrom("a", "b", "ab", "/", "*", "?", "${aws:username}"), { maxLength: 6 })
  .map((parts) => `arn:aws:s3:::${parts.join("")}`);

test("Allow statements that are found by their resource are those that allow", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          element: fc.constantFrom("Resource", "Resource", "Resource", "NotResource"),
          values: fc.oneof(fc.constant("*"), fc.array(resourceText, { minLength: 1, maxLength: 3 })),
        }),
        { minLength: 1, maxLength: 30 },
      ),
      fc.array(resourceText, { minLength: 1, maxLength: 10 }),
      (statements, resources) => {
        const policies: PolicySet = {
          identity: statements.map(({ element, values }) =>
            compiled("identity", { Effect: "Allow", Action: "s3:*", [element]: values }),
          ),
        };
        const prepared = preparePolicySet(policies);
        for (const resource of ["*", "arn:aws:s3:::", ...resources]) {
          const one = { ...request, resource, context: contextOf({ "aws:username": "a" }) };
          assert.deepEqual(evaluate(one, prepared), reference(one, policies));
        }
      },
    ),
    { numRuns },
  ));

test("a statement among thousands is found by its resource: no other is tested", () => {
  const statements = Array.from({ length: 3000 }, (_, i) => ({
    Effect: "Allow",
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::bucket-${i}/*`,
    Condition: { StringEquals: { "x:y": String(i) } },
  }));
  let asked = 0;
  const context = contextOf({ "x:y": "1234" });
  const counted = { ...context, get: (key: string) => (asked++, context.get(key)) };
  for (const prepared of [
    preparePolicySet({ identity: [compiled("identity", ...statements)] }),
    preparePolicySet({ identity: statements.map((statement) => compiled("identity", statement)) }),
  ]) {
    asked = 0;
    const one = { ...request, resource: "arn:aws:s3:::bucket-1234/x", context: counted };
    assert.equal(evaluate(one, prepared).effect, "Allow");
    assert.equal(evaluate({ ...one, resource: "arn:aws:s3:::bucket-4321/x" }, prepared).effect, "Deny");
    assert.equal(asked, 1);
    const { statements: few } = planFor(prepared, request.action).identity.byResource;
    assert.equal(few.length, 0);
  }
});
