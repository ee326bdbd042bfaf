import { test } from "node:test";
import fc from "fast-check";
import { situation } from "../reference/situations.ts";
import { check } from "./check.ts";
import { vectorOf } from "./save-vector.ts";

test("a situation that is saved as a vector is the same situation", () => {
  fc.assert(
    fc.property(situation(), (one) => {
      const vector = vectorOf(one);
      const kept: unknown = JSON.parse(JSON.stringify(vector));
      check({ name: "saved", source: "observed", ...(kept as typeof vector) });
    }),
    { numRuns: 1000 },
  );
});
