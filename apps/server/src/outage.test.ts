import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { startPostgres, whyNoPostgres } from "@rolecall/store-postgres/testing";
import { call, rootCredentials, startTestServer } from "./testing.ts";
import type { Answer } from "./testing.ts";

const allow = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "iam:GetUser", Resource: "*" }],
});

describe("the database goes away", { skip: whyNoPostgres() ?? false }, () => {
  test("under load: no wrong allow, no crash, clear refusals, and all is well within 5 s of its return", async (t) => {
    const database = await startPostgres();
    t.after(() => database.stop());
    const url = await database.emptySchema();
    const nodes = [await startTestServer({ database: [url] }), await startTestServer({ database: [url] })];
    t.after(() => Promise.all(nodes.map((node) => node.close())));
    const at = (n: number): string => nodes[n % 2]?.url ?? "";
    const asRoot = (n: number, input: Record<string, string>) => call(at(n), rootCredentials, "iam", input);

    const people = await Promise.all(
      ["allowed", "denied"].map(async (UserName) => {
        await asRoot(0, { Action: "CreateUser", UserName });
        const key = await asRoot(0, { Action: "CreateAccessKey", UserName });
        return { accessKeyId: key.text("AccessKeyId"), secretAccessKey: key.text("SecretAccessKey") };
      }),
    );
    const [allowed = rootCredentials, denied = rootCredentials] = people;
    await asRoot(0, { Action: "PutUserPolicy", UserName: "allowed", PolicyName: "p", PolicyDocument: allow });
    // The other one had the permission once, and every node has seen it.
    await asRoot(0, { Action: "PutUserPolicy", UserName: "denied", PolicyName: "p", PolicyDocument: allow });
    const getUser = (n: number, keys: typeof allowed, UserName: string) =>
      call(at(n), keys, "iam", { Action: "GetUser", UserName });
    for (const n of [0, 1]) equal((await getUser(n, denied, "denied")).status, 200);
    await asRoot(1, { Action: "DeleteUserPolicy", UserName: "denied", PolicyName: "p" });
    for (const n of [0, 1]) {
      equal((await getUser(n, allowed, "allowed")).status, 200);
      equal((await getUser(n, denied, "denied")).status, 403);
    }

    const state = { isOver: false, isDown: false };
    const seen: { who: string; isDown: boolean; answer: Answer; atMs: number }[] = [];
    const answeredUsers: string[] = [];
    const load = async (who: string, ask: (n: number) => Promise<Answer>): Promise<void> => {
      for (let n = 0; !state.isOver; n++) {
        const { isDown } = state;
        const answer = await ask(n);
        seen.push({ who, isDown: isDown && state.isDown, answer, atMs: performance.now() });
        if (answer.status === 503) await setTimeout(20);
      }
    };
    const loads = [
      ...[0, 1, 2].map(() => load("allowed", (n) => getUser(n, allowed, "allowed"))),
      ...[0, 1, 2].map(() => load("denied", (n) => getUser(n, denied, "denied"))),
      ...[0, 1, 2].map((writer) =>
        load("write", async (n) => {
          const UserName = `w${writer}-${n}`;
          const answer = await asRoot(n, { Action: "CreateUser", UserName });
          if (answer.status === 200) answeredUsers.push(UserName);
          return answer;
        }),
      ),
    ];
    const kinds = ["allowed", "denied", "write"];
    /** Until each kind of request has come and gone a few times, however slow the machine is. */
    const someRequests = async (isDown: boolean): Promise<void> => {
      const from = seen.length;
      const isEnough = (who: string): boolean =>
        seen.slice(from).filter((one) => one.who === who && one.isDown === isDown).length >= 5;
      while (!kinds.every(isEnough)) await setTimeout(20);
    };
    let backAtMs = 0;
    let slownessMs = 0;
    for (const how of ["immediate", "fast"] as const) {
      await someRequests(false);
      await database.stop(how);
      state.isDown = true;
      await someRequests(true);
      state.isDown = false;
      await database.start();
      backAtMs = performance.now();
      await database.query("SELECT 1");
      slownessMs = performance.now() - backAtMs;
      await someRequests(false);
      while (
        !seen.some(({ who, answer, atMs }) => who === "write" && answer.status === 200 && atMs > backAtMs)
      )
        await setTimeout(20);
    }
    state.isOver = true;
    await Promise.all(loads);

    const statuses = (who: string, isDown: boolean): Set<number> =>
      new Set(
        seen.filter((one) => one.who === who && one.isDown === isDown).map(({ answer }) => answer.status),
      );
    for (const { who, answer } of seen) {
      ok([200, 403, 503].includes(answer.status), `${who}: ${answer.status} ${answer.body}`);
      if (answer.status === 503) {
        equal(answer.retryAfter, "1");
        equal(answer.code, "ServiceUnavailable");
      }
    }
    ok(!seen.some(({ who, answer }) => who === "denied" && answer.status === 200), "a wrong allow");
    ok(!seen.some(({ who, answer }) => who === "allowed" && answer.status === 403), "a wrong deny");
    deepEqual(statuses("allowed", true), new Set([200]), "what is known is served meanwhile");
    // Its record cannot be kept, so not even a refusal is told.
    deepEqual(statuses("denied", true), new Set([503]));
    deepEqual(statuses("write", true), new Set([503]));
    const firstWrite = seen.find(
      ({ who, answer, atMs }) => who === "write" && answer.status === 200 && atMs > backAtMs,
    );
    // A connection and a statement of anybody's take this long here and now; ours may take some of both.
    const allowedMs = 5000 + 10 * slownessMs;
    ok(firstWrite && firstWrite.atMs - backAtMs < allowedMs, "writes go on within 5 s");
    t.diagnostic(
      `writes went on ${Math.round((firstWrite?.atMs ?? 0) - backAtMs)} ms after the database was back`,
    );

    const listed = await asRoot(0, { Action: "ListUsers", MaxItems: "1000" });
    const there = new Set([...listed.body.matchAll(/<UserName>([^<]*)</g)].map(([, name]) => name));
    deepEqual(
      answeredUsers.filter((name) => !there.has(name)),
      [],
    );
  });

  test("what is known is served for the grace, and then nothing", async (t) => {
    const database = await startPostgres();
    t.after(() => database.stop());
    const node = await startTestServer({
      database: [await database.emptySchema()],
      "database-grace": ["6s"],
    });
    t.after(() => node.close());
    const who = () => call(node.url, rootCredentials, "sts", { Action: "GetCallerIdentity" });
    equal((await who()).status, 200);
    await database.stop();
    equal((await who()).status, 200);
    await setTimeout(6200);
    const refused = await who();
    deepEqual([refused.status, refused.code, refused.retryAfter], [503, "ServiceUnavailable", "1"]);
    const health = await fetch(`${node.url}/_rolecall/health`);
    equal(health.status, 503);
    await database.start();
    equal((await who()).status, 200);
  });
});
