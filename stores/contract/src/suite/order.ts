import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { counters, keysOf, put, things, thingsToo } from "./things.ts";
import type { OpenStore } from "./things.ts";

/** In the order of their code points; by UTF-16 units the last three would stand otherwise. */
const ordered = [
  "",
  "\u0002",
  " ",
  "!",
  "A",
  "Z",
  "a",
  "a\u0002",
  "a ",
  "aa",
  "ab",
  "b",
  "\u007f",
  "é",
  "\ud7ff",
  "\ue000",
  "\uffff",
  "\u{10000}",
  "\u{1F600}",
  "\u{10FFFF}",
];

export function testOrder(open: OpenStore): void {
  test("keys order by code point", async (t) => {
    const store = await open(t);
    const shuffled = ordered.map((_, at) => ordered[(at * 7) % ordered.length] as string);
    await put(store, ...shuffled.map((part) => ({ key: [part], labels: [[part]] })));
    const wanted = ordered.map((part) => [part]);
    await store.read(async (tx) => {
      deepEqual(await keysOf(tx), wanted);
      const byLabel = await tx.of(things).listBy("byLabel", [], { limit: 99 });
      deepEqual(
        byLabel.map(({ record }) => record.key),
        wanted,
      );
    });
  });

  test("keys order component by component, and the shorter stands first", async (t) => {
    const store = await open(t);
    const wanted = [
      ["a"],
      ["a", ""],
      ["a", "", "x"],
      ["a", "b"],
      ["a", "c"],
      ["a\u0002"],
      ["a!", "a"],
      ["aa"],
      ["ab", "a"],
      ["b"],
    ];
    await put(store, ...wanted.toReversed().map((key) => ({ key })));
    deepEqual(await store.read(keysOf), wanted);
  });

  test("a prefix is made of whole components", async (t) => {
    const store = await open(t);
    await put(
      store,
      ...[["a"], ["a", "b"], ["a", "bc"], ["a", "b", "c"], ["ab"], ["ab", "b"], ["b"]].map((key) => ({
        key,
        labels: [key],
      })),
    );
    const cases: [prefix: string[], wanted: string[][]][] = [
      [[], [["a"], ["a", "b"], ["a", "b", "c"], ["a", "bc"], ["ab"], ["ab", "b"], ["b"]]],
      [["a"], [["a"], ["a", "b"], ["a", "b", "c"], ["a", "bc"]]],
      [
        ["a", "b"],
        [
          ["a", "b"],
          ["a", "b", "c"],
        ],
      ],
      [["a", "b", "c"], [["a", "b", "c"]]],
      [["ab"], [["ab"], ["ab", "b"]]],
      [["a", ""], []],
      [["c"], []],
    ];
    for (const [prefix, wanted] of cases)
      await store.read(async (tx) => {
        deepEqual(await keysOf(tx, prefix), wanted);
        equal(await tx.of(things).count(prefix), wanted.length);
        const entries = await tx.of(things).listBy("byLabel", prefix, { limit: 99 });
        deepEqual(
          entries.map(({ record }) => record.key),
          wanted,
        );
        equal(await tx.of(things).countBy("byLabel", prefix), wanted.length);
      });
  });

  test("collections do not run into one another", async (t) => {
    const store = await open(t);
    await store.write(async (tx) => {
      await tx.of(things).put({ key: ["a"] });
      await tx.of(thingsToo).put({ key: ["a"], note: "too" });
      await tx.of(counters).put({ name: "a", count: 1 });
    });
    await store.read(async (tx) => {
      deepEqual(await tx.of(things).list([], { limit: 9 }), [{ key: ["a"] }]);
      deepEqual(await tx.of(thingsToo).list([], { limit: 9 }), [{ key: ["a"], note: "too" }]);
      equal(await tx.of(counters).count([]), 1);
    });
  });

  test("pages of every size join into the whole listing", async (t) => {
    const store = await open(t);
    const wanted = [["a"], ["a", "1"], ["a", "2"], ["a", "2", "\u{1F600}"], ["a", "3"]];
    await put(
      store,
      { key: ["Z"] },
      ...wanted.map((key) => ({ key, labels: [["l", "x"], ["l", "y"], ["m"]] })),
      { key: ["a!"] },
    );
    for (let limit = 1; limit <= 6; limit++)
      await store.read(async (tx) => {
        const found: string[][] = [];
        for (;;) {
          const last = found.at(-1);
          const page = await tx.of(things).list(["a"], { limit, ...(last && { after: last }) });
          if (page.length === 0) break;
          found.push(...page.map(({ key }) => key));
        }
        deepEqual(found, wanted);

        const byLabel: string[][] = [];
        for (let after: string | undefined; ;) {
          const page = await tx
            .of(things)
            .listBy("byLabel", ["l"], { limit, ...(after !== undefined && { after }) });
          if (page.length === 0) break;
          byLabel.push(...page.map(({ record }) => record.key));
          after = page.at(-1)?.cursor;
        }
        deepEqual(byLabel, [...wanted, ...wanted]);
      });
  });

  test("a cursor of another place in the index starts no earlier than the prefix", async (t) => {
    const store = await open(t);
    await put(store, ...["a", "aa", "b", "c"].map((part) => ({ key: [part], labels: [[part]] })));
    await store.read(async (tx) => {
      const cursors = (await tx.of(things).listBy("byLabel", [], { limit: 9 })).map(({ cursor }) => cursor);
      const found: string[] = [];
      for (const after of cursors) {
        const page = await tx.of(things).listBy("byLabel", ["b"], { after, limit: 9 });
        found.push(page.map(({ record }) => record.key.join()).join());
      }
      deepEqual(found, ["b", "b", "", ""]);
    });
  });

  test("a page may start anywhere, also where nothing stands", async (t) => {
    const store = await open(t);
    await put(store, ...["a", "b", "c"].map((part) => ({ key: ["k", part] })));
    const after = (...key: string[]) =>
      store.read(async (tx) =>
        (await tx.of(things).list(["k"], { after: key, limit: 9 })).map(({ key }) => key[1]),
      );
    deepEqual(await after(), ["a", "b", "c"]);
    deepEqual(await after("j"), ["a", "b", "c"]);
    deepEqual(await after("k"), ["a", "b", "c"]);
    deepEqual(await after("k", "a"), ["b", "c"]);
    deepEqual(await after("k", "a", "x"), ["b", "c"]);
    deepEqual(await after("k", "bb"), ["c"]);
    deepEqual(await after("k", "c"), []);
    deepEqual(await after("l"), []);
    deepEqual(await store.read((tx) => tx.of(things).list(["k"], { limit: 0 })), []);
  });
}
