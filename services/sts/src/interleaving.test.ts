import { test } from "node:test";
import { equal } from "node:assert/strict";
import { allowing, testRoad } from "@rolecall/pipeline/testing";
import type { ReadTx, Store } from "@rolecall/store-contract";
import { createMemoryStore } from "@rolecall/store-memory";
import { stsService } from "./index.ts";
import { a, assume, b, element, foo, trusting } from "./testing.ts";

/** A store in which a change happens after so many reads of a role by its name: what others do between two of ours. */
function storeWithReads(): {
  store: Store;
  afterRead: (count: number, change: () => Promise<unknown>) => void;
} {
  const store = createMemoryStore();
  let reads = 0;
  let when: { count: number; change: () => Promise<unknown> } | undefined;
  return {
    afterRead(count, change) {
      reads = 0;
      when = { count, change };
    },
    store: {
      ...store,
      async read<T>(fn: (tx: ReadTx) => Promise<T>): Promise<T> {
        let isOfRole = false;
        const result = await store.read((tx) => {
          const watched = new Proxy(tx, {
            get(of, name) {
              const member: unknown = Reflect.get(of, name);
              if (name === "roles") isOfRole = true;
              return typeof member === "function" ? (member.bind(of) as unknown) : member;
            },
          });
          return fn(watched);
        });
        if (isOfRole && when && ++reads === when.count) {
          const { change } = when;
          when = undefined;
          await change();
        }
        return result;
      },
    },
  };
}

async function story() {
  const { store, afterRead } = storeWithReads();
  const road = await testRoad([stsService], { store });
  await road.account(a);
  await road.account(b);
  const { keys: bob } = await road.user(a, "Bob", { inlinePolicies: [allowing("sts:*")] });
  const role = await road.role(b, "foo", trusting(`arn:aws:iam::${a}:user/Bob`));
  return { road, bob, role, afterRead, store };
}

test("a role that is made anew between decision and issue does not trust whom the old one trusted", async () => {
  const { road, bob, afterRead, store } = await story();
  afterRead(1, async () => {
    await store.write((tx) => tx.roles.delete(b, "foo"));
    await road.role(b, "foo", trusting(`arn:aws:iam::${b}:root`));
  });
  const answer = await assume(road, bob);
  equal(answer.status, 403, answer.body);
  equal(element(answer.body, "Code"), "AccessDenied");
});

test("a trust policy that is replaced between decision and issue decides", async () => {
  const { road, bob, role, afterRead, store } = await story();
  const trustPolicy = { document: JSON.stringify(trusting(`arn:aws:iam::${b}:root`)), principalIds: {} };
  afterRead(1, () => store.write((tx) => tx.roles.put({ ...role, trustPolicy })));
  equal((await assume(road, bob)).status, 403);
  await store.write((tx) => tx.roles.put({ ...role, trustPolicy }));
  afterRead(1, () => store.write((tx) => tx.roles.put(role)));
  equal((await assume(road, bob)).status, 403, "refused as it was decided");
  equal((await assume(road, bob)).status, 200, foo);
});
