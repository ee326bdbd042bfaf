import { test } from "node:test";
import { deepEqual, throws } from "node:assert/strict";
import { bySecond } from "./by-second.ts";

test("a second is spelt once, and every time as itself", () => {
  const asked: number[] = [];
  const spell = bySecond((atMs) => {
    asked.push(atMs);
    return new Date(atMs).toISOString();
  });
  deepEqual([1000, 1999, 2000, 1000, -1].map(spell), [
    "1970-01-01T00:00:01.000Z",
    "1970-01-01T00:00:01.000Z",
    "1970-01-01T00:00:02.000Z",
    "1970-01-01T00:00:01.000Z",
    "1969-12-31T23:59:59.000Z",
  ]);
  deepEqual(asked, [1000, 2000, 1000, -1000]);
});

test("a time that cannot be spelt is refused each time", () => {
  const spell = bySecond((atMs) => new Date(atMs).toISOString());
  for (let i = 0; i < 2; i++) throws(() => spell(Number.NaN), RangeError);
  throws(() => spell(1e20), RangeError);
  throws(() => spell(1e20), RangeError);
});
