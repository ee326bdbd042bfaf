import { deepEqual, equal, throws } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { loadMasterKeys, makeFirstKey, masterKeyPath } from "./master-key.ts";

const directories = 200;

/** In one directory after the other, each at its moment; tells the keys that it has. */
const task = `
  const [url, data, startMs] = process.argv.slice(1);
  const { loadMasterKeys } = await import(url);
  const told = [];
  for (let at = 0; at < ${directories}; at++) {
    while (Date.now() < Number(startMs) + 3 * at);
    const { keys } = loadMasterKeys(data + "/" + at, undefined, true);
    told.push(Buffer.from(keys[0]).toString("base64"));
  }
  process.stdout.write(told.join());
`;

test("processes that start together in one new directory have one master key, the one on disk", async () => {
  const data = mkdtempSync(join(tmpdir(), "rolecall-master-"));
  try {
    for (let at = 0; at < directories; at++) mkdirSync(join(data, String(at)));
    const url = new URL("./master-key.js", import.meta.url).href;
    const startMs = String(Date.now() + 500);
    const told = await Promise.all(
      [1, 2].map(() =>
        promisify(execFile)(process.execPath, ["--input-type=module", "-e", task, url, data, startMs]),
      ),
    );
    const kept = Array.from({ length: directories }, (_, at) => {
      deepEqual(readdirSync(join(data, String(at))), ["master.key"]);
      return readFileSync(join(data, String(at), "master.key"), "utf8").trim();
    });
    for (const { stdout } of told) deepEqual(stdout.split(","), kept);
  } finally {
    rmSync(data, { recursive: true });
  }
});

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
  keys.retireOlder?.();
  deepEqual(loadMasterKeys(data, undefined, false).keys, keys.keys);
  equal(keys.keys.length, 1);
  deepEqual(readdirSync(data), ["master.key"]);
});
