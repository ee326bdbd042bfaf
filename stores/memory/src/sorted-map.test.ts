import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { get, range, rank, remove, set } from "./sorted-map.ts";
import type { SortedMap } from "./sorted-map.ts";

function depth(map: SortedMap): number {
  return map ? 1 + Math.max(depth(map.left), depth(map.right)) : 0;
}

function requireBalance(map: SortedMap): number {
  if (!map) return 0;
  const left = requireBalance(map.left);
  const right = requireBalance(map.right);
  equal(map.size, left + right + 1);
  ok(left + 1 <= 3 * (right + 1) && right + 1 <= 3 * (left + 1), `${left} against ${right}`);
  return map.size;
}

test("a sorted map does what a Map and a sort do, stays balanced and leaves older maps alone", () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 200 }), (steps) => {
      const model = new Map<string, string>();
      let map: SortedMap;
      for (const [at, [isSet, number]] of steps.entries()) {
        const key = String.fromCharCode(65 + number);
        const before = map;
        const contents = [...range(before, "", "~~")];
        if (isSet) {
          map = set(map, key, `${at}`);
          model.set(key, `${at}`);
        } else {
          map = remove(map, key);
          model.delete(key);
        }
        deepEqual([...range(before, "", "~~")], contents);
        requireBalance(map);
      }
      const sorted = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
      deepEqual([...range(map, "", "~~")], sorted);
      deepEqual(
        [...range(map, "F", "Q")],
        sorted.filter(([key]) => key >= "F" && key < "Q"),
      );
      for (const [at, [key, value]] of sorted.entries()) {
        equal(get(map, key), value);
        equal(rank(map, key), at);
      }
    }),
    { seed: 20_260_901 },
  ));

test("keys that come in order make no list of the tree", () => {
  let map: SortedMap;
  for (let at = 0; at < 10_000; at++) map = set(map, `${at}`.padStart(6, "0"), "");
  ok(depth(map) <= 2.5 * Math.log2(10_000));
});
