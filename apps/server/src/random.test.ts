import { test } from "node:test";
import { equal, ok } from "node:assert/strict";
import { pooledRandom } from "./random.ts";

test("no byte is given twice, across refills and for any length", () => {
  const random = pooledRandom();
  const seen = new Set<string>();
  for (let i = 0; i < 5000; i++) {
    const bytes = random(16);
    equal(bytes.length, 16);
    seen.add(Buffer.from(bytes).toString("hex"));
  }
  equal(seen.size, 5000);
  for (const length of [0, 1, 1023, 1024, 1025, 10_000]) equal(random(length).length, length);
  const kept = random(32);
  const copy = Buffer.from(kept);
  for (let i = 0; i < 1000; i++) random(32);
  ok(copy.equals(kept), "bytes that were given do not change");
});
