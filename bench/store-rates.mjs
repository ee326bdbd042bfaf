// Rates of the stores beside bare calls of their drivers, in the same run.
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createCachedStore } from "../stores/cached/dist/index.js";
import { openPostgresStore } from "../stores/postgres/dist/index.js";
import { startPostgres, whyNoPostgres } from "../stores/postgres/dist/testing.js";
import { openSqliteStore } from "../stores/sqlite/dist/index.js";
import { directory, here, median, print, role } from "./store-common.mjs";

/** The median rate of some rounds, a second. */
async function rate(count, run) {
  const rates = [];
  for (let round = 0; round < 5; round++) {
    const startedMs = performance.now();
    await run(count, round);
    rates.push((count / (performance.now() - startedMs)) * 1000);
  }
  return median(rates);
}

const oneByOne = (each) => async (count, round) => {
  for (let n = 0; n < count; n++) await each(n, round);
};
const atOnce = (each, width) => async (count, round) => {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) await each(next++, round);
    }),
  );
};

export async function rates() {
  const records = 10_000;
  const account = "111122223333";
  const rows = [];
  const line = (what, mine, bare) =>
    rows.push([what, Math.round(mine), bare && Math.round(bare), bare && (mine / bare).toFixed(2)]);
  const fill = async (store) => {
    for (let at = 0; at < records; at += 500)
      await store.write(async (tx) => {
        for (let n = at; n < at + 500; n++) await tx.roles.insert(role(account, n));
      });
  };
  const at = (n) => (n * 7919) % records;

  const path = join(directory, "rates.db");
  const sqlite = await openSqliteStore({ path });
  await fill(sqlite);
  const { DatabaseSync } = createRequire(here("../stores/sqlite/package.json"))("@photostructure/sqlite");
  const bare = new DatabaseSync(path);
  bare.exec("PRAGMA synchronous = FULL; CREATE TABLE bare (key TEXT PRIMARY KEY, body TEXT)");
  const body = JSON.stringify(role(account, 1));
  const getOne = bare.prepare("SELECT body FROM records WHERE collection = ? AND key = ?");
  const getPage = bare.prepare(
    "SELECT body FROM records WHERE collection = ? AND key >= ? ORDER BY key LIMIT 100",
  );
  const putOne = bare.prepare("INSERT OR REPLACE INTO bare VALUES (?, ?)");
  const key = (n) => `${account}\u0001role-${n}\u0001`;
  line(
    "sqlite    get",
    await rate(
      5000,
      oneByOne((n) => sqlite.read((tx) => tx.roles.get(account, `role-${at(n)}`))),
    ),
    await rate(
      5000,
      oneByOne((n) => JSON.parse(getOne.get("roles", key(at(n))).body)),
    ),
  );
  line(
    "sqlite    list of 100",
    await rate(
      100,
      oneByOne((n) =>
        sqlite.read((tx) => tx.roles.list([account], { after: [account, `role-${n}`], limit: 100 })),
      ),
    ),
    await rate(
      100,
      oneByOne((n) => getPage.all("roles", key(n)).map((row) => JSON.parse(row.body))),
    ),
  );
  line(
    "sqlite    commit, one after another",
    await rate(
      60,
      oneByOne((n, round) =>
        sqlite.write((tx) => tx.roles.put({ ...role(account, n), description: `${round}` })),
      ),
    ),
    await rate(
      60,
      oneByOne((n) => putOne.run(key(n), body)),
    ),
  );
  line(
    "sqlite    commit, 64 at once",
    await rate(
      1000,
      atOnce(
        (n, round) => sqlite.write((tx) => tx.roles.put({ ...role(account, n), description: `${round}/64` })),
        64,
      ),
    ),
  );
  bare.close();
  await sqlite.close();

  const reason = whyNoPostgres();
  if (reason !== undefined) print(`PostgreSQL is left out: ${reason}`);
  else {
    const server = await startPostgres([]);
    const postgres = await openPostgresStore({ url: server.url });
    await fill(postgres);
    const cached = createCachedStore(await openPostgresStore({ url: server.url }));
    const pg = createRequire(here("../stores/postgres/package.json"))("pg");
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query("CREATE TABLE bare (key text PRIMARY KEY, body text)");
    const bareGet = async (n) => {
      const found = await client.query({
        name: "g",
        text: "SELECT body FROM rolecall_records WHERE collection = $1 AND key = $2",
        values: ["roles", key(n)],
      });
      return JSON.parse(found.rows[0].body);
    };
    const barePut = (n) =>
      client.query({
        name: "p",
        text: "INSERT INTO bare VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET body = excluded.body",
        values: [key(n), body],
      });
    const get = (store) => (n) => store.read((tx) => tx.roles.get(account, `role-${at(n)}`));
    const put = (store) => (n, round) =>
      store.write((tx) => tx.roles.put({ ...role(account, n), description: `${round}` }));
    const bareRate = await rate(
      1000,
      oneByOne((n) => bareGet(at(n))),
    );
    line("postgres  get, in a snapshot", await rate(1000, oneByOne(get(postgres))), bareRate);
    line("postgres  get, cached", await rate(5000, oneByOne(get(cached))), bareRate);
    line(
      "postgres  get, cached, in one request",
      await cached.during(() => rate(20_000, oneByOne(get(cached)))),
      bareRate,
    );
    line("postgres  get, cached, 64 at once", await rate(20_000, atOnce(get(cached), 64)), bareRate);
    line(
      "postgres  list of 100",
      await rate(
        100,
        oneByOne((n) =>
          postgres.read((tx) => tx.roles.list([account], { after: [account, `role-${n}`], limit: 100 })),
        ),
      ),
      await rate(
        100,
        oneByOne(async (n) => {
          const found = await client.query({
            name: "l",
            text: "SELECT body FROM rolecall_records WHERE collection = $1 AND key >= $2 ORDER BY key LIMIT 100",
            values: ["roles", key(n)],
          });
          return found.rows.map((row) => JSON.parse(row.body));
        }),
      ),
    );
    line(
      "postgres  commit, one after another",
      await rate(200, oneByOne(put(postgres))),
      await rate(200, oneByOne(barePut)),
    );
    line(
      "postgres  commit, 64 at once",
      await rate(
        2000,
        atOnce((n, round) => put(postgres)(n, `${round}/64`), 64),
      ),
    );
    await news(server.url, postgres);
    await client.end();
    await postgres.close();
    await cached.close();
    await server.stop("fast");
  }
  print("\na second                                     store      bare     ratio");
  for (const [what, mine, bareRate, ratio] of rows)
    print(
      `${what.padEnd(40)} ${String(mine).padStart(9)} ${String(bareRate ?? "").padStart(9)} ${(ratio ?? "").padStart(9)}`,
    );
}

/**
 * A request on a node after another one has changed one of the records that it needs: 20 ms later, and at once. Where
 * commits are announced the node has caught up by itself, if there was time; the request asks for the revision anyway.
 */
async function news(url, writer) {
  const account = "111122223333";
  const rounds = 300;
  print(`\na request after a change by another node      statements   median us`);
  for (const hears of [false, true])
    for (const pauseMs of [20, 0]) {
      const far = await openPostgresStore({ url });
      let asked = 0;
      const counted =
        (ask) =>
        (...args) => {
          asked++;
          return ask(...args);
        };
      const { hear, ...rest } = far;
      const node = createCachedStore({
        ...rest,
        ...(hears && { hear }),
        changes: counted(far.changes),
        rows: Object.fromEntries(Object.entries(far.rows).map(([name, ask]) => [name, counted(ask)])),
      });
      const request = () =>
        node.during(() =>
          node.read(async (tx) => {
            await tx.roles.getBy("byId", role(account, 7).roleId);
            await tx.roles.get(account, "role-7");
            await tx.roles.get(account, "role-8");
          }),
        );
      for (let at = 0; at < 50; at++) await request();
      while (node.statistics().isHearing !== hears) await pause(5);
      const costs = [];
      const statements = [];
      for (let round = 0; round < rounds; round++) {
        await writer.write((tx) => tx.roles.put({ ...role(account, 7), description: `${hears}${round}` }));
        if (pauseMs > 0) await pause(pauseMs);
        asked = 0;
        const startedMs = performance.now();
        await request();
        costs.push((performance.now() - startedMs) * 1000);
        statements.push(asked);
      }
      const when = pauseMs > 0 ? `${pauseMs} ms later` : "at once";
      print(
        `${`${hears ? "announced" : "not announced"}, ${when}`.padEnd(40)} ${String(median(statements)).padStart(15)} ${median(costs).toFixed(0).padStart(11)}`,
      );
      await node.close();
    }
}
