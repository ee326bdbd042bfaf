import { test } from "node:test";
import { deepEqual, equal, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadKeyRing } from "@rolecall/access";
import { openSqliteStore } from "@rolecall/store-sqlite";
import { keepKeys } from "./keep-keys.ts";
import { loadMasterKeys } from "./master-key.ts";

const random = (length: number): Uint8Array => randomBytes(length);
const lines = (data: string): string[] => readFileSync(join(data, "master.key"), "utf8").trim().split("\n");

async function inDirectory(run: (data: string) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "rolecall-keys-"));
  try {
    await run(data);
  } finally {
    rmSync(data, { recursive: true });
  }
}

test("a replaced master key stays on disk until every secret is sealed anew, also over a kill", () =>
  inDirectory(async (data) => {
    const store = await openSqliteStore({ path: join(data, "db") });
    const first = loadMasterKeys(data, undefined, true);
    const keyRing = await loadKeyRing(store, first.keys, random, 0);
    const [old = ""] = lines(data);
    const facts = { store, keyRing, random, onFailure: (error: unknown) => ok(false, String(error)) };
    // Long to settle, and stopped before: as a process that is killed in between.
    const dying = keepKeys({ ...facts, masterKeys: first, onProgress: () => undefined, settleMs: 3_600_000 });
    dying.rotateMaster?.();
    equal(dying.masterKeyCount(), 2);
    equal(lines(data).length, 2);
    equal(lines(data)[1], old);
    equal(statSync(join(data, "master.key")).mode & 0o777, 0o600);
    await dying.stop();
    equal(lines(data).length, 2);

    const again = loadMasterKeys(data, undefined, false);
    equal(again.keys.length, 2);
    const done = new Promise<void>((resolve) => {
      const keeper = keepKeys({
        ...facts,
        masterKeys: again,
        settleMs: 0,
        onProgress: (message) => {
          if (message.startsWith("older")) resolve(keeper.stop());
        },
      });
    });
    await done;
    equal(lines(data).length, 1);
    ok(!lines(data).includes(old));
    equal(
      (await loadKeyRing(store, loadMasterKeys(data, undefined, false).keys, random, 0)).current.id,
      keyRing.current.id,
    );
    await store.close();
  }));

test("keys of the environment are several, the first seals, and nobody here replaces them", () =>
  inDirectory(async (data) => {
    const one = Buffer.alloc(32, 1);
    const two = Buffer.alloc(32, 2);
    const keys = loadMasterKeys(data, `${one.toString("base64")},${two.toString("hex")}`, true);
    deepEqual(keys.keys, [one, two]);
    equal(keys.rotate, undefined);
    keys.retireOlder();
    deepEqual(keys.keys, [one]);
  }));
