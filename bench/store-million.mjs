// Many roles beside few: requests, first use, memory, start.
import { join } from "node:path";
import { openSqliteStore } from "../stores/sqlite/dist/index.js";
import {
  bytesOf,
  call,
  directory,
  element,
  median,
  option,
  print,
  role,
  server,
  signed,
  startLoad,
} from "./store-common.mjs";

/**
 * A server whose store has N roles in 1,000 accounts beside one whose store has 100. What is compared is warm: both
 * serve the same hundred roles again and again (in the large store, one here and one there), first by AssumeRole, then
 * by GetRole, each role's session asking for its own role. Rounds alternate, and so does which server comes first.
 */
export async function million(roles) {
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
          accountId: String(100_000_000_000 + n),
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

  const hot = 100;
  const connections = 16;
  const perRound = option("requests", 3000);
  const rounds = option("rounds", 11);
  const load = startLoad();
  const sides = [await prepare(100), await prepare(roles)];
  for (const side of sides) {
    side.server = await server(side.data);
    const { url } = side.server;
    // Primes, so that neither the hot ones nor those of the first use are neighbours, and none is both.
    const hotRole = (n) => (n * 9973) % side.count;
    const coldRole = (n) => (n * 19_997 + 5003) % side.count;
    const assume = (n) => ({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: arnOf(n),
      RoleSessionName: "bench",
    });
    side.first = [];
    for (let n = 0; n < 300; n++) await call(url, side.keys, "sts", assume(hotRole(n % 5))); // the code warms up
    for (let n = 10; n < 60; n++) {
      const startedMs = performance.now();
      await call(url, side.keys, "sts", assume(coldRole(n)));
      side.first.push(performance.now() - startedMs);
    }
    side.requests = { assume: [], decide: [] };
    for (let n = 0; n < hot; n++) {
      const form = assume(hotRole(n));
      side.requests.assume.push(bytesOf(url, signed(url, side.keys, "sts", form)));
      const session = await call(url, side.keys, "sts", form);
      const keys = {
        accessKeyId: element(session, "AccessKeyId"),
        secretAccessKey: element(session, "SecretAccessKey"),
        sessionToken: element(session, "SessionToken"),
      };
      const ask = { Action: "GetRole", Version: "2010-05-08", RoleName: `role-${hotRole(n)}` };
      side.requests.decide.push(bytesOf(url, signed(url, keys, "iam", ask)));
    }
    side.costs = { assume: [], decide: [] };
  }
  for (let round = -1; round < rounds; round++)
    for (const what of ["assume", "decide"])
      for (const { server: one, requests, costs } of round % 2 === 0 ? sides : sides.toReversed()) {
        const before = await one.cpuMicros();
        await load.run(Number(new URL(one.url).port), requests[what], perRound, connections);
        // The first round is for the compiler.
        if (round >= 0) costs[what].push(((await one.cpuMicros()) - before) / perRound);
      }
  load.stop();
  const [small, large] = sides;
  const goal = 1.1;
  print(
    `\n${"".padEnd(38)}${"100 roles".padStart(12)}${`${roles} roles`.padStart(16)}${"ratio".padStart(8)}`,
  );
  const line = (what, of, unit, ratio, more = "") =>
    print(
      `${what.padEnd(38)}${`${of(small).toFixed(1)} ${unit}`.padStart(12)}${`${of(large).toFixed(1)} ${unit}`.padStart(16)}${ratio.toFixed(2).padStart(8)}${more}`,
    );
  const compare = (what, of, unit, most) => {
    const verdict = `   (goal below ${most} ${unit}: ${of(large) < most ? "met" : "NOT met"})`;
    line(what, of, unit, of(large) / of(small), verdict);
  };
  /** The median of the rounds' ratios: what else the machine does meets both sides of one round. */
  const comparePaired = (what, costs) => {
    const ratios = large.costs[costs].map((cost, at) => cost / small.costs[costs][at]);
    const ratio = median(ratios);
    const verdict = `   (goal ${goal.toFixed(2)}: ${ratio <= goal ? "met" : "NOT met"}; rounds ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
    line(what, (side) => median(side.costs[costs]), "us", ratio, verdict);
  };
  comparePaired("AssumeRole, CPU of the server", "assume");
  comparePaired("GetRole by the session, CPU", "decide");
  compare("first use of a role, wall clock", ({ first }) => median(first), "ms", 5);
  for (const side of sides) side.rssMegabytes = (await side.server.megabytes()).rss;
  compare("memory (RSS)", ({ rssMegabytes }) => rssMegabytes, "MB", 400);
  compare("start to the first answer", ({ server: { startMs } }) => startMs, "ms", 2000);
  for (const side of sides) await side.server.stop();
}
