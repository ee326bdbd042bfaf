// npm run bench:store: what the stores cost beside bare calls of their drivers, in the same run.
//
//   (nothing)        rates of reads, lists and commits on SQLite, on PostgreSQL, and with the cache before it
//   --roles N        N roles in 1,000 accounts beside 100 roles: requests, first use, memory, start (SQLite)
//   --workers N      signed GetCallerIdentity with N processes beside one
//
// Machines are noisy: read the ratios. PostgreSQL is started for the run (Debian's package), with fsync as it should be.
import { fork, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { signRequest } from "../core/sigv4/dist/index.js";
import { createCachedStore } from "../stores/cached/dist/index.js";
import { openPostgresStore } from "../stores/postgres/dist/index.js";
import { startPostgres, whyNoPostgres } from "../stores/postgres/dist/testing.js";
import { openSqliteStore } from "../stores/sqlite/dist/index.js";

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const print = (line) => process.stdout.write(`${line}\n`);
const directory = mkdtempSync(join(tmpdir(), "rolecall-bench-store-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** About 1.1 KB, as roles with a trust policy and an inline policy are. */
const role = (accountId, n, trust = "x".repeat(400)) => ({
  accountId,
  roleId: `AROA${accountId}${String(n).padStart(7, "0")}`,
  name: `role-${n}`,
  path: "/",
  createdAtMs: 1_790_000_000_000,
  maxSessionDurationSeconds: 3600,
  trustPolicy: { document: trust, principalIds: {} },
  attachedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
  inlinePolicies: [{ name: "inline", document: "y".repeat(400) }],
  tags: [{ key: "team", value: "platform" }],
});

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

async function rates() {
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

/** A request as bytes. */
function signed(url, keys, service, form) {
  const body = new URLSearchParams(form).toString();
  const { headers } = signRequest(
    {
      method: "POST",
      path: "/",
      query: "",
      headers: [
        ["Host", new URL(url).host],
        ["Content-Type", "application/x-www-form-urlencoded"],
      ],
    },
    {
      credentials: keys,
      region: "us-east-1",
      service,
      nowMs: Date.now(),
      bodySha256: createHash("sha256").update(body).digest("hex"),
    },
  );
  return { body, headers: Object.fromEntries(headers.filter(([name]) => !/^host$/i.test(name))) };
}

async function call(url, keys, service, form) {
  const { body, headers } = signed(url, keys, service, form);
  const answer = await fetch(url, { method: "POST", headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

const element = (text, name) => new RegExp(`<${name}>([^<]*)`).exec(text)?.[1] ?? "";

/** A server in a process of its own, that tells its CPU time and memory. */
async function server(data) {
  const startedMs = performance.now();
  const child = fork(here("service-server.mjs"), ["rolecall", data], { execArgv: ["--expose-gc"] });
  const hear = () => new Promise((done) => child.once("message", done));
  const { url } = await hear();
  await fetch(`${url}/_rolecall/health`);
  return {
    url,
    startMs: performance.now() - startedMs,
    usage: () => {
      child.send({ kind: "usage", collect: true });
      return hear();
    },
    stop: () =>
      new Promise((done) => {
        child.once("exit", done);
        child.disconnect();
      }),
    keys() {
      const text = readFileSync(join(data, "credentials"), "utf8");
      const value = (name) => new RegExp(`${name} = (.+)`).exec(text)[1];
      return { accessKeyId: value("aws_access_key_id"), secretAccessKey: value("aws_secret_access_key") };
    },
  };
}

async function million(roles) {
  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "sts:AssumeRole" },
    ],
  });
  const inline = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "iam:GetRole", Resource: "*" }],
  });
  // Account after account, as a tree likes it; how they came is not what is measured.
  const accountOf = (n) => String(100_000_000_000 + Math.floor(n / Math.ceil(roles / 1000)));
  const arnOf = (n) => `arn:aws:iam::${accountOf(n)}:role/role-${n}`;
  const made = (n) => ({
    ...role(accountOf(n), n, trust),
    inlinePolicies: [{ name: "inline", document: inline }],
  });

  async function prepare(count) {
    const data = join(directory, `roles-${count}`);
    const first = await server(data);
    const root = first.keys();
    await call(first.url, root, "iam", { Action: "CreateUser", Version: "2010-05-08", UserName: "bench" });
    await call(first.url, root, "iam", {
      Action: "PutUserPolicy",
      Version: "2010-05-08",
      UserName: "bench",
      PolicyName: "p",
      PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    });
    const key = await call(first.url, root, "iam", {
      Action: "CreateAccessKey",
      Version: "2010-05-08",
      UserName: "bench",
    });
    await first.stop();
    const store = await openSqliteStore({ path: join(data, "rolecall.db") });
    const startedMs = performance.now();
    await store.write(async (tx) => {
      for (let n = 0; n < 1000; n++)
        await tx.accounts.put({
          accountId: accountOf(n),
          name: `account ${n}`,
          createdAtMs: 0,
          status: "ACTIVE",
        });
    });
    for (let at = 0; at < count; at += 2000)
      await store.write(async (tx) => {
        for (let n = at; n < Math.min(count, at + 2000); n++) await tx.roles.insert(made(n));
      });
    await store.close();
    print(`${count} roles written in ${Math.round((performance.now() - startedMs) / 1000)} s`);
    return {
      data,
      count,
      keys: { accessKeyId: element(key, "AccessKeyId"), secretAccessKey: element(key, "SecretAccessKey") },
    };
  }

  const sides = [await prepare(100), await prepare(roles)];
  for (const side of sides) {
    side.server = await server(side.data);
    side.assume = (n) =>
      call(side.server.url, side.keys, "sts", {
        Action: "AssumeRole",
        Version: "2011-06-15",
        RoleArn: arnOf(n),
        RoleSessionName: "bench",
      });
    side.first = [];
    for (let n = 0; n < 20; n++) await side.assume(n % 5); // the code warms up
    for (let n = 10; n < 60; n++) {
      const startedMs = performance.now();
      await side.assume(side.count === 100 ? n : (n * 19_997) % side.count);
      side.first.push(performance.now() - startedMs);
    }
    const session = await side.assume(0);
    side.session = {
      accessKeyId: element(session, "AccessKeyId"),
      secretAccessKey: element(session, "SecretAccessKey"),
      sessionToken: element(session, "SessionToken"),
    };
    side.decide = () =>
      call(side.server.url, side.session, "iam", {
        Action: "GetRole",
        Version: "2010-05-08",
        RoleName: "role-0",
      });
    side.costs = { assume: [], decide: [] };
  }
  for (let round = 0; round < 7; round++)
    for (const side of sides)
      for (const what of ["assume", "decide"]) {
        const before = (await side.server.usage()).cpuMicros;
        const count = 400;
        for (let n = 0; n < count; n++) await side[what](0);
        side.costs[what].push(((await side.server.usage()).cpuMicros - before) / count);
      }
  const [small, large] = sides;
  print(
    `\n${"".padEnd(38)}${"100 roles".padStart(12)}${`${roles} roles`.padStart(16)}${"ratio".padStart(8)}`,
  );
  const compare = (what, value, unit) =>
    print(
      `${what.padEnd(38)}${`${value(small).toFixed(1)} ${unit}`.padStart(12)}${`${value(large).toFixed(1)} ${unit}`.padStart(16)}${(value(large) / value(small)).toFixed(2).padStart(8)}`,
    );
  compare("AssumeRole, CPU of the server", ({ costs }) => median(costs.assume), "us");
  compare("GetRole by the session, CPU", ({ costs }) => median(costs.decide), "us");
  compare("first use of a role, wall clock", ({ first }) => median(first), "ms");
  for (const side of sides) side.rssMegabytes = (await side.server.usage()).rss / 1_048_576;
  compare("memory (RSS)", ({ rssMegabytes }) => rssMegabytes, "MB");
  compare("start to the first answer", ({ server: { startMs } }) => startMs, "ms");
  for (const side of sides) await side.server.stop();
}

/** CPU seconds of a process so far, all its threads. @see proc(5) */
function cpuSecondsOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ");
  return (Number(stat[11]) + Number(stat[12])) / 100;
}
/** CPU seconds that the machine has spent on anything. */
function cpuSecondsOfAll() {
  const [user, nice, system, , , irq, softirq] = readFileSync("/proc/stat", "latin1")
    .split("\n")[0]
    .split(/ +/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / 100;
}
const childrenOf = (pid) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
/** Sockets of a process that are connected to the port. */
function connectionsOf(pid, port) {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const established = new Set(
    readFileSync("/proc/net/tcp", "latin1")
      .split("\n")
      .map((line) => line.trim().split(/ +/))
      .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === "01")
      .map((fields) => fields[9]),
  );
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return established.has(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]);
    } catch {
      return false; // it was closed meanwhile
    }
  }).length;
}

/** `rolecall start` with so many processes, and signed requests for it. */
async function startWorkers(count) {
  const data = join(directory, `workers-${count}`);
  const args = ["--port", "0", "--data", data, "--workers", String(count), "--log-level", "error"];
  const child = spawn(process.execPath, [here("../apps/cli/bin/rolecall.js"), "start", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  for await (const chunk of child.stdout) {
    output += chunk;
    if (output.includes("Ready.")) break;
  }
  const url = /http:\/\/[0-9.:]+/.exec(output)[0];
  const text = readFileSync(join(data, "credentials"), "utf8");
  const value = (name) => new RegExp(`${name} = (.+)`).exec(text)[1];
  const keys = { accessKeyId: value("aws_access_key_id"), secretAccessKey: value("aws_secret_access_key") };
  const { body, headers } = signed(url, keys, "sts", { Action: "GetCallerIdentity", Version: "2011-06-15" });
  const lines = Object.entries({ Host: new URL(url).host, ...headers, "Content-Length": body.length });
  return {
    count,
    port: Number(new URL(url).port),
    request: `POST / HTTP/1.1\r\n${lines.map(([name, text]) => `${name}: ${text}\r\n`).join("")}\r\n${body}`,
    /** Those that serve; the process that started several of them stands first. */
    pids: count === 1 ? [child.pid] : [child.pid, ...childrenOf(child.pid)],
    rounds: [],
    stop: () =>
      new Promise((done) => {
        child.once("exit", done);
        child.kill("SIGTERM");
      }),
  };
}

/**
 * Signed GetCallerIdentity with several processes beside one. The load that they get runs on the same cores: it is as
 * light as it can be (service-load.mjs), and its CPU time is shown. The rates are what was answered a second, nothing
 * is added or left out. Rounds alternate; a round in which other programs took much of the machine says little.
 */
async function workers(number) {
  const goal = 1.7;
  const perRound = option("requests", 20_000);
  const rounds = option("rounds", 7);
  const connections = 64;
  const cores = availableParallelism();
  const load = fork(here("service-load.mjs"));
  const servers = [await startWorkers(1), await startWorkers(number)];

  async function round({ port, request, pids, rounds: done }, count) {
    const [before, beforeAll, startedMs] = [pids.map(cpuSecondsOf), cpuSecondsOfAll(), performance.now()];
    load.send({ port, requests: [request], count, connections, expectedStatus: 200 });
    const answer = new Promise((resolve) => load.once("message", resolve));
    await pause(400); // all have been handed out by then
    const spread = pids.map((pid) => connectionsOf(pid, port));
    const { error, seconds, cpuMicros } = await answer;
    if (error) throw new Error(error);
    const cpu = pids.map((pid, at) => cpuSecondsOf(pid) - before[at]);
    const ours = cpu.reduce((a, b) => a + b) + cpuMicros / 1e6;
    const elsewhere = Math.max(0, cpuSecondsOfAll() - beforeAll - ours);
    const wall = (performance.now() - startedMs) / 1000;
    done.push({
      rate: count / seconds,
      server: (cpu.reduce((a, b) => a + b) / count) * 1e6,
      each: cpu.map((one) => one / seconds),
      load: cpuMicros / count,
      elsewhere: elsewhere / (wall * cores),
      spread,
    });
  }

  for (const server of servers) await round(server, perRound * server.count); // until the compiler has settled
  for (const server of servers) server.rounds = [];
  for (let at = 0; at < rounds; at++)
    for (const server of servers) await round(server, perRound * server.count);
  for (const server of servers) await server.stop();
  load.disconnect();

  print(`${rounds} rounds in turn, ${connections} connections, ${cores} cores, node ${process.version}\n`);
  print(
    "workers   requests/s   server us   load us   cores used by each process   connections of each   elsewhere",
  );
  for (const { count, rounds: done } of servers) {
    const of = (pick) => median(done.map(pick));
    const { each, spread } = done.toSorted((a, b) => a.rate - b.rate)[done.length >> 1];
    print(
      [
        String(count).padStart(7),
        of(({ rate }) => rate)
          .toFixed(0)
          .padStart(12),
        of(({ server }) => server)
          .toFixed(0)
          .padStart(11),
        of(({ load: micros }) => micros)
          .toFixed(1)
          .padStart(9),
        each
          .map((one) => one.toFixed(2))
          .join(" ")
          .padStart(28),
        spread.join(" ").padStart(21),
        `${(of(({ elsewhere }) => elsewhere) * 100).toFixed(0)} %`.padStart(11),
      ].join(" "),
    );
  }
  const [one, several] = servers.map(({ rounds: done }) => done);
  const ratio = median(several.map(({ rate }, at) => rate / one[at].rate));
  print(
    `\n${number} workers serve ${ratio.toFixed(2)} times what one serves (goal ${goal}): ${ratio >= goal ? "met" : "NOT met"}`,
  );
  const server = median(one.map((done) => done.server));
  const micros = median(one.map((done) => done.load));
  print(
    `The load takes ${micros.toFixed(1)} us a request of the same cores: what costs ${server.toFixed(0)} us cannot be served ` +
      `more than ${((cores * server) / (server + micros)).toFixed(2)} times as fast by all ${cores} as by one.`,
  );
  const most = Math.max(...[one, several].map((done) => median(done.map(({ elsewhere }) => elsewhere))));
  if (most > 0.03)
    print(`Other programs took ${(most * 100).toFixed(0)} % of the machine: run it again when it is quiet.`);
}

if (process.argv.includes("--roles")) await million(option("roles", 1_000_000));
else if (process.argv.includes("--workers")) await workers(option("workers", 2));
else await rates();
process.exit(0);
