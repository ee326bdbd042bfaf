import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { collections, StoreCorrupted, StoreForeign, StoreUnavailable } from "@rolecall/store-contract";
import type { Collection, Group, StoreError } from "@rolecall/store-contract";
import { countedCollections, countedIndexes } from "./counts.ts";
import { openDatabase } from "./database.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

function newDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "rolecall-sqlite-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A closed store with a few hundred records. */
async function newStoreFile(t: TestContext): Promise<string> {
  const path = join(newDirectory(t), "store.db");
  const store = await openSqliteStore({ path });
  await store.write(async (tx) => {
    for (let at = 0; at < 500; at++) await tx.settings.put({ name: `setting ${at}`, value: "x".repeat(300) });
  });
  await store.close();
  rmSync(`${path}-wal`);
  rmSync(`${path}-shm`);
  return path;
}

/** What the layout before had not. */
const dropCounts = `
  DROP TABLE counts;
  DROP TRIGGER records_added; DROP TRIGGER records_removed; DROP TRIGGER lookups_added; DROP TRIGGER lookups_removed;`;

const accountId = "111122223333";
const group = (name: string, attachedPolicies: string[]): Group => ({
  accountId,
  groupId: `AGPA${name}`,
  name,
  path: "/",
  createdAtMs: 0,
  attachedPolicies,
  inlinePolicies: [],
});

/** Neither the file nor its directory changes, and the message is fit to be shown. */
async function refused(
  path: string,
  kind: new (message: string) => StoreError,
  message: RegExp,
): Promise<void> {
  const before = readFileSync(path);
  const beside = readdirSync(join(path, ".."));
  await rejects(openSqliteStore({ path }), (error) => {
    ok(error instanceof kind, String(error));
    ok(error.message.startsWith(path));
    ok(message.test(error.message), error.message);
    ok(error.hint);
    equal(`${error.message}\n${error.hint}`.split("\n").length, 2);
    return true;
  });
  ok(readFileSync(path).equals(before));
  deepEqual(readdirSync(join(path, "..")), beside);
}

test("the store is kept from others, and whole when it is closed", async (t) => {
  const path = join(newDirectory(t), "new", "deep", "store.db");
  const store = await openSqliteStore({ path });
  await store.write((tx) => tx.settings.put({ name: "a", value: 1 }));
  if (process.platform !== "win32") {
    equal(statSync(join(path, "..")).mode & 0o777, 0o700);
    for (const suffix of ["", "-wal", "-shm"]) equal(statSync(path + suffix).mode & 0o777, 0o600, suffix);
  }
  await store.close();
  const copy = join(newDirectory(t), "a copy #1? 100%.db");
  copyFileSync(path, copy);
  const again = await openSqliteStore({ path: copy });
  equal((await again.read((tx) => tx.settings.get("a")))?.value, 1);
  equal(await again.revision(), 1);
  await again.close();
  equal(readdirSync(join(path, "..")).filter((name) => name.endsWith(".new")).length, 0);
});

test("a file of another maker is refused and left alone", async (t) => {
  const path = join(newDirectory(t), "store.db");
  for (const content of [
    "",
    "SQLite",
    "hello, not a database. ".repeat(1000),
    "SQLite format 3\0".padEnd(4096, "\0"),
  ]) {
    writeFileSync(path, content);
    await refused(path, StoreForeign, /not a Rolecall store/);
  }
  rmSync(path);
  const database = openDatabase(path);
  database.exec(
    "PRAGMA journal_mode = WAL; CREATE TABLE records (a); PRAGMA application_id = 7; PRAGMA user_version = 1",
  );
  database.first("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  await refused(path, StoreForeign, /a SQLite database, but not a Rolecall store/);
});

test("a store of a later version is refused and left alone", async (t) => {
  const path = await newStoreFile(t);
  const bytes = readFileSync(path);
  bytes.writeUInt32BE(99, 60);
  writeFileSync(path, bytes);
  await refused(path, StoreForeign, /newer Rolecall/);
  bytes.writeUInt32BE(0, 60);
  writeFileSync(path, bytes);
  await refused(path, StoreCorrupted, /damaged/);
});

test("a damaged store is refused and left alone", async (t) => {
  const path = await newStoreFile(t);
  const bytes = readFileSync(path);
  const damages: [what: string, damaged: Buffer][] = [
    ["cut short", bytes.subarray(0, bytes.length - 4096 * 3)],
    ["cut within the first page", bytes.subarray(0, 1000)],
    [
      "a page of zeros",
      Buffer.concat([bytes.subarray(0, 4096 * 20), Buffer.alloc(4096), bytes.subarray(4096 * 21)]),
    ],
    ["no page size", Buffer.concat([bytes.subarray(0, 16), Buffer.from([0, 3]), bytes.subarray(18)])],
    [
      "noise after the header",
      Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, "noise ")]),
    ],
  ];
  for (const [what, damaged] of damages) {
    writeFileSync(path, damaged);
    await t.test(what, () => refused(path, StoreCorrupted, /damaged/));
  }
  writeFileSync(path, bytes);
  const database = openDatabase(path);
  database.exec("DROP TABLE changes");
  database.first("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  await t.test("a missing table", () => refused(path, StoreCorrupted, /changes is missing/));
});

test("a file of an earlier version is migrated, and what it held is kept", async (t) => {
  const path = await newStoreFile(t);
  const database = openDatabase(path);
  database.exec(`${dropCounts} ALTER TABLE records DROP COLUMN checksum; PRAGMA user_version = 1`);
  database.first("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  const stores = [await openSqliteStore({ path }), await openSqliteStore({ path })];
  for (const store of stores) {
    equal(await store.read((tx) => tx.settings.count([])), 500);
    await store.write((tx) => tx.settings.put({ name: "setting 1", value: "new" }));
    equal((await store.read((tx) => tx.settings.get("setting 1")))?.value, "new");
  }
  await Promise.all(stores.map((store) => store.close()));
});

test("a file from before the counts has them when it is opened", async (t) => {
  const path = join(newDirectory(t), "store.db");
  const store = await openSqliteStore({ path });
  await store.write(async (tx) => {
    for (const name of ["a", "b", "c"]) await tx.groups.insert(group(name, ["arn:aws:iam::aws:policy/A"]));
  });
  await store.close();
  const database = openDatabase(path);
  database.exec(`${dropCounts} PRAGMA user_version = 2`);
  database.close();
  const again = await openSqliteStore({ path });
  await again.write((tx) => tx.groups.delete(accountId, "b"));
  await again.read(async (tx) => {
    equal(await tx.groups.count([accountId]), 2);
    equal(await tx.groups.countBy("byAttachedPolicy", ["arn:aws:iam::aws:policy/A", accountId]), 2);
  });
  await again.close();
  const counts = openDatabase(path);
  equal(counts.first("SELECT count(*) AS rows FROM counts")?.["rows"], 2, "what is counted has its rows");
  counts.close();
});

test("a count that is wrong is damage", async (t) => {
  const path = join(newDirectory(t), "store.db");
  const store = await openSqliteStore({ path });
  await store.write((tx) => tx.groups.insert(group("a", ["arn:aws:iam::aws:policy/A"])));
  await store.close();
  for (const wrong of [
    "UPDATE counts SET number = 2 WHERE name = ''",
    "DELETE FROM counts WHERE name <> ''",
    "INSERT INTO counts VALUES ('roles', '', 'x', 1)",
  ]) {
    const file = join(newDirectory(t), "store.db");
    copyFileSync(path, file);
    const database = openDatabase(file);
    database.exec(wrong);
    database.first("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    await refused(file, StoreCorrupted, /its count of (groups|roles) is wrong/);
  }
});

test("the layout counts what the collections declare to be counted", () => {
  const declared = Object.values(collections) as Collection<unknown, string, string>[];
  const counted = declared.filter(({ spec }) => spec.isCounted);
  deepEqual(counted.map(({ name }) => name).toSorted(), countedCollections);
  for (const { name, spec, indexNames } of declared)
    deepEqual(
      indexNames.filter((index) => (countedIndexes as readonly string[]).includes(index)),
      spec.countedIndexes ?? [],
      name,
    );
});

test("a server whose file a later version has migrated writes no more", async (t) => {
  const path = await newStoreFile(t);
  const store = await openSqliteStore({ path });
  const newer = openDatabase(path);
  newer.exec("PRAGMA user_version = 99");
  newer.close();
  await rejects(
    store.write((tx) => tx.settings.put({ name: "a", value: 1 })),
    (error) => error instanceof StoreForeign && /newer Rolecall/.test(error.message),
  );
  equal(await store.read((tx) => tx.settings.count([])), 500);
  await store.close();
});

test("a record that is not what was written is reported, not served", async (t) => {
  const path = await newStoreFile(t);
  const bytes = readFileSync(path);
  // One letter, in what the database takes for mere text.
  bytes.write("y", bytes.indexOf(`{"name":"setting 77","value":"xxx`) + 40);
  writeFileSync(path, bytes);
  const store = await openSqliteStore({ path });
  const isDamage = (error: unknown): boolean =>
    error instanceof StoreCorrupted && /a record of settings is not what was written/.test(error.message);
  await rejects(
    store.read((tx) => tx.settings.get("setting 77")),
    isDamage,
  );
  await rejects(
    store.read((tx) => tx.settings.list([], { limit: 999 })),
    isDamage,
  );
  await rejects(
    store.write((tx) => tx.settings.delete("setting 77")),
    isDamage,
  );
  equal((await store.read((tx) => tx.settings.get("setting 78")))?.name, "setting 78");
  await store.close();
});

test("what cannot be made is reported as unavailable", async (t) => {
  const directory = newDirectory(t);
  writeFileSync(join(directory, "file"), "");
  await rejects(openSqliteStore({ path: join(directory, "file", "store.db") }), StoreUnavailable);
  mkdirSync(join(directory, "store.db"));
  await rejects(openSqliteStore({ path: join(directory, "store.db") }), StoreUnavailable);
  // Root may write where the mode forbids it.
  if (process.getuid?.() !== 0 && process.platform !== "win32") {
    mkdirSync(join(directory, "closed"), { mode: 0o500 });
    await rejects(openSqliteStore({ path: join(directory, "closed", "store.db") }), StoreUnavailable);
    equal(existsSync(join(directory, "closed", "store.db")), false);
  }
});

test("a full disk refuses writes, keeps what was committed, and serves again when there is room", async (t) => {
  const path = join(newDirectory(t), "store.db");
  const store = await openSqliteStore({ path, maxSizeBytes: 400_000 });
  const write = (name: string, sizeBytes: number) =>
    store.write((tx) => tx.settings.put({ name, value: "x".repeat(sizeBytes) }));
  await write("first", 1000);
  const outcomes = await Promise.allSettled([
    write("small", 10),
    write("large", 1_000_000),
    write("other", 10),
  ]);
  const kept = outcomes.map(({ status }) => status === "fulfilled");
  equal(kept[1], false);
  for (const outcome of outcomes)
    if (outcome.status === "rejected")
      ok(outcome.reason instanceof StoreUnavailable && /full/.test(outcome.reason.message));
  // A function that goes on after the failure keeps nothing either.
  await rejects(
    store.write(async (tx) => {
      await tx.settings.put({ name: "before", value: 1 });
      await tx.settings.put({ name: "large", value: "x".repeat(1_000_000) }).catch(() => undefined);
      await tx.settings.put({ name: "after", value: 1 }).catch(() => undefined);
    }),
    StoreUnavailable,
  );
  await write("last", 10);
  const names = await store.read(async (tx) =>
    (await tx.settings.list([], { limit: 99 })).map(({ name }) => name),
  );
  const wanted = ["first", "last", ...["small", "large", "other"].filter((_, at) => kept[at])];
  deepEqual(names, wanted.toSorted());
  equal(await store.revision(), wanted.length);
  await store.close();
});

test("a second store on the same file sees each commit with its next read", async (t) => {
  const path = join(newDirectory(t), "store.db");
  const [one, two] = [await openSqliteStore({ path }), await openSqliteStore({ path })];
  for (let at = 1; at <= 20; at++) {
    const [writer, reader] = at % 2 === 0 ? [one, two] : [two, one];
    await writer.write((tx) => tx.settings.put({ name: "a", value: at }));
    equal((await reader.read((tx) => tx.settings.get("a")))?.value, at);
    equal(await reader.revision(), at);
    equal((await reader.changes(at - 1, 10)).changes.length, 1);
  }
  await one.close();
  await two.write((tx) => tx.settings.put({ name: "a", value: 0 }));
  await two.close();
});

test("nobody is answered before the commit of the group", async (t) => {
  const path = join(newDirectory(t), "store.db");
  const store = await openSqliteStore({ path });
  const other = await openSqliteStore({ path });
  const seen = await Promise.all(
    Array.from({ length: 32 }, async (_, at) => {
      await store.write((tx) => tx.settings.put({ name: `${at}`, value: at }));
      return other.read((tx) => tx.settings.count([]));
    }),
  );
  // Asked in one turn, they share a commit, and each finds it in the file when it is answered.
  deepEqual(new Set(seen), new Set([32]));
  await Promise.all([store.close(), other.close()]);
});
