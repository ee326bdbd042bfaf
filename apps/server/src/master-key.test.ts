import { deepEqual } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

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
