import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { StoreClosed, StoreError } from "../errors.ts";
import type { Store, Writer, WriteTx } from "../store.ts";
import { counters, keysOf, put, things } from "./things.ts";
import type { OpenStore, Thing } from "./things.ts";

async function increment(tx: WriteTx, name: string): Promise<number> {
  const count = ((await tx.of(counters).get(name))?.count ?? 0) + 1;
  // Others get a turn between the read and the write.
  await setImmediate();
  await tx.of(counters).put({ name, count });
  return count;
}

/** Holds a transaction open while the test does other things. */
function newGate() {
  let reach = () => {};
  let open = () => {};
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const opened = new Promise<void>((resolve) => (open = resolve));
  const pass = (): Promise<void> => {
    reach();
    return opened;
  };
  return { reached, pass, open: () => open() };
}

const countOf = (store: Store, name: string) =>
  store.read(async (tx) => (await tx.of(counters).get(name))?.count);

export function testTransactions(open: OpenStore): void {
  test("results and errors of the function are passed on", async (t) => {
    const store = await open(t);
    const error = new Error("mine");
    equal(await store.read(async () => "read"), "read");
    equal(await store.write(async () => "written"), "written");
    await rejects(
      store.read(() => Promise.reject(error)),
      (thrown) => thrown === error,
    );
    await rejects(
      store.write(() => Promise.reject(error)),
      (thrown) => thrown === error,
    );
    // Not even async: thrown before there is a promise.
    const thrower = (): Promise<never> => {
      throw error;
    };
    await rejects(store.read(thrower), (thrown) => thrown === error);
    await rejects(store.write(thrower), (thrown) => thrown === error);
    equal(await store.revision(), 0);
  });

  test("a transaction that throws keeps nothing, and the next one is not touched", async (t) => {
    const store = await open(t);
    await put(store, { key: ["kept"], code: ["1"], labels: [["l"]] });
    const failing = store.write(async (tx) => {
      await tx.of(things).put({ key: ["new"], code: ["2"], labels: [["l"]] });
      await tx.of(things).put({ key: ["kept"], code: ["3"] });
      await tx.of(things).delete("kept");
      deepEqual(await keysOf(tx), [["new"]]);
      throw new Error("no");
    });
    const next = put(store, { key: ["next"] });
    await rejects(failing, /^Error: no$/);
    await next;
    await store.read(async (tx) => {
      deepEqual(await keysOf(tx), [["kept"], ["next"]]);
      equal(await tx.of(things).countBy("byLabel", ["l"]), 1);
      deepEqual((await tx.of(things).getBy("byCode", "1"))?.key, ["kept"]);
      equal(await tx.of(things).getBy("byCode", "2"), undefined);
    });
    equal(await store.revision(), 2);
  });

  test("a transaction sees what it has written, others only what is committed", async (t) => {
    const store = await open(t);
    await put(store, { key: ["a"], note: "old" });
    const gate = newGate();
    const writing = store.write(async (tx) => {
      await tx.of(things).put({ key: ["a"], note: "new" });
      await tx.of(things).put({ key: ["b"] });
      equal((await tx.of(things).get("a"))?.note, "new");
      deepEqual(await keysOf(tx), [["a"], ["b"]]);
      await gate.pass();
    });
    await gate.reached;
    deepEqual(await store.read(keysOf), [["a"]]);
    equal((await store.read((tx) => tx.of(things).get("a")))?.note, "old");
    equal(await store.revision(), 1);
    gate.open();
    await writing;
    deepEqual(await store.read(keysOf), [["a"], ["b"]]);
  });

  test("a read stays with its snapshot while others commit", async (t) => {
    const store = await open(t);
    await put(store, { key: ["a"], note: 0, labels: [["l"]] });
    const gate = newGate();
    // It may run again on a newer state, but what it gives in the end is of one state, the first or a later one.
    const reading = store.read(async (tx) => {
      const first = (await tx.of(things).get("a"))?.note;
      await gate.pass();
      const second = (await tx.of(things).get("a"))?.note;
      return {
        first,
        second,
        keys: await keysOf(tx),
        labelled: await tx.of(things).countBy("byLabel", ["l"]),
      };
    });
    await gate.reached;
    for (let note = 1; note <= 3; note++) {
      await put(store, { key: ["a"], note, labels: [] }, { key: [`new ${note}`], labels: [["l"]] });
      equal((await store.read((tx) => tx.of(things).get("a")))?.note, note);
    }
    gate.open();
    const { first, second, keys, labelled } = await reading;
    ok(first === 0 || first === 3, String(first));
    equal(second, first);
    deepEqual(keys, [["a"], ...(first === 0 ? [] : [["new 1"], ["new 2"], ["new 3"]])]);
    equal(labelled, first === 0 ? 1 : 3);
    equal((await store.read((tx) => tx.of(things).get("a")))?.note, 3);
  });

  test("many reads at once each have one state", async (t) => {
    const store = await open(t);
    const write = (note: number) => put(store, { key: ["a"], note }, { key: ["b"], note });
    await write(0);
    const reads = Array.from({ length: 64 }, () =>
      store.read(async (tx) => {
        const a = await tx.of(things).get("a");
        await setImmediate();
        await setImmediate();
        equal((await tx.of(things).get("b"))?.note, a?.note);
      }),
    );
    const writes = Array.from({ length: 20 }, (_, at) => write(at + 1));
    await Promise.all([...reads, ...writes]);
  });

  test("no increment is lost among concurrent ones", async (t) => {
    const store = await open(t);
    const counts = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        store.write((tx) => increment(tx, at % 2 === 0 ? "even" : "odd")),
      ),
    );
    equal(await countOf(store, "even"), 25);
    equal(await countOf(store, "odd"), 25);
    equal(new Set(counts).size, 25, "each count was given once per counter");
  });

  test("two transactions cannot both act on what the other changes", async (t) => {
    const store = await open(t);
    // Two are on call; each may leave while the other stays.
    await put(store, { key: ["on call", "ana"] }, { key: ["on call", "bo"] });
    const leave = (name: string) =>
      store.write(async (tx) => {
        const onCall = await tx.of(things).count(["on call"]);
        await setImmediate();
        if (onCall > 1) await tx.of(things).delete("on call", name);
      });
    await Promise.all([leave("ana"), leave("bo")]);
    equal(await store.read((tx) => tx.of(things).count(["on call"])), 1);
  });

  test("a thousand small writes at once are all kept", async (t) => {
    const store = await open(t);
    const numbers = Array.from({ length: 1000 }, (_, at) => at);
    const seen = await Promise.all(
      numbers.map(async (at) => {
        await put(store, { key: [`${at}`], labels: [["all"]] });
        // Its own write is visible to the next read.
        return store.read(async (tx) => (await tx.of(things).get(`${at}`)) !== undefined);
      }),
    );
    ok(seen.every(Boolean));
    await store.read(async (tx) => {
      equal(await tx.of(things).count([]), 1000);
      equal(await tx.of(things).countBy("byLabel", ["all"]), 1000);
    });
    equal(await store.revision(), 1000);
  });

  test("failures among concurrent writes are theirs alone", async (t) => {
    const store = await open(t);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, at) =>
        store.write(async (tx) => {
          await tx.of(things).put({ key: [`${at}`] });
          if (at % 3 === 0) throw new Error("every third");
        }),
      ),
    );
    equal(outcomes.filter(({ status }) => status === "rejected").length, 34);
    equal(await store.read((tx) => tx.of(things).count([])), 66);
    equal(await store.revision(), 66);
  });

  test("a write that was not awaited undoes its transaction; a transaction that is over is of no use", async (t) => {
    const store = await open(t);
    let kept: Writer<Thing, "byLabel", "byCode"> | undefined;
    await rejects(
      store.write(async (tx) => {
        kept = tx.of(things);
        void kept.put({ key: ["a"] });
      }),
      StoreError,
    );
    equal(await store.read((tx) => tx.of(things).get("a")), undefined);
    await rejects(kept?.put({ key: ["b"] }) ?? Promise.resolve(), StoreError);
    await rejects(kept?.get("b") ?? Promise.resolve(), StoreError);
    await rejects(kept?.delete("b") ?? Promise.resolve(), StoreError);
    equal(await store.revision(), 0);
  });

  test("close lets what runs end and refuses what comes later", async (t) => {
    const store = await open(t);
    const writing = store.write((tx) => increment(tx, "a"));
    const waiting = store.write((tx) => increment(tx, "a"));
    const reading = store.read(async (tx) => {
      await setImmediate();
      return tx.of(counters).count([]);
    });
    const closing = store.close();
    await rejects(
      store.read(async () => 1),
      StoreClosed,
    );
    await rejects(
      store.write(async () => 1),
      StoreClosed,
    );
    await rejects(store.revision(), StoreClosed);
    await rejects(store.changes(0, 1), StoreClosed);
    deepEqual(await Promise.all([writing, waiting]), [1, 2]);
    ok((await reading) <= 1);
    await closing;
    await store.close();
  });
}
