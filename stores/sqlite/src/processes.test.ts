import { deepEqual, equal, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "./open-sqlite-store.ts";

const script = fileURLToPath(new URL("./child-writer.js", import.meta.url));

function newPath(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "rolecall-processes-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, "store.db");
}

function start(...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  return { child, exited: once(child, "close") };
}

/** The whole lines that the child has printed when it is dead; it is killed after so many. */
async function acknowledgedUntilKilled(
  child: ChildProcess & { stdout: NodeJS.ReadableStream },
  lines: number,
) {
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === lines) child.kill("SIGKILL");
  }
  return acknowledged;
}

test("kill -9 loses nothing that was answered and keeps no half transaction", async (t) => {
  const path = newPath(t);
  const answered: string[] = [];
  // Also while the store is being made, and just after.
  for (const [round, lines] of [1, 37, 150, 411, 900].entries()) {
    const { child, exited } = start("pairs", path, `round${round}`);
    answered.push(...(await acknowledgedUntilKilled(child, lines)));
    deepEqual(await exited, [null, "SIGKILL"]);

    const store = await openSqliteStore({ path });
    const names = new Set(
      await store.read(async (tx) =>
        (await tx.settings.list([], { limit: 1_000_000 })).map(({ name }) => name),
      ),
    );
    for (const pair of answered)
      ok(names.has(`${pair}/left`) && names.has(`${pair}/right`), `${pair} is lost`);
    for (const name of names) {
      const [pair] = name.split("/");
      ok(names.has(`${pair}/left`) && names.has(`${pair}/right`), `${pair} is half there`);
    }
    equal(await store.revision(), names.size / 2, "a revision per transaction");
    await store.close();
  }
  ok(answered.length >= 1 + 37 + 150 + 411 + 900);
});

test("several processes make one store together and lose none of each other's writes", async (t) => {
  const path = newPath(t);
  const children = Array.from({ length: 3 }, () => start("count", path, "counter", "60"));
  const store = await openSqliteStore({ path });
  t.after(() => store.close());
  const mine = Array.from({ length: 60 }, () =>
    store.write(async (tx) => {
      const setting = await tx.settings.get("counter");
      await tx.settings.put({ name: "counter", value: Number(setting?.value ?? 0) + 1 });
    }),
  );
  await Promise.all(mine);
  for (const { exited } of children) deepEqual(await exited, [0, null]);
  equal((await store.read((tx) => tx.settings.get("counter")))?.value, 240);
  equal(await store.revision(), 240);
  equal((await store.changes(0, 1000)).changes.length, 240);
});
