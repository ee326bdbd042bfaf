import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { CompiledPolicy } from "../compile/compile-policy.ts";
import { compilePolicy } from "../compile/compile-policy.ts";
import { operators } from "../conditions/operators.ts";
import { explain } from "../explain/explain.ts";
import { parsePolicy } from "../parse/parse-policy.ts";
import type { PolicyKind } from "../parse/policy.ts";
import type { Situation } from "../reference/situations.ts";
import { printable, situation } from "../reference/situations.ts";
import type { ContextValue, UnknownValue } from "../request/context.ts";
import { contextOf, unknownValue } from "../request/context.ts";
import type { Decision } from "./decision.ts";
import { evaluate } from "./evaluate.ts";
import type { PolicySet } from "./policy-set.ts";

/** More for a long night: ROLECALL_POLICY_TIMES=50. */
const numRuns = 3_000 * Number(process.env["ROLECALL_POLICY_TIMES"] ?? 1);

function holds(law: (one: Situation) => void): void {
  const checked = (one: Situation) => {
    try {
      law(one);
    } catch (error) {
      throw new Error(printable(one), { cause: error });
    }
  };
  fc.assert(fc.property(situation(), checked), { numRuns });
}

function compiled(statement: Record<string, unknown>, kind: PolicyKind): CompiledPolicy {
  const parsed = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: [statement] }), kind);
  assert.ok(parsed.ok);
  return compilePolicy(parsed.policy, { type: kind, name: "added" });
}

/** A policy whose statements are rearranged. */
function rearranged(policy: CompiledPolicy, rearrange: <T>(items: readonly T[]) => T[]): CompiledPolicy {
  const { policy: parsed } = policy.document;
  const options = policy.principalIds === undefined ? {} : { principalIds: policy.principalIds };
  const statements = rearrange(parsed.statements).map((statement, index) => ({
    ...statement,
    index,
    conditions: rearrange(statement.conditions),
    actions: { ...statement.actions, values: rearrange(statement.actions.values) },
    resources: statement.resources && {
      ...statement.resources,
      values: rearrange(statement.resources.values),
    },
  }));
  return compilePolicy({ ...parsed, statements }, policy.ref, options);
}

function mapPolicies(
  set: PolicySet,
  change: (policy: CompiledPolicy) => CompiledPolicy,
  list: <T>(items: readonly T[]) => T[] = (items) => [...items],
): PolicySet {
  const pool = (policies: readonly CompiledPolicy[]) => list(policies).map(change);
  return {
    identity: pool(set.identity),
    boundary: set.boundary && change(set.boundary),
    session: set.session && pool(set.session),
    resource: set.resource && change(set.resource),
    endpoint: set.endpoint && change(set.endpoint),
    scp: set.scp && list(set.scp.map(pool)),
    rcp: set.rcp && list(set.rcp.map(pool)),
  };
}

const withoutReasons = ({ ...decision }: Decision) => ({ ...decision, because: undefined });

test("without an Allow statement nobody is allowed, but root at home", () =>
  holds(({ request, policies }) => {
    const { kind } = request.principal;
    const onlyDenies = mapPolicies(policies, ({ document, ref }) => {
      const statements = document.policy.statements.filter(({ effect }) => effect === "Deny");
      return compilePolicy({ ...document.policy, statements }, ref);
    });
    const { effect } = evaluate(request, onlyDenies);
    if (effect === "Allow") {
      assert.equal(kind, "root");
      assert.ok(request.resourceAccountId === undefined || request.resourceAccountId === "111122223333");
    }
  }));

test("adding a Deny never turns a deny into an allow", () => {
  const deny = { Effect: "Deny", Action: "s3:*", Resource: "*" };
  const added = compiled(deny, "identity");
  const trust = { Effect: "Deny", Principal: { AWS: "*" }, Action: "sts:*" };
  holds(({ request, policies }) => {
    if (evaluate(request, policies).effect === "Allow") return;
    const { identity, scp, session, boundary } = policies;
    const more: PolicySet[] = [
      { ...policies, identity: [...identity, added] },
      { ...policies, scp: [[added], ...(scp ?? [])] },
      { ...policies, session: [...(session ?? []), added] },
      { ...policies, boundary: boundary ?? added },
      { ...policies, resource: policies.resource ?? compiled(trust, "trust") },
      { ...policies, endpoint: policies.endpoint ?? compiled({ ...deny, Principal: "*" }, "endpoint") },
    ];
    for (const one of more) {
      // A federated user without session policies gains nothing from one that only denies.
      assert.equal(evaluate(request, one).effect, "Deny");
    }
  });
});

test("adding a permissions boundary never turns a deny into an allow", () => {
  const everything = compiled({ Effect: "Allow", Action: "*", Resource: "*" }, "boundary");
  holds(({ request, policies }) => {
    const bounded = { ...policies, boundary: everything };
    if (evaluate(request, { ...policies, boundary: undefined }).effect === "Deny")
      assert.equal(evaluate(request, bounded).effect, "Deny");
  });
});

test("order changes nothing but the statement that is named", () =>
  holds(({ request, policies }) => {
    const reverse = <T>(items: readonly T[]): T[] => items.toReversed();
    const reversed = mapPolicies(policies, (policy) => rearranged(policy, reverse), reverse);
    assert.deepEqual(
      withoutReasons(evaluate(request, reversed)),
      withoutReasons(evaluate(request, policies)),
    );
  }));

test("duplicates change nothing", () =>
  holds(({ request, policies }) => {
    const twice = <T>(items: readonly T[]): T[] => [...items, ...items];
    const doubled = mapPolicies(policies, (policy) => rearranged(policy, twice), twice);
    assert.deepEqual(evaluate(request, doubled), evaluate(request, policies));
  }));

test("the explanation decides as the engine does, and its layers bear the decision out", () =>
  holds(({ request, policies }) => {
    const decision = evaluate(request, policies);
    const { decision: explained, layers, blockers } = explain(request, policies);
    assert.deepEqual(explained, decision);
    assert.deepEqual(JSON.parse(JSON.stringify(layers)), layers);
    const outcomeOf = (type: string) => layers.find((layer) => layer.type === type)?.outcome;
    if (decision.effect === "Allow") {
      assert.deepEqual(blockers, []);
      assert.ok(layers.every(({ outcome }) => outcome !== "explicit-deny"));
    } else {
      assert.ok(blockers.includes(decision.layer));
      if (decision.kind === "explicit") assert.equal(outcomeOf(decision.layer), "explicit-deny");
      else for (const layer of decision.lacking) assert.equal(outcomeOf(layer), "no-allow");
    }
  }));

test("what is allowed in spite of an unknown key is allowed whatever its value", () =>
  holds(({ request, policies }) => {
    const known = Object.fromEntries(request.context.entries());
    for (const key of ["aws:username", "aws:TagKeys", "aws:SourceIp"]) {
      const unknown = { ...request, context: contextOf({ ...known, [key]: unknownValue }) };
      if (evaluate(unknown, policies).effect === "Allow")
        assert.equal(evaluate(request, policies).effect, "Allow", key);
    }
  }));

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.constantFrom(
    "*",
    "${aws:username}",
    "${x, 'y'}",
    "arn:aws:s3:::b",
    "10.0.0.0/8",
    "::1",
    "1e400",
    "2026-09",
    "true",
    "aGk=",
    "arn:*",
  ),
);
const anyValue: fc.Arbitrary<ContextValue | UnknownValue> = fc.oneof(
  text,
  fc.array(text, { maxLength: 3 }),
  fc.constant(unknownValue),
);
const anyOperator = fc
  .tuple(
    fc.constantFrom("", "ForAllValues:", "ForAnyValue:"),
    fc.constantFrom(...Object.keys(operators)),
    fc.constantFrom("", "IfExists"),
  )
  .map((parts) => parts.join(""));

test("evaluation never throws, whatever was parsed and whatever the context", () =>
  fc.assert(
    fc.property(
      fc.record({
        operator: anyOperator,
        wanted: fc.array(text, { maxLength: 3 }),
        key: fc.constantFrom("aws:username", "x:y", "__proto__:z"),
        action: text,
        resource: text,
        value: anyValue,
        requestAction: text,
        requestResource: text,
      }),
      ({ operator, wanted, key, action, resource, value, requestAction, requestResource }) => {
        const condition = { [operator]: { [key]: wanted } };
        const statements = [
          {
            Effect: "Allow",
            Action: ["*", action],
            Resource: ["arn:aws:s3:::*", resource],
            Condition: condition,
          },
          { Effect: "Deny", NotAction: action, NotResource: resource, Condition: condition },
          { Effect: "Allow", Action: "*", Resource: "arn:aws:s3:::${x:y}*", Condition: condition },
        ];
        for (const statement of statements) {
          const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
          const parsed = parsePolicy(document, "session");
          if (!parsed.ok) continue;
          const policy = compilePolicy(parsed.policy, { type: "session" });
          const request = {
            principal: { kind: "anonymous" } as const,
            action: requestAction,
            resource: requestResource,
            resourceAccountId: undefined,
            context: contextOf({ [key]: value, "x:y": value }),
          };
          const { effect } = evaluate(request, { identity: [policy], session: [policy] });
          assert.ok(effect === "Allow" || effect === "Deny");
          explain(request, { identity: [policy] });
        }
      },
    ),
    { numRuns },
  ));
