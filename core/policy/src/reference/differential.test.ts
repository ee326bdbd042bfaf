import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { operators, parseOperator } from "../conditions/operators.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { preparePolicySet } from "../evaluate/plan.ts";
import { saveVector } from "../vectors/save-vector.ts";
import { reference } from "./reference.ts";
import type { Situation } from "./situations.ts";
import { printable, situation } from "./situations.ts";

/** More for a long night: ROLECALL_POLICY_RUNS=1000000. */
const numRuns = Number(process.env["ROLECALL_POLICY_RUNS"] ?? 20_000);

/** Another one each time; a run is repeated with ROLECALL_POLICY_SEED. */
const seed = Number(process.env["ROLECALL_POLICY_SEED"] ?? Date.now() % 0x7fffffff);

/** Prints how often the generator reached what: ROLECALL_POLICY_COVERAGE=1. */
const showsCoverage = process.env["ROLECALL_POLICY_COVERAGE"] === "1";

const layers = ["scp", "rcp", "endpoint", "resource", "trust", "identity", "boundary", "session"];
const outcomes = [
  "Allow",
  ...layers.map((layer) => `explicit ${layer}`),
  // RCPFullAWSAccess is always there.
  ...layers.filter((layer) => layer !== "rcp").map((layer) => `implicit ${layer}`),
];
const callers = [
  "user",
  "user, get-session-token",
  "role-session",
  "role-session, service-linked",
  "role-session, of a login",
  "federated-user",
  "federated-user of root",
  "root",
  "assumed-root",
  "delegated",
  "service",
  "federated",
  "anonymous",
];
const conditions = [...Object.keys(operators), "ForAllValues", "ForAnyValue", "IfExists"];
const elements = [
  "variable",
  "NotAction",
  "NotResource",
  "NotPrincipal",
  "2008-10-17",
  "bound principals",
  "many statements",
  "abroad",
];

test("the engine answers as the reference does", (t) => {
  const counts = new Map<string, number>();
  t.diagnostic(`${numRuns} situations, seed ${seed}`);
  const { failed, counterexample } = fc.check(
    fc.property(situation(), (one) => {
      const expected = reference(one.request, one.policies);
      const kind = expected.effect === "Allow" ? "Allow" : `${expected.kind} ${expected.layer}`;
      for (const name of new Set([kind, ...reached(one)])) counts.set(name, (counts.get(name) ?? 0) + 1);
      assert.deepEqual(evaluate(one.request, one.policies), expected);
      const { resource, ...ofCaller } = one.policies;
      const prepared = { ...preparePolicySet(ofCaller), resource };
      // Once with a plan that is new, once with one that was kept.
      assert.deepEqual(evaluate(one.request, prepared), expected);
      assert.deepEqual(evaluate(one.request, prepared), expected);
    }),
    { numRuns, seed },
  );
  if (failed && counterexample) {
    const file = saveVector(counterexample[0], seed);
    assert.fail(
      `the engine differs from the reference; the case was saved as ${file}\n${printable(counterexample[0])}`,
    );
  }
  if (showsCoverage)
    for (const [name, count] of [...counts].toSorted())
      t.diagnostic(`${((100 * count) / numRuns).toFixed(2).padStart(6)} %  ${name}`);
  // The generator is worth something only if it reaches everything often.
  for (const name of [...outcomes, ...callers, ...layers, ...conditions, ...elements])
    assert.ok((counts.get(name) ?? 0) * 1000 > numRuns, `${name}: ${counts.get(name)} of ${numRuns}`);
  assert.ok((counts.get("Allow") ?? 0) * 20 > numRuns);
});

/** What a situation has of that which the generator should reach. */
function* reached({ request, policies }: Situation): Generator<string> {
  const { principal, resourceAccountId } = request;
  yield principal.kind;
  if (principal.kind === "user" && principal.sessionKind !== undefined) yield "user, get-session-token";
  if (principal.kind === "role-session" && principal.serviceLinked) yield "role-session, service-linked";
  if (principal.kind === "role-session" && principal.federatedProvider) yield "role-session, of a login";
  if ("delegated" in principal && principal.delegated === true) yield "delegated";
  if (principal.kind === "federated-user" && principal.issuer === "root") yield "federated-user of root";
  if ("accountId" in principal && ![undefined, principal.accountId].includes(resourceAccountId))
    yield "abroad";
  const { identity, boundary, session, resource, endpoint, scp, rcp } = policies;
  const one = [boundary, resource, endpoint].filter((policy) => policy !== undefined);
  for (const policy of [
    ...identity,
    ...(session ?? []),
    ...one,
    ...(scp ?? []).flat(),
    ...(rcp ?? []).flat(),
  ]) {
    yield policy.ref.type;
    if (policy.document.index) yield "many statements";
    if (policy.principalIds !== undefined) yield "bound principals";
    if (policy.document.policy.version === "2008-10-17") yield "2008-10-17";
    for (const statement of policy.document.policy.statements) {
      if (statement.actions.not) yield "NotAction";
      if (statement.resources?.not) yield "NotResource";
      if (statement.principals?.not) yield "NotPrincipal";
      if (statement.resources?.values.some((value) => value.includes("${"))) yield "variable";
      for (const { operator } of statement.conditions) {
        const parsed = parseOperator(operator);
        if (parsed === undefined) continue;
        yield parsed.base;
        if (parsed.set !== undefined) yield parsed.set;
        if (parsed.ifExists) yield "IfExists";
      }
    }
  }
}

test("the reference can be checked by eye in one sitting", () => {
  const lines = ["reference.ts", "reference-conditions.ts"].map(
    (name) =>
      readFileSync(new URL(`../../src/reference/${name}`, import.meta.url), "utf8").split("\n").length - 1,
  );
  assert.ok(lines.reduce((sum, count) => sum + count) < 600, lines.join(" + "));
});
