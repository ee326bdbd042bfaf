import { deepEqual, equal, throws } from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadMasterKeys, makeFirstKey, masterKeyPath } from "./master-key.ts";

test("of servers that start at once in a new directory all have the key that came first", (t) => {
  const data = mkdtempSync(join(tmpdir(), "rolecall-key-"));
  t.after(() => rmSync(data, { recursive: true }));
  const path = masterKeyPath(data);
  makeFirstKey(path, true);
  const text = readFileSync(path, "utf8");
  // Another one looked before the file was there, and makes its own now.
  makeFirstKey(path, true);
  equal(readFileSync(path, "utf8"), text);
  const [one, two] = [loadMasterKeys(data, undefined, true), loadMasterKeys(data, undefined, true)];
  deepEqual(one.keys, two.keys);
  equal(statSync(path).mode & 0o777, 0o600);
  deepEqual(readdirSync(data), ["master.key"], "nothing is left beside it");
});

test("a key that is replaced stands in one whole file, and none is made where one is missing", (t) => {
  const data = mkdtempSync(join(tmpdir(), "rolecall-key-"));
  t.after(() => rmSync(data, { recursive: true }));
  throws(() => loadMasterKeys(data, undefined, false), /is missing/);
  deepEqual(readdirSync(data), []);
  const keys = loadMasterKeys(data, undefined, true);
  keys.rotate?.();
  deepEqual(loadMasterKeys(data, undefined, false).keys, keys.keys);
  equal(keys.keys.length, 2);
  keys.retireOlder();
  deepEqual(loadMasterKeys(data, undefined, false).keys, keys.keys);
  equal(keys.keys.length, 1);
  deepEqual(readdirSync(data), ["master.key"]);
});
