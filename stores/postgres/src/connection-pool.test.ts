import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { Connection, Connector } from "./connection.ts";
import { createConnectionPool } from "./connection-pool.ts";

/** Connections that do nothing but count how many are open. */
function counting(): { connector: Connector; open: () => number; most: () => number } {
  let open = 0;
  let most = 0;
  const connect = async (): Promise<Connection> => {
    most = Math.max(most, ++open);
    let isBroken = false;
    return {
      query: async () => [],
      run: async () => [],
      commit: async () => undefined,
      listen: async () => undefined,
      get isBroken() {
        return isBroken;
      },
      close() {
        if (!isBroken) open--;
        isBroken = true;
      },
    };
  };
  return { connector: { place: "nowhere", connect }, open: () => open, most: () => most };
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

test("there are never more connections than allowed, whoever comes while one is handed on", async () => {
  const { connector, most } = counting();
  const pool = createConnectionPool(connector, 1);
  let end = (): void => undefined;
  const first = pool.alone(() => new Promise<void>((resolve) => (end = resolve)));
  await turn();
  const second = pool.alone(turn);
  await turn();
  end();
  // Comes when the first has left and the second has not begun.
  const third = Promise.resolve().then(() => pool.alone(turn));
  await Promise.all([first, second, third]);
  equal(most(), 1);
  await pool.close();
});

test("who waits for a connection when the pool is closed is waited for", async () => {
  const { connector, open } = counting();
  const pool = createConnectionPool(connector, 1);
  const ended: string[] = [];
  const uses = ["first", "second", "third"].map((name) =>
    pool.alone(async () => {
      await turn();
      ended.push(name);
    }),
  );
  await pool.close().then(() => ended.push("closed"));
  await Promise.all(uses);
  deepEqual(ended, ["first", "second", "third", "closed"]);
  equal(open(), 0);
});
