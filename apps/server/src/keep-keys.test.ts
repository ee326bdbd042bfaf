import { test } from "node:test";
import { deepEqual, equal, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { loadKeyRing } from "@rolecall/access";
import { openSecret, sealSecret, Secret } from "@rolecall/credentials";
import { createCachedStore } from "@rolecall/store-cached";
import type { Store } from "@rolecall/store-contract";
import { createMemoryStore } from "@rolecall/store-memory";
import { openSqliteStore } from "@rolecall/store-sqlite";
import { keepKeys } from "./keep-keys.ts";
import { loadMasterKeys } from "./master-key.ts";
import { loadKeys } from "./open-store.ts";

const random = (length: number): Uint8Array => randomBytes(length);
const lines = (data: string): string[] => readFileSync(join(data, "master.key"), "utf8").trim().split("\n");

async function inDirectory(run: (data: string) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "rolecall-keys-"));
  // The keeper's own timers keep no process alive; a server's sockets do.
  const alive = setInterval(() => undefined, 60_000);
  try {
    await run(data);
  } finally {
    clearInterval(alive);
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

test("a token key that another process made is known as soon as its commit is announced", async () => {
  const store = createMemoryStore();
  const node = (): Store => createCachedStore(store, { pollMs: 3_600_000 });
  const nodes = [node(), node()] as const;
  const masterKeys = {
    keys: [Buffer.alloc(32, 1)] as const,
    rotate: undefined,
    retireOlder: undefined,
  };
  const [mine, other] = [
    await loadKeyRing(nodes[0], masterKeys.keys, random, 0),
    await loadKeyRing(nodes[1], masterKeys.keys, random, 0),
  ];
  const keeper = keepKeys({
    store: nodes[0],
    keyRing: mine,
    masterKeys,
    random,
    onProgress: () => undefined,
    onFailure: (error) => ok(false, String(error)),
  });
  const keyId = await other.rotate(1);
  // Long before the time after which it would ask by itself.
  for (const endMs = Date.now() + 20_000; mine.current.id !== keyId; await pause(5))
    ok(Date.now() < endMs, "it did not hear of the key");
  await keeper.stop();
  await Promise.all(nodes.map((node) => node.close()));
});

test("keys of the environment are several, the first seals, and nobody here replaces them", () =>
  inDirectory(async (data) => {
    const one = Buffer.alloc(32, 1);
    const two = Buffer.alloc(32, 2);
    const keys = loadMasterKeys(data, `${one.toString("base64")},${two.toString("hex")}`, true);
    deepEqual(keys.keys, [one, two]);
    equal(keys.rotate, undefined);
  }));

test("of keys that several processes share none is forgotten: another one may seal under it by now", () =>
  inDirectory(async (data) => {
    const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const text = [older, newer].map((key) => `${key.toString("base64")}\n`).join("");
    const store = createMemoryStore();
    await loadKeyRing(store, [older], random, 0);
    writeFileSync(join(data, "master.key"), text, { mode: 0o600 });
    // The first step of a replacement, the keys from the environment or from a copied file: OLD,NEW.
    for (const setting of [text, undefined]) {
      const { masterKeys, keyRing } = await loadKeys(store, {
        data,
        setting,
        isShared: true,
        random,
        nowMs: 0,
      });
      const messages: string[] = [];
      await new Promise<void>((resolve) => {
        const keeper = keepKeys({
          store,
          keyRing,
          masterKeys,
          random,
          settleMs: 0,
          onProgress: (message) => {
            if (messages.push(message) === 2) setImmediate(() => resolve(keeper.stop()));
          },
          onFailure: (error) => ok(false, String(error)),
        });
      });
      deepEqual(messages, [
        "sealed secrets under the new master key",
        "every secret is sealed under the first master key",
      ]);
      // The second: another process has it the other way round.
      const sealed = sealSecret([newer, older], "AKIA", new Secret("told"), random);
      equal(openSecret(masterKeys.keys, "AKIA", sealed)?.reveal(), "told");
      equal(readFileSync(join(data, "master.key"), "utf8"), text);
    }
    await store.close();
  }));
