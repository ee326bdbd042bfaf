import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { evaluate } from "../evaluate/evaluate.ts";
import { reference } from "./reference.ts";
import { printable, situation } from "./situations.ts";
import { saveVector } from "../vectors/save-vector.ts";

/** More for a long night: ROLECALL_POLICY_RUNS=1000000. */
const numRuns = Number(process.env["ROLECALL_POLICY_RUNS"] ?? 20_000);

/** Another one each time; a run is repeated with ROLECALL_POLICY_SEED. */
const seed = Number(process.env["ROLECALL_POLICY_SEED"] ?? Date.now() % 0x7fffffff);

test("the engine answers as the reference does", (t) => {
  const counts = new Map<string, number>();
  t.diagnostic(`${numRuns} situations, seed ${seed}`);
  const { failed, counterexample } = fc.check(
    fc.property(situation(), (one) => {
      const expected = reference(one.request, one.policies);
      const kind = expected.effect === "Allow" ? "Allow" : `${expected.kind} ${expected.layer}`;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      assert.deepEqual(evaluate(one.request, one.policies), expected);
    }),
    { numRuns, seed },
  );
  if (failed && counterexample) {
    const file = saveVector(counterexample[0], seed);
    assert.fail(
      `the engine differs from the reference; the case was saved as ${file}\n${printable(counterexample[0])}`,
    );
  }
  // The generator is worth something only if it reaches every outcome often.
  const outcomes = [
    "Allow",
    "explicit scp",
    "explicit rcp",
    "explicit endpoint",
    "explicit resource",
    "explicit trust",
  ];
  outcomes.push(
    "explicit identity",
    "explicit boundary",
    "explicit session",
    "implicit scp",
    "implicit endpoint",
  );
  outcomes.push(
    "implicit resource",
    "implicit trust",
    "implicit identity",
    "implicit boundary",
    "implicit session",
  );
  for (const outcome of outcomes)
    assert.ok(
      (counts.get(outcome) ?? 0) * 1000 > numRuns,
      `${outcome}: ${counts.get(outcome)} of ${numRuns}`,
    );
  assert.ok((counts.get("Allow") ?? 0) * 20 > numRuns);
});
