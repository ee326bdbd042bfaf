import { deepEqual, equal, rejects } from "node:assert/strict";
import { test } from "node:test";
import { counters, put, things } from "./things.ts";
import type { OpenStore } from "./things.ts";

export function testChanges(open: OpenStore): void {
  test("the revision grows by one with each commit that changed something", async (t) => {
    const store = await open(t);
    equal(await store.revision(), 0);
    await put(store, { key: ["a"] }, { key: ["b"] });
    equal(await store.revision(), 1);
    await put(store, { key: ["a"] });
    equal(await store.revision(), 1, "the same record again changes nothing");
    await store.write((tx) => tx.of(things).delete("none"));
    await store.write(async (tx) => void (await tx.of(things).get("a")));
    await rejects(
      store.write(async (tx) => {
        await tx.of(things).delete("a");
        throw new Error("no");
      }),
    );
    equal(await store.revision(), 1);
    await put(store, { key: ["a"], note: 1 });
    await store.write((tx) => tx.of(things).delete("b"));
    equal(await store.revision(), 3);
  });

  test("changes tell which records each commit touched, once", async (t) => {
    const store = await open(t);
    await put(store, { key: ["a", "\u{1F600}"] });
    await store.write(async (tx) => {
      await tx.of(things).put({ key: ["b"] });
      await tx.of(things).put({ key: ["b"], note: 2 });
      await tx.of(counters).put({ name: "c", count: 1 });
      await tx.of(things).delete("a", "\u{1F600}");
    });
    const first = { revision: 1, collection: "things", key: ["a", "\u{1F600}"] };
    const { changes, ...rest } = await store.changes(0, 100);
    deepEqual(rest, { revision: 2, complete: true, latest: 2 });
    deepEqual(changes[0], first);
    const second = changes
      .slice(1)
      .map(({ revision, collection, key }) => `${revision} ${collection} ${key.join()}`);
    deepEqual(second.toSorted(), ["2 counters c", "2 things a,\u{1F600}", "2 things b"]);
    deepEqual(
      await store.changes(0, 3),
      { revision: 1, complete: true, changes: [first], latest: 2 },
      "whole commits only",
    );
    deepEqual(await store.changes(2, 3), { revision: 2, complete: true, changes: [], latest: 2 });
  });

  test("following the changes page by page misses none", async (t) => {
    const store = await open(t);
    await Promise.all(
      Array.from({ length: 100 }, (_, at) => put(store, { key: [`${at}`] }, { key: ["both"], note: at })),
    );
    const seen = new Set<string>();
    let revision = 0;
    for (;;) {
      const page = await store.changes(revision, 7);
      equal(page.complete, true);
      if (page.changes.length === 0) break;
      for (const change of page.changes) {
        seen.add(change.key.join());
        equal(change.revision > revision && change.revision <= page.revision, true);
      }
      equal(page.revision, revision + 3 > 100 ? 100 : revision + 3);
      revision = page.revision;
    }
    equal(revision, 100);
    equal(seen.size, 101);
  });

  test("who asks for what is no longer, or not yet, known is told so", async (t) => {
    const store = await open(t, { keptCommits: 5 });
    for (let at = 1; at <= 12; at++) await put(store, { key: [`${at}`] });
    deepEqual(await store.changes(6, 100), { revision: 12, complete: false, changes: [], latest: 12 });
    equal((await store.changes(7, 100)).changes.length, 5);
    deepEqual(await store.changes(13, 100), { revision: 12, complete: false, changes: [], latest: 12 });
    await put(store, { key: ["x"] }, { key: ["y"] }, { key: ["z"] });
    deepEqual(
      await store.changes(12, 2),
      { revision: 13, complete: false, changes: [], latest: 13 },
      "a commit larger than the limit",
    );
    equal((await store.changes(12, 3)).changes.length, 3);
  });
}
