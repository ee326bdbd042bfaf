import { equal, match, ok, rejects, throws } from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { StoreForeign, StoreUnavailable } from "@rolecall/store-contract";
import type { Account, Store } from "@rolecall/store-contract";
import { backupSqliteStore } from "./backup.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rolecall-backup-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const account = (n: number): Account => ({
  accountId: String(n).padStart(12, "0"),
  name: `account ${n}`,
  createdAtMs: n,
  status: "ACTIVE",
});
const add = (store: Store, n: number): Promise<void> => store.write((tx) => tx.accounts.insert(account(n)));

test("a backup taken under writes is one state, with all that was answered before, and restores", async () => {
  await inFolder(async (folder) => {
    const store = await openSqliteStore({ path: join(folder, "rolecall.db") });
    const state = { answered: 0, isGoing: true };
    const writing = (async () => {
      for (let n = 1; state.isGoing; n++) {
        // Two records a transaction: a backup with one of them would be half a commit.
        await store.write(async (tx) => {
          await tx.accounts.insert(account(2 * n));
          await tx.accounts.insert(account(2 * n + 1));
        });
        state.answered = 2 * n;
      }
    })();
    while (state.answered < 100) await add(store, 1_000_000 + state.answered);
    const before = state.answered;
    const target = join(folder, "copy.db");
    backupSqliteStore(join(folder, "rolecall.db"), target);
    state.isGoing = false;
    await writing;
    await store.close();
    equal(statSync(target).mode & 0o077, 0, "kept from others");

    const copy = await openSqliteStore({ path: target });
    const count = await copy.read(async (tx) => {
      for (let n = 2; n <= before + 1; n++) ok(await tx.accounts.get(account(n).accountId), `account ${n}`);
      return tx.accounts.count([]);
    });
    ok(count >= before);
    const paired = await copy.read((tx) => tx.accounts.list([], { limit: 100_000 }));
    const numbers = new Set(paired.map(({ createdAtMs }) => createdAtMs));
    for (const n of numbers) if (n < 1_000_000) ok(numbers.has(n ^ 1), `the other half of ${n}`);
    await add(copy, 2_000_000);
    await copy.close();
  });
});

test("the journal of a store that a crash left is not read into the backup put in its place", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "rolecall.db");
    const killed = join(folder, "killed");
    const copy = join(folder, "copy.db");
    const store = await openSqliteStore({ path });
    await add(store, 1);
    backupSqliteStore(path, copy);
    // Taken away after the backup.
    await store.write((tx) => tx.accounts.delete(account(1).accountId));
    await add(store, 2);
    // As `kill -9` leaves it, and then as an operator does who restores the file alone.
    mkdirSync(killed);
    const place = join(killed, "rolecall.db");
    for (const suffix of ["-wal", "-shm"]) copyFileSync(path + suffix, place + suffix);
    await store.close();
    copyFileSync(copy, place);
    await rejects(openSqliteStore({ path: place }), (error: unknown) => {
      ok(error instanceof StoreForeign);
      match(error.message, /-wal belongs to the store that was here before/);
      match(error.hint ?? "", /Remove/);
      return true;
    });
    // Nor into a new store, where the file alone was removed.
    rmSync(place);
    await rejects(openSqliteStore({ path: place }), StoreForeign);
    ok(!existsSync(place));
    copyFileSync(copy, place);
    for (const suffix of ["-wal", "-shm"]) rmSync(place + suffix);
    const restored = await openSqliteStore({ path: place });
    equal((await restored.read((tx) => tx.accounts.get(account(1).accountId)))?.name, "account 1");
    await add(restored, 3);
    await restored.close();
  });
});

test("what is there is not overwritten, and a failed backup leaves nothing behind", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "rolecall.db");
    const store = await openSqliteStore({ path });
    await add(store, 1);
    writeFileSync(join(folder, "there.db"), "mine");
    throws(() => backupSqliteStore(path, join(folder, "there.db")), StoreUnavailable);
    throws(() => backupSqliteStore(path, join(folder, "no", "folder.db")), StoreUnavailable);
    writeFileSync(join(folder, "other.db"), "not a store");
    throws(() => backupSqliteStore(join(folder, "other.db"), join(folder, "x.db")), StoreForeign);
    ok(!readdirSync(folder).some((name) => name.includes("unfinished") || name === "x.db"));
    await store.close();
    ok(existsSync(path));
    await rejects(store.read(async () => 1));
  });
});
