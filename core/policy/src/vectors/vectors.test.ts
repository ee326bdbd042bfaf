import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { check } from "./check.ts";
import type { Vector } from "./vector.ts";

const folder = new URL("../../../../vectors/policy/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

for (const file of files) {
  const vectors = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Vector[];
  test(`vectors of policy/${file}`, async (t) => {
    const names = new Set(vectors.map(({ name }) => name));
    assert.equal(names.size, vectors.length, "names are unique");
    for (const vector of vectors) {
      assert.match(vector.source, /^https:\/\/|^observed|^our own/, vector.name);
      await t.test(vector.name, { skip: vector.skip ?? false }, () => check(vector));
    }
  });
}
