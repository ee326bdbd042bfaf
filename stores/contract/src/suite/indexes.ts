import { deepEqual, equal, rejects } from "node:assert/strict";
import { test } from "node:test";
import { StoreConflict } from "../errors.ts";
import type { Store } from "../store.ts";
import { put, things } from "./things.ts";
import type { OpenStore } from "./things.ts";

const labelled = (store: Store, ...prefix: string[]) =>
  store.read(async (tx) => {
    const entries = await tx.of(things).listBy("byLabel", prefix, { limit: 99 });
    equal(await tx.of(things).countBy("byLabel", prefix), entries.length);
    return entries.map(({ record }) => record.key.join("/"));
  });

export function testIndexes(open: OpenStore): void {
  test("an index follows its records", async (t) => {
    const store = await open(t);
    await put(
      store,
      { key: ["a"], labels: [["red"], ["blue"]] },
      { key: ["b"], labels: [["red"]] },
      { key: ["c"] },
    );
    deepEqual(await labelled(store, "red"), ["a", "b"]);
    deepEqual(await labelled(store, "blue"), ["a"]);
    await put(store, { key: ["a"], labels: [["green"], ["blue"], ["blue"]] });
    deepEqual(await labelled(store, "red"), ["b"]);
    deepEqual(await labelled(store, "blue"), ["a"], "a value given twice is one entry");
    deepEqual(await labelled(store, "green"), ["a"]);
    deepEqual(await labelled(store), ["a", "a", "b"]);
    await store.write((tx) => tx.of(things).delete("a"));
    deepEqual(await labelled(store), ["b"]);
    await put(store, { key: ["b"] });
    deepEqual(await labelled(store), []);
  });

  test("entries give the record as it is now", async (t) => {
    const store = await open(t);
    await put(store, { key: ["a"], code: ["1"], labels: [["red"]], note: 1 });
    await put(store, { key: ["a"], code: ["1"], labels: [["red"]], note: 2 });
    await store.read(async (tx) => {
      equal((await tx.of(things).listBy("byLabel", ["red"], { limit: 1 }))[0]?.record.note, 2);
      equal((await tx.of(things).getBy("byCode", "1"))?.note, 2);
    });
  });

  test("many writes at once in one transaction leave the indexes right", async (t) => {
    const store = await open(t);
    await store.write(async (tx) => {
      const writer = tx.of(things);
      await Promise.all([
        writer.put({ key: ["a"], labels: [["1"]] }),
        writer.put({ key: ["a"], labels: [["2"]] }),
        writer.put({ key: ["b"], labels: [["2"]] }),
        writer.delete("b"),
        writer.put({ key: ["a"], labels: [["3"]] }),
      ]);
    });
    deepEqual(await labelled(store), ["a"]);
    deepEqual(await labelled(store, "3"), ["a"]);
  });

  test("a unique value belongs to one record", async (t) => {
    const store = await open(t);
    const byCode = (...code: string[]) => store.read((tx) => tx.of(things).getBy("byCode", ...code));
    await put(store, { key: ["a"], code: ["1", "x"] });
    for (const method of ["put", "insert"] as const)
      await rejects(
        store.write((tx) => tx.of(things)[method]({ key: ["b"], code: ["1", "x"] })),
        (error) => error instanceof StoreConflict && error.index === "byCode" && error.value.join() === "1,x",
      );
    deepEqual((await byCode("1", "x"))?.key, ["a"]);
    equal(await byCode("1"), undefined, "the whole value counts, not its beginning");
    equal(await byCode("1", "x", ""), undefined);
    equal(await store.read((tx) => tx.of(things).get("b")), undefined);

    await put(store, { key: ["b"], code: ["1"] });
    deepEqual((await byCode("1"))?.key, ["b"]);
    await put(store, { key: ["a"], code: ["2"] }, { key: ["b"], code: ["1", "x"] });
    deepEqual((await byCode("1", "x"))?.key, ["b"], "a value that was given up is free");
    await store.write((tx) => tx.of(things).delete("b"));
    equal(await byCode("1", "x"), undefined);
    await put(store, { key: ["a"] }, { key: ["c"] });
    equal(await byCode("2"), undefined, "no value is nobody's");
  });

  test("a refused write leaves nothing behind in the transaction", async (t) => {
    const store = await open(t);
    await put(store, { key: ["a"], code: ["1"] }, { key: ["b"], code: ["2"], labels: [["old"]] });
    await store.write(async (tx) => {
      await rejects(tx.of(things).put({ key: ["b"], code: ["1"], labels: [["new"]] }), StoreConflict);
    });
    deepEqual(await labelled(store), ["b"]);
    deepEqual(await labelled(store, "old"), ["b"]);
    deepEqual((await store.read((tx) => tx.of(things).getBy("byCode", "2")))?.key, ["b"]);
    equal(await store.revision(), 1);
  });
}
