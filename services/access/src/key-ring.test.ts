import { test } from "node:test";
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { openSecret, openSession, sealSecret, sealSession, Secret } from "@rolecall/credentials";
import type { SessionClaims } from "@rolecall/credentials";
import { createMemoryStore } from "@rolecall/store-memory";
import { loadKeyRing, tokenKeyPurpose, WrongMasterKey } from "./key-ring.ts";
import { resealSecrets } from "./reseal.ts";

const random = (length: number): Uint8Array => randomBytes(length);
const nowMs = Date.UTC(2026, 8, 27);
const hourMs = 3_600_000;

const claims: SessionClaims = {
  kind: "assumed-role",
  accountId: "111122223333",
  accessKeyId: "ASIAAAAAAAAAAAAAAAAA",
  entityId: "AROAAAAAAAAAAAAAAAAAA",
  issuedAtSeconds: nowMs / 1000,
  expiresAtSeconds: nowMs / 1000 + 3600,
};

test("nodes that start together agree on a key, and a node learns of another's new key", async () => {
  const store = createMemoryStore();
  const masterKey = random(32);
  const [one, two] = await Promise.all([
    loadKeyRing(store, masterKey, random, nowMs),
    loadKeyRing(store, masterKey, random, nowMs),
  ]);
  equal(one.current.id, two.current.id);
  const old = sealSession(claims, two, random)?.sessionToken ?? "";
  const id = await one.rotate(nowMs + 1000);
  equal(one.current.id, id);
  const token = sealSession(claims, one, random)?.sessionToken ?? "";
  deepEqual(openSession(token, two), { ok: false, problem: "unknown-key" });
  await store.read((tx) => two.refresh(tx));
  equal(two.current.id, id);
  equal(openSession(token, two).ok, true);
  // What the old key sealed is still open to both, and to a node that starts now.
  const three = await loadKeyRing(store, masterKey, random, nowMs + 2000);
  for (const ring of [one, two, three]) equal(openSession(old, ring).ok, true);
  equal(three.current.id, id);
});

test("a replaced key retires after the longest session, and is forgotten with its record", async () => {
  const store = createMemoryStore();
  const ring = await loadKeyRing(store, random(32), random, nowMs);
  const old = ring.current.id;
  const token = sealSession(claims, ring, random)?.sessionToken ?? "";
  await ring.rotate(nowMs);
  const record = await store.read((tx) => tx.keys.get(tokenKeyPurpose, old));
  equal(record?.retiresAtMs, nowMs + 37 * hourMs);
  await store.write((tx) => tx.keys.delete(tokenKeyPurpose, old));
  await store.read((tx) => ring.refresh(tx));
  deepEqual(openSession(token, ring), { ok: false, problem: "unknown-key" });
});

test("another master key opens nothing, and says so", async () => {
  const store = createMemoryStore();
  await loadKeyRing(store, random(32), random, nowMs);
  await rejects(loadKeyRing(store, random(32), random, nowMs), WrongMasterKey);
});

test("secrets under an older master key open, and are sealed anew in bounded steps", async () => {
  const store = createMemoryStore();
  const older = random(32);
  const newer = random(32);
  await loadKeyRing(store, older, random, nowMs);
  const count = 250;
  await store.write(async (tx) => {
    for (let i = 0; i < count; i++) {
      const accessKeyId = `AKIA${String(i).padStart(16, "A")}`;
      await tx.accessKeys.insert({
        accessKeyId,
        accountId: claims.accountId,
        owner: { kind: "root" },
        status: "Active",
        createdAtMs: nowMs,
        sealedSecret: sealSecret(older, accessKeyId, new Secret(`secret ${i}`), random),
      });
    }
    await tx.mfaDevices.insert({
      accountId: claims.accountId,
      serialNumber: "arn:aws:iam::111122223333:mfa/phone",
      name: "phone",
      path: "/",
      createdAtMs: nowMs,
      tags: [],
      sealedSeed: sealSecret(older, "arn:aws:iam::111122223333:mfa/phone", new Secret("SEED"), random),
    });
  });
  const both = [newer, older];
  await loadKeyRing(store, both, random, nowMs);
  // Killed after its first step: what is left is done by whoever begins anew.
  let steps = 0;
  const dying: typeof store = {
    ...store,
    write: (fn) => (++steps > 3 ? Promise.reject(new Error("killed")) : store.write(fn)),
  };
  await rejects(resealSecrets(dying, both, random), /killed/);
  const left = await resealSecrets(store, both, random);
  ok(left > 0 && left < count + 2, `${left} were left`);
  equal(await resealSecrets(store, both, random), 0);
  const keys = await store.read((tx) => tx.accessKeys.list([], { limit: 1000 }));
  for (const { accessKeyId, sealedSecret } of keys) {
    ok(openSecret(newer, accessKeyId, sealedSecret));
    equal(openSecret(older, accessKeyId, sealedSecret), undefined);
  }
  // The old key is not needed any more, for token keys and seeds either.
  await loadKeyRing(store, newer, random, nowMs);
  const [device] = await store.read((tx) => tx.mfaDevices.list([], { limit: 1 }));
  equal(openSecret(newer, device?.serialNumber ?? "", device?.sealedSeed ?? "")?.reveal(), "SEED");
});

test("every record with a sealed member is sealed anew", () => {
  const folder = new URL("../../../stores/contract/src/records/", import.meta.url);
  const known = readFileSync(new URL("../src/reseal.ts", import.meta.url), "utf8");
  const sealedMembers = readdirSync(folder).flatMap((file) =>
    [...readFileSync(new URL(file, folder), "utf8").matchAll(/^ +(sealed\w*)\??: string/gm)].map(
      ([, member]) => `${file} ${member}`,
    ),
  );
  ok(sealedMembers.length >= 5);
  for (const member of sealedMembers)
    ok(new RegExp(`\\.${member.split(" ")[1]}\\b`).test(known), `${member} is not in reseal.ts`);
});
