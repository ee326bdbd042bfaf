import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadKeyRing } from "@rolecall/access";
import { newAccessKey, resealSecret, sealSecret } from "@rolecall/credentials";
import type { MasterKey } from "@rolecall/credentials";
import { collections } from "@rolecall/store-contract";
import type { Collection, Store } from "@rolecall/store-contract";
import { createMemoryStore } from "@rolecall/store-memory";
import { exportInstallation } from "./export-installation.ts";
import { TransferProblem } from "./format.ts";
import { importInstallation } from "./import-installation.ts";
import { passingRecords, secretRecords } from "./secret-records.ts";

const random = (length: number): Uint8Array => randomBytes(length);
const accountId = "111122223333";

async function installation(masterKey: Uint8Array, roles = 1200): Promise<Store> {
  const store = createMemoryStore();
  await loadKeyRing(store, masterKey, random, 1);
  await store.write(async (tx) => {
    await tx.accounts.insert({ accountId, name: "a\u2028b", createdAtMs: 1, status: "ACTIVE" });
    await tx.settings.put({ name: "first-account", value: accountId });
    const key = newAccessKey(accountId, random);
    await tx.accessKeys.insert({
      accessKeyId: key.accessKeyId,
      accountId,
      owner: { kind: "root" },
      status: "Active",
      createdAtMs: 1,
      sealedSecret: sealSecret(masterKey, key.accessKeyId, key.secretAccessKey, random),
    });
    await tx.decisions.insert({ id: "x", accountId, atMs: 1, expiresAtMs: 2, record: {} });
    for (let i = 0; i < roles; i++)
      await tx.roles.insert({
        accountId,
        roleId: `AROA${i}`,
        name: `Role${i}`,
        path: "/",
        createdAtMs: i,
        maxSessionDurationSeconds: 3600,
        trustPolicy: { document: '{"Statement":[]}', principalIds: { a: "AIDA" } },
        attachedPolicies: [],
        inlinePolicies: [],
        tags: [{ key: "k", value: "\n\u0000é😀" }],
      });
  });
  return store;
}

async function exported(store: Store, withSecrets: boolean): Promise<string[]> {
  const lines: string[] = [];
  await exportInstallation(store, {
    withSecrets,
    exportedAt: "2026-09-27T12:00:00Z",
    write: (line) => lines.push(line.replace(/\n$/, "")),
  });
  return lines;
}

const read = (store: Store, lines: string[], masterKey: MasterKey) =>
  importInstallation(store, {
    masterKey,
    async *lines() {
      yield* lines;
    },
  });

async function everything(store: Store): Promise<Record<string, unknown[]>> {
  return store.read(async (tx) => {
    const all: Record<string, unknown[]> = {};
    for (const one of Object.values(collections) as Collection<object, string, string>[])
      if (!passingRecords.has(one.name)) all[one.name] = await tx.of(one).list([], { limit: 100_000 });
    return all;
  });
}

const problem = (pattern: RegExp) => (error: unknown) =>
  error instanceof TransferProblem && pattern.test(error.message) && error.hint !== "";

test("what is exported with its secrets is imported as it was", async () => {
  const masterKey = random(32);
  const store = await installation(masterKey);
  const copy = createMemoryStore();
  const { records, header } = await read(copy, await exported(store, true), masterKey);
  equal(header.secrets, "sealed");
  deepEqual(await everything(copy), await everything(store));
  equal(
    Object.values(await everything(store)).reduce((sum, all) => sum + all.length, 0),
    records,
  );
  equal(await copy.read((tx) => tx.decisions.count([])), 0);
});

test("an export without secrets has none, and opens under any master key", async () => {
  const masterKey = random(32);
  const store = await installation(masterKey, 3);
  const lines = await exported(store, false);
  ok(!/sealed(?!":"none)/.test(lines.slice(1).join("\n")), "no sealed member");
  const copy = createMemoryStore();
  await read(copy, lines, random(32));
  equal(await copy.read((tx) => tx.roles.count([])), 3);
  equal(await copy.read((tx) => tx.accessKeys.count([])), 0);
});

test("a file that is cut short, altered, foreign, later or sealed for another leaves the store empty", async () => {
  const masterKey = random(32);
  const lines = await exported(await installation(masterKey, 600), true);
  const [header = "", ...rest] = lines;
  const cases: [string[], RegExp][] = [
    [lines.slice(0, -1), /cut short/],
    [[header, ...rest.slice(1)], /cut short/],
    [lines.map((line) => line.replace("Role77", "Role99999")), /cut short or was altered/],
    [[...lines, "{}"], /goes on after its end/],
    [[header.replace('"version":1', '"version":2'), ...rest], /format 2/],
    [["{", ...rest], /no export/],
    [["null"], /no export/],
    [[], /no export/],
    [[header, '{"collection":"ghosts","record":{}}', ...rest], /does not know/],
    [[header, '{"collection":"roles"}', ...rest], /no export/],
  ];
  for (const [file, message] of cases) {
    const copy = createMemoryStore();
    await rejects(read(copy, file, masterKey), problem(message), String(message));
    equal(await copy.revision(), 0, String(message));
  }
  const copy = createMemoryStore();
  await rejects(read(copy, lines, random(32)), problem(/another master key/));
  equal(await copy.revision(), 0);
});

test("secrets that were exported while the master key was replaced need both keys", async () => {
  const [older, newer] = [random(32), random(32)];
  const store = await installation(older, 1);
  // The keys of the installation come first: sealed anew, when the access keys are not yet.
  await store.write(async (tx) => {
    for (const key of await tx.keys.list([], { limit: 9 })) {
      const sealed = resealSecret([newer, older], `${key.purpose}/${key.keyId}`, key.sealed, random);
      await tx.keys.put({ ...key, sealed: sealed ?? "" });
    }
  });
  const lines = await exported(store, true);
  const copy = createMemoryStore();
  await rejects(read(copy, lines, newer), problem(/another master key/));
  await rejects(read(copy, lines, older), problem(/another master key/));
  equal(await copy.revision(), 0);
  await read(copy, lines, [newer, older]);
});

test("an import goes into an empty store only, and a half one is not taken for whole", async () => {
  const masterKey = random(32);
  const store = await installation(masterKey, 1200);
  const lines = await exported(store, true);
  await rejects(read(store, lines, masterKey), problem(/not empty/));
  const copy = createMemoryStore();
  let writes = 0;
  const failing: Store = {
    ...copy,
    write: (fn) => (++writes > 2 ? Promise.reject(new Error("power cut")) : copy.write(fn)),
  };
  await rejects(read(failing, lines, masterKey), /power cut/);
  deepEqual(await copy.read((tx) => tx.settings.get("import")), { name: "import", value: "running" });
  await rejects(read(copy, lines, masterKey), problem(/not empty/));
});

test("every record with a sealed or hashed member is known to the export", () => {
  const folder = new URL("../../../stores/contract/src/records/", import.meta.url);
  const found: string[] = [];
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), "utf8");
    if (!/^\s+(sealed\w*|\w*[hH]ash\w*|secret\w*)\??:/m.test(text)) continue;
    const name = /collection\(\{\s*name: "(\w+)"/.exec(text)?.[1];
    match(name ?? "", /\w/, `${file} declares no collection`);
    found.push(name ?? "");
  }
  deepEqual(found.toSorted(), Object.keys(secretRecords).toSorted());
});
