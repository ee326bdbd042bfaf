import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { Account, ReadRows, Store } from "@rolecall/store-contract";
import { openDatabase } from "./database.ts";
import { createKeptAnswers } from "./kept-answers.ts";
import { readKept } from "./kept-read.ts";
import type { Snapshot } from "./kept-read.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

async function twoOnOneFile(t: TestContext): Promise<[Store, Store]> {
  const folder = mkdtempSync(join(tmpdir(), "rolecall-kept-"));
  const path = join(folder, "rolecall.db");
  const stores: [Store, Store] = [await openSqliteStore({ path }), await openSqliteStore({ path })];
  t.after(async () => {
    for (const store of stores) await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return stores;
}

const account = (accountId: string, name: string): Account => ({
  accountId,
  name,
  createdAtMs: 0,
  status: "ACTIVE",
});
const both = (store: Store, name: string): Promise<void> =>
  store.write(async (tx) => {
    await tx.accounts.put(account("111111111111", name));
    await tx.accounts.put(account("222222222222", name));
  });
const nameOf = (store: Store, id: string): Promise<string | undefined> =>
  store.read(async (tx) => (await tx.accounts.get(id))?.name);

test("what was read is kept until anybody commits, and no longer", async (t) => {
  const [one, two] = await twoOnOneFile(t);
  equal(await nameOf(one, "111111111111"), undefined);
  for (let n = 0; n < 200; n++) {
    const writer = n % 2 === 0 ? two : one;
    await both(writer, `name ${n}`);
    for (let again = 0; again < 3; again++) {
      equal(await nameOf(one, "111111111111"), `name ${n}`);
      equal(await nameOf(two, "222222222222"), `name ${n}`);
    }
  }
  await two.write((tx) => tx.accounts.delete("111111111111"));
  equal(await nameOf(one, "111111111111"), undefined);
  equal(await one.read((tx) => tx.accounts.count([])), 1);
});

test("a reader is given one state, though another process commits between what is kept and what is not", async (t) => {
  const [one, two] = await twoOnOneFile(t);
  let repeated = 0;
  for (let n = 0; n < 50; n++) {
    await both(two, `before ${n}`);
    await nameOf(one, "111111111111");
    let runs = 0;
    const [a, b] = await one.read(async (tx) => {
      const first = (await tx.accounts.get("111111111111"))?.name;
      if (runs++ === 0) await both(two, `after ${n}`);
      return [first, (await tx.accounts.get("222222222222"))?.name];
    });
    equal(a, b);
    repeated += runs - 1;
  }
  ok(repeated > 0, "some reader began again");
});

test("what a caller does to a record changes nothing that is kept", async (t) => {
  const [one] = await twoOnOneFile(t);
  await both(one, "mine");
  await rejects(
    one.read(async (tx) => {
      const found = await tx.accounts.get("111111111111");
      ok(found);
      found.name = "changed";
    }),
    TypeError,
  );
  equal(await nameOf(one, "111111111111"), "mine");
});

test("what is kept is bounded, and falls with any commit", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "rolecall-kept-"));
  const path = join(folder, "rolecall.db");
  const store = await openSqliteStore({ path });
  const watch = openDatabase(path, { readOnly: true });
  t.after(async () => {
    watch.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const kept = createKeptAnswers(watch);
  const answers = await kept.next();
  answers.keep("short", "x");
  answers.keep("none", undefined);
  answers.keep("long", "x".repeat(16_385));
  deepEqual(answers.get("short"), { answer: "x" });
  deepEqual(answers.get("none"), { answer: undefined });
  equal(answers.get("long"), undefined);
  for (let at = 0; at < 50_000; at++) answers.keep(`q${at}`, "x");
  equal(answers.get("short"), undefined);
  equal(await kept.next(), answers);
  await both(store, "new");
  equal(kept.areCurrent(answers), false);
  equal((await kept.next()).get("q49999"), undefined);
  deepEqual(kept.statistics(), { hits: 2, misses: 3, dropped: 2, entries: 0, characters: 0 });
});

test("what a process does at one go asks once whether the file has changed", async (t) => {
  const [one, two] = await twoOnOneFile(t);
  let version = 1;
  let looks = 0;
  const watch = {
    first: () => {
      looks++;
      return { data_version: version };
    },
  };
  const kept = createKeptAnswers(watch);
  const [before, another] = await Promise.all([kept.next(), kept.next()]);
  equal(another, before);
  await Promise.resolve();
  version = 2;
  equal(await kept.next(), before);
  equal(looks, 1);
  equal(kept.areCurrent(before), false, "a snapshot's look is always one of its own");
  await new Promise((done) => process.nextTick(done));
  ok((await kept.next()) !== before);
  equal(looks, 3);
  // However the reads and writes of one turn interleave, a read after an answered write has it.
  for (let n = 0; n < 100; n++)
    await Promise.all(
      [one, two].flatMap((store, at) => [
        nameOf(store, "111111111111"),
        (async () => {
          await store.write((tx) => tx.accounts.put(account(`${n}${at}`, "new")));
          const names = await Promise.all([nameOf(one, `${n}${at}`), nameOf(two, `${n}${at}`)]);
          deepEqual(names, ["new", "new"]);
        })(),
        nameOf(store, "222222222222"),
      ]),
    );
});

test("of many who ask the same after a commit one reads it", async () => {
  const kept = createKeptAnswers({ first: () => ({ data_version: 1 }) });
  const open = { now: 0, ever: 0 };
  const asked: string[] = [];
  const never = (): never => {
    throw new Error("not asked");
  };
  const rows: ReadRows = {
    get(collection, key) {
      asked.push(`${collection} ${key}`);
      return JSON.stringify(account("111111111111", "mine"));
    },
    find: never,
    scan: never,
    count: never,
    scanIndex: never,
    countIndex: never,
  };
  const snapshot = (): Snapshot => {
    open.now++;
    open.ever++;
    return { rows, end: () => open.now-- };
  };
  const names = await Promise.all(
    Array.from({ length: 16 }, () =>
      readKept(kept, snapshot, async (tx) => (await tx.accounts.get("111111111111"))?.name),
    ),
  );
  deepEqual(new Set(names), new Set(["mine"]));
  deepEqual(asked, ["accounts 111111111111\u0001"]);
  deepEqual(open, { now: 0, ever: 1 });
  // One that cannot be opened is told to who asked, and nothing stays open.
  await rejects(
    readKept(kept, never, (tx) => tx.accounts.get("222222222222")),
    /not asked/,
  );
});

test("a reader that has ended reads nothing any more on the connection that he has given back", async () => {
  const kept = createKeptAnswers({ first: () => ({ data_version: 1 }) });
  const never = (): never => {
    throw new Error("not asked");
  };
  let isGivenBack = false;
  const asked: string[] = [];
  const rows: ReadRows = {
    get(_collection, key) {
      asked.push(`${key} ${isGivenBack ? "given back" : "ours"}`);
      return undefined;
    },
    find: never,
    scan: never,
    count: never,
    scanIndex: never,
    countIndex: never,
  };
  // All connections are in use, so he waits for one; and something else of his fails meanwhile.
  let free = (_snapshot: Snapshot): void => undefined;
  const waiting = new Promise<Snapshot>((resolve) => (free = resolve));
  const reading = readKept(
    kept,
    () => waiting,
    (tx) =>
      Promise.all([
        tx.accounts.get("111111111111"),
        tx.accounts.get("222222222222"),
        Promise.reject(new Error("refused")),
      ]),
  );
  setImmediate(() => free({ rows, end: () => (isGivenBack = true) }));
  await rejects(reading, /refused/);
  equal(isGivenBack, true);
  await new Promise((done) => setImmediate(done));
  deepEqual(
    asked.filter((one) => one.endsWith("given back")),
    [],
  );
});
