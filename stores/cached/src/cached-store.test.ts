import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { StoreConflict, StoreUnavailable } from "@rolecall/store-contract";
import type { ReadTx, Role, Store } from "@rolecall/store-contract";
import { storeSuite } from "@rolecall/store-contract/suite";
import { createMemoryStore } from "@rolecall/store-memory";
import { openPostgresStore } from "@rolecall/store-postgres";
import { sharedPostgres, whyNoPostgres } from "@rolecall/store-postgres/testing";
import fc from "fast-check";
import { createCachedStore } from "./cached-store.ts";
import type { CachedStoreOptions } from "./cached-store.ts";

storeSuite("cached memory", async (t, options) => {
  const store = createCachedStore(createMemoryStore(options));
  t.after(() => store.close());
  return store;
});

storeSuite("cached memory, with room for three", async (t, options) => {
  const store = createCachedStore(createMemoryStore(options), { maxEntries: 3 });
  t.after(() => store.close());
  return store;
});

const reason = whyNoPostgres();
if (reason !== undefined) test("store contract: cached postgres", { skip: reason }, () => undefined);
else
  storeSuite("cached postgres", async (t, options) => {
    const { emptySchema } = await sharedPostgres();
    const store = createCachedStore(await openPostgresStore({ url: await emptySchema(), ...options }));
    t.after(() => store.close());
    return store;
  });

/** Two nodes over one store, and what each asks of it. They hear of commits only if told so. */
function twoNodes(t: TestContext, options: CachedStoreOptions & { hears?: boolean } = {}) {
  const { hear, ...store } = createMemoryStore();
  const asked = { changes: 0, rows: 0, fails: false };
  const counted =
    <A extends unknown[], T>(what: "changes" | "rows", ask: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      asked[what]++;
      if (asked.fails) throw new StoreUnavailable("no connection");
      return ask(...args);
    };
  const { rows } = store;
  const far = {
    ...store,
    ...(options.hears && { hear }),
    changes: counted("changes", store.changes),
    rows: {
      get: counted("rows", rows.get),
      find: counted("rows", rows.find),
      scan: counted("rows", rows.scan),
      count: counted("rows", rows.count),
      scanIndex: counted("rows", rows.scanIndex),
      countIndex: counted("rows", rows.countIndex),
    },
  };
  const nodes = [
    createCachedStore(far, { pollMs: 60_000, ...options }),
    createCachedStore(far, { pollMs: 60_000 }),
  ] as const;
  t.after(() => Promise.all(nodes.map((node) => node.close())));
  return { nodes, asked, store };
}

const role = (name: string, roleId: string): Role => ({
  accountId: "111122223333",
  roleId,
  name,
  path: "/",
  createdAtMs: 0,
  maxSessionDurationSeconds: 3600,
  trustPolicy: { document: "{}", principalIds: {} },
  attachedPolicies: [],
  inlinePolicies: [],
  tags: [],
});
const named = (store: Store, name: string) => store.read((tx) => tx.roles.get("111122223333", name));
const withId = (store: Store, roleId: string) => store.read((tx) => tx.roles.getBy("byId", roleId));

test("a request reads its own write, also when a question of its was under way meanwhile", async (t) => {
  const { hear: _hear, ...store } = createMemoryStore();
  let isSlow = false;
  let deliver = (): void => undefined;
  const node = createCachedStore(
    {
      ...store,
      // Answered before the commit, heard after it.
      async changes(...asked) {
        const answer = await store.changes(...asked);
        if (isSlow) await new Promise<void>((resolve) => (deliver = resolve));
        return answer;
      },
    },
    { pollMs: 60_000 },
  );
  t.after(() => node.close());
  await node.write((tx) => tx.roles.insert(role("a", "AROAA")));
  equal((await named(node, "a"))?.description, undefined);
  const seen = await node.during?.(async () => {
    isSlow = true;
    const reading = named(node, "a");
    await setTimeout(1);
    await node.write((tx) => tx.roles.put({ ...role("a", "AROAA"), description: "mine" }));
    isSlow = false;
    deliver();
    await reading;
    return named(node, "a");
  });
  equal(seen?.description, "mine");
});

test("what was read is not fetched again until it changes, on whichever node", async (t) => {
  const {
    nodes: [one, two],
    asked,
  } = twoNodes(t);
  await one.write((tx) => tx.roles.insert(role("a", "AROAA")));
  equal((await named(two, "a"))?.roleId, "AROAA");
  equal((await withId(two, "AROAA"))?.name, "a");
  equal(await named(two, "none"), undefined);
  equal(await withId(two, "AROANONE"), undefined);
  asked.rows = 0;
  for (let at = 0; at < 10; at++) {
    equal((await named(two, "A"))?.roleId, "AROAA");
    equal((await withId(two, "AROAA"))?.name, "a");
    equal(await named(two, "none"), undefined);
    equal(await withId(two, "AROANONE"), undefined);
  }
  equal(asked.rows, 0);
  await one.write((tx) => tx.roles.put({ ...role("a", "AROAB"), description: "new" }));
  equal((await named(two, "a"))?.description, "new");
  equal(await withId(two, "AROAA"), undefined);
  equal((await withId(two, "AROAB"))?.name, "a");
  await one.write((tx) => tx.roles.insert(role("none", "AROANONE")));
  equal((await named(two, "none"))?.roleId, "AROANONE");
  equal((await withId(two, "AROANONE"))?.name, "none");
  await one.write((tx) => tx.roles.delete("111122223333", "a"));
  equal(await named(two, "a"), undefined);
  equal(await withId(two, "AROAB"), undefined);
});

test("reads at once ask for the revision together, and a request asks once", async (t) => {
  const {
    nodes: [one],
    asked,
  } = twoNodes(t, { askAgainMs: Infinity });
  await named(one, "a");
  asked.changes = 0;
  await Promise.all(Array.from({ length: 100 }, () => named(one, "a")));
  ok(asked.changes <= 2, `${asked.changes} questions`);
  asked.changes = 0;
  await one.during?.(async () => {
    for (let at = 0; at < 5; at++) await named(one, "a");
    equal(asked.changes, 1);
    await one.write((tx) => tx.roles.insert(role("a", "AROAA")));
    equal((await named(one, "a"))?.roleId, "AROAA", "its own write");
  });
});

test("a request that takes long asks again, and is not served what others have changed meanwhile", async (t) => {
  const {
    nodes: [one, two],
  } = twoNodes(t, { askAgainMs: 0 });
  await two.write((tx) => tx.roles.insert(role("a", "AROAA")));
  await one.during?.(async () => {
    equal((await named(one, "a"))?.roleId, "AROAA");
    await two.write((tx) => tx.roles.delete("111122223333", "a"));
    equal(await named(one, "a"), undefined);
  });
});

test("a reader is given one state, though another node writes between his reads", async (t) => {
  const {
    nodes: [one, two],
  } = twoNodes(t);
  const both = (roleId: string) =>
    two.write(async (tx) => {
      await tx.roles.put(role("a", `${roleId}A`));
      await tx.roles.put(role("b", `${roleId}B`));
    });
  await both("AROA0");
  await named(one, "a");
  for (let at = 1; at <= 20; at++) {
    let runs = 0;
    const [a, b] = await one.read(async (tx) => {
      const a = await tx.roles.get("111122223333", "a");
      // Between the two: the cache learns of it through the other role.
      if (runs++ === 0) await both(`AROA${at}`);
      return [a, await tx.roles.get("111122223333", "b")];
    });
    equal(a?.roleId.slice(0, -1), b?.roleId.slice(0, -1));
    await named(one, at % 2 === 0 ? "a" : "b");
  }
  ok(one.statistics().torn > 0);
});

/** Waits for what happens by itself. */
async function until(holds: () => boolean, what: string): Promise<void> {
  for (const endMs = Date.now() + 20_000; !holds();) {
    ok(Date.now() < endMs, what);
    await setTimeout(5);
  }
}

test("what is announced is caught up with, and what was read is there again before anybody asks", async (t) => {
  const {
    nodes: [one, two],
    asked,
  } = twoNodes(t, { hears: true });
  const changes: boolean[] = [];
  const stop = two.onChange((changed) => changes.push(changed.has("roles")));
  const { revision = 0 } = two.statistics();
  const caughtUp = (commits: number) =>
    until(() => two.statistics().revision === revision + commits, "it did not hear of a commit");
  await one.write((tx) => tx.roles.insert(role("a", "AROAA")));
  await caughtUp(1);
  equal((await named(two, "a"))?.roleId, "AROAA");
  equal((await withId(two, "AROAA"))?.name, "a");

  await one.write((tx) => tx.roles.put({ ...role("a", "AROAA"), description: "new" }));
  await caughtUp(2);
  await until(() => two.statistics().ahead === 1, "it did not fetch the role again");
  asked.rows = asked.changes = 0;
  equal((await named(two, "a"))?.description, "new");
  equal((await withId(two, "AROAA"))?.description, "new");
  deepEqual([asked.rows, asked.changes], [0, 2], "each read asks for the changes, whatever was heard");

  // Nobody reads it any more: it is fetched once in vain, and then no more.
  for (let at = 0; at < 5; at++) {
    await one.write((tx) => tx.roles.put({ ...role("a", "AROAA"), description: `${at}` }));
    await caughtUp(3 + at);
    await setTimeout(20);
  }
  equal(two.statistics().ahead, 2);
  equal((await named(two, "a"))?.description, "4");

  await one.write((tx) => tx.settings.put({ name: "s", value: 1 }));
  await caughtUp(8);
  stop();
  await one.write((tx) => tx.roles.delete("111122223333", "a"));
  await caughtUp(9);
  equal(await named(two, "a"), undefined);
  deepEqual(changes.slice(-2), [true, false], "which collections changed is told, until it is stopped");
  equal(two.statistics().announced, 9);
});

test("a store that does not answer is borne for a time, for what is kept", async (t) => {
  const {
    nodes: [one],
    asked,
  } = twoNodes(t, { graceMs: 2000 });
  await one.write((tx) => tx.roles.insert(role("a", "AROAA")));
  await named(one, "a");
  asked.fails = true;
  equal((await named(one, "a"))?.roleId, "AROAA");
  await rejects(named(one, "never read"), StoreUnavailable);
  await setTimeout(2100);
  await rejects(named(one, "a"), StoreUnavailable, "after the grace nothing is served");
  ok(one.statistics().borne >= 1);
  asked.fails = false;
  equal((await named(one, "a"))?.roleId, "AROAA");
});

test("the cache stays within its bounds", async (t) => {
  const {
    nodes: [one],
  } = twoNodes(t, { maxBytes: 20_000 });
  await one.write(async (tx) => {
    for (let at = 0; at < 200; at++) await tx.roles.insert(role(`r${at}`, `AROA${at}`));
  });
  for (let at = 0; at < 200; at++) {
    equal((await withId(one, `AROA${at}`))?.name, `r${at}`);
    ok(one.statistics().bytes <= 20_000);
  }
  ok(one.statistics().entries > 10);
});

test("two nodes that write and read at random see what the store behind them has", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ node: fc.nat(1), write: fc.boolean(), name: fc.nat(4), id: fc.nat(4), at: fc.nat(2) }),
        {
          maxLength: 60,
        },
      ),
      fc.integer({ min: 1, max: 8 }),
      async (steps, maxEntries) => {
        const store = createMemoryStore({ keptCommits: 5 });
        const nodes = [0, 1].map(() => createCachedStore(store, { maxEntries, pollMs: 60_000 }));
        const writes: Promise<unknown>[] = [];
        for (const { node, write, name, id, at } of steps) {
          const mine = nodes[node];
          if (!mine) continue;
          if (write) {
            const change = mine
              .write(async (tx) => {
                if (at === 0) await tx.roles.delete("111122223333", `r${name}`);
                else await tx.roles.put(role(`r${name}`, `AROA${id}`));
              })
              // The id is another's.
              .catch((error: unknown) => ok(error instanceof StoreConflict));
            if (at === 2) await change;
            else writes.push(change);
          } else {
            const look = (tx: ReadTx) =>
              Promise.all([
                tx.roles.get("111122223333", `r${name}`),
                tx.roles.getBy("byId", `AROA${id}`),
                tx.roles.count([]),
              ]);
            // With nothing under way both must agree.
            await Promise.all(writes.splice(0));
            deepEqual(await mine.read(look), await store.read(look));
          }
        }
        await Promise.all(writes);
      },
    ),
    { seed: 20_260_901, numRuns: 300 },
  ));
