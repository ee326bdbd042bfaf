import { deepEqual, equal, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createMemoryStore } from "@rolecall/store-memory";
import { ensureFirstAccount, writeProfile } from "./first-start.ts";
import { resolveSettings } from "./settings.ts";

const random = (length: number): Uint8Array => randomBytes(length);

test("of two nodes that start together one keeps the root key, and the other takes back what it told", async () => {
  const store = createMemoryStore();
  const told: string[] = [];
  const kept = new Set<string>();
  const start = () =>
    ensureFirstAccount(store, resolveSettings([]), random(32), random, 0, ({ accessKeyId }) => {
      told.push(accessKeyId);
      kept.add(accessKeyId);
      return () => kept.delete(accessKeyId);
    });
  const outcomes = await Promise.all([start(), start()]);
  equal(told.length, 2, "neither knew of the other");
  deepEqual(outcomes.map(({ isNew }) => isNew).toSorted(), [false, true]);
  const keys = await store.read((tx) => tx.accessKeys.list([], { limit: 9 }));
  deepEqual(
    keys.map(({ accessKeyId }) => accessKeyId),
    [...kept],
  );
  // Later starts make no key at all.
  equal((await start()).isNew, false);
  equal(told.length, 2);
});

test("a profile that is taken back leaves what was there before, and what others wrote", () => {
  const folder = mkdtempSync(join(tmpdir(), "rolecall-profile-"));
  try {
    const path = join(folder, "credentials");
    const key = (name: string) => ({ accessKeyId: `AKIA${name}`, secretAccessKey: name });
    const remove = writeProfile(path, "rolecall", key("ONE"));
    const one = readFileSync(path, "utf8");
    const restore = writeProfile(path, "rolecall", key("TWO"));
    ok(!readFileSync(path, "utf8").includes("AKIAONE"));
    // What others wrote meanwhile stays.
    const removeOther = writeProfile(path, "other", key("THREE"));
    restore();
    ok(readFileSync(path, "utf8").includes("AKIATHREE"));
    ok(readFileSync(path, "utf8").includes(one));
    removeOther();
    equal(readFileSync(path, "utf8"), one);
    equal(statSync(path).mode & 0o077, 0);
    remove();
    ok(!existsSync(path));
    deepEqual(readdirSync(folder), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
