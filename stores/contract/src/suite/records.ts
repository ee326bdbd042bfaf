import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { test } from "node:test";
import { StoreConflict, StoreInvalidKey } from "../errors.ts";
import { maxKeyBytes } from "../key.ts";
import { put, things } from "./things.ts";
import type { OpenStore } from "./things.ts";

export function testRecords(open: OpenStore): void {
  test("a record is found after its write, replaced by the next and gone after its delete", async (t) => {
    const store = await open(t);
    const get = () => store.read((tx) => tx.of(things).get("a"));
    equal(await get(), undefined);
    await put(store, { key: ["a"], note: 1 });
    deepEqual(await get(), { key: ["a"], note: 1 });
    await put(store, { key: ["a"], note: 2 });
    deepEqual(await get(), { key: ["a"], note: 2 });
    equal(await store.write((tx) => tx.of(things).delete("a")), true);
    equal(await get(), undefined);
    equal(await store.write((tx) => tx.of(things).delete("a")), false);
  });

  test("insert refuses a taken key and the transaction can go on", async (t) => {
    const store = await open(t);
    await put(store, { key: ["a"], note: "first" });
    await store.write(async (tx) => {
      await rejects(
        tx.of(things).insert({ key: ["a"], note: "second" }),
        (error) =>
          error instanceof StoreConflict &&
          error.collection === "things" &&
          error.index === undefined &&
          error.value[0] === "a",
      );
      await tx.of(things).insert({ key: ["b"] });
    });
    deepEqual(await store.read((tx) => tx.of(things).getMany([["b"], ["none"], ["a"]])), [
      { key: ["b"] },
      undefined,
      { key: ["a"], note: "first" },
    ]);
  });

  test("records come back exactly, whatever their text and size", async (t) => {
    const store = await open(t);
    const notes: unknown[] = [
      "x".repeat(1 << 20),
      {
        deep: [{ empty: "", list: [], nothing: null, truth: true, half: 0.5, big: Number.MAX_SAFE_INTEGER }],
      },
      "\u0000\u0001\u001f\u2028 \u{1F600} \ud800 'quoted' \"twice\" \\ é",
      JSON.parse('{"__proto__":{"polluted":true},"constructor":1}'),
    ];
    for (const [at, note] of notes.entries()) await put(store, { key: [`${at}`], note });
    for (const [at, note] of notes.entries())
      deepEqual((await store.read((tx) => tx.of(things).get(`${at}`)))?.note, note);
  });

  test("what a caller does to a record changes nothing that is stored", async (t) => {
    const store = await open(t);
    const mine = { key: ["a"], labels: [["red"]] };
    await store.write(async (tx) => {
      const writing = tx.of(things).put(mine);
      mine.labels.push(["too late"]);
      await writing;
      const read = await tx.of(things).get("a");
      read?.labels?.pop();
    });
    mine.labels.pop();
    const read = await store.read((tx) => tx.of(things).get("a"));
    deepEqual(read, { key: ["a"], labels: [["red"]] });
    throws(() => read?.labels?.push(["blue"]), TypeError);
    const [listed] = await store.read((tx) => tx.of(things).list([], { limit: 1 }));
    deepEqual(listed, { key: ["a"], labels: [["red"]] });
    listed?.labels?.push(["blue"]);
    deepEqual(await store.read((tx) => tx.of(things).get("a")), read);
  });

  const impossible: [what: string, key: string[]][] = [
    ["U+0000", ["a\u0000b"]],
    ["U+0001", ["a", "\u0001"]],
    ["a high surrogate alone", ["a\ud83d"]],
    ["a low surrogate alone", ["\ude00a"]],
    ["two high surrogates", ["\ud83d\ud83d\ude00"]],
    ["too many bytes", ["é".repeat(maxKeyBytes / 2)]],
    ["too many components", Array.from({ length: maxKeyBytes + 1 }, () => "")],
  ];
  for (const [what, key] of impossible)
    test(`a key with ${what} cannot be written and is not found`, async (t) => {
      const store = await open(t);
      await rejects(put(store, { key }), StoreInvalidKey);
      await rejects(put(store, { key: ["a"], code: key }), StoreInvalidKey);
      await rejects(put(store, { key: ["a"], labels: [["b"], key] }), StoreInvalidKey);
      await store.read(async (tx) => {
        const reader = tx.of(things);
        equal(await reader.get(...key), undefined);
        equal(await reader.getBy("byCode", ...key), undefined);
        deepEqual(await reader.list(key, { limit: 9 }), []);
        deepEqual(await reader.listBy("byLabel", key, { limit: 9 }), []);
        equal(await reader.count(key), 0);
        equal(await reader.countBy("byLabel", key), 0);
        await rejects(reader.list([], { after: key, limit: 9 }), StoreInvalidKey);
      });
      equal(await store.write((tx) => tx.of(things).delete(...key)), false);
      equal(await store.revision(), 0);
    });

  test("the longest key is accepted, the empty one and a made-up cursor are not", async (t) => {
    const store = await open(t);
    const longest = ["x".repeat(maxKeyBytes - 1)];
    await put(store, { key: longest, code: longest, labels: [longest] });
    equal((await store.read((tx) => tx.of(things).get(...longest)))?.key[0]?.length, maxKeyBytes - 1);
    await rejects(put(store, { key: [] }), StoreInvalidKey);
    for (const after of [
      "",
      "a",
      "a\u0001",
      "a\u0000b\u0001",
      "a\u0001\u0000b\u0001\u0000",
      "\ud800\u0001\u0000b\u0001",
    ])
      await rejects(
        store.read((tx) => tx.of(things).listBy("byLabel", [], { after, limit: 1 })),
        StoreInvalidKey,
      );
  });

  test("a limit that is no count, or an index that is none, is an error", async (t) => {
    const store = await open(t);
    for (const limit of [-1, 0.5, Number.NaN])
      await rejects(
        store.read((tx) => tx.of(things).list([], { limit })),
        RangeError,
      );
    await rejects(
      store.read((tx) => tx.of(things).countBy("byCode" as "byLabel", [])),
      TypeError,
    );
  });
}
