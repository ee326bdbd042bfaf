import { test } from "node:test";
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CreateUserCommand, GetUserCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { clients } from "./clients.ts";
import {
  cleanEnvironment,
  removeDirectory,
  rolecall,
  startProcess,
  temporaryDirectory,
} from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";

/** Those of the test that runs now. */
const started: ServerProcess[] = [];

async function start(data: string, args: readonly string[] = []): Promise<ServerProcess> {
  const server = await startProcess(data, args);
  started.push(server);
  return server;
}

async function inDirectory(run: (data: string) => Promise<void>): Promise<void> {
  const data = temporaryDirectory();
  try {
    await run(data);
  } finally {
    for (const server of started.splice(0)) await server.kill("SIGKILL");
    removeDirectory(data);
  }
}

/** Process ids of the workers, by the parent that `/proc` names. */
function workersOf(server: ServerProcess): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ")[1] ===
          String(server.child.pid)
        );
      } catch {
        return false; // it has ended meanwhile
      }
    });
}

const until = async (holds: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  for (const endMs = Date.now() + 30_000; !(await holds());) {
    ok(Date.now() < endMs, what);
    await setTimeout(50);
  }
};

/** A connection of its own, so that the next worker answers. */
const fresh = (server: ServerProcess) => clients(server, server.profile()).iam;

test(
  "several processes share a port and one state; a killed one is replaced; all end together",
  { skip: process.platform !== "linux" && "reads /proc" },
  () =>
    inDirectory(async (data) => {
      const server = await start(data, ["--workers", "3"]);
      const first = workersOf(server);
      equal(first.length, 3, server.output());

      // Each call is seen by the next, whichever process answers.
      for (let at = 0; at < 12; at++) {
        await fresh(server).send(new CreateUserCommand({ UserName: `u${at}` }));
        await fresh(server).send(new GetUserCommand({ UserName: `u${at}` }));
      }
      const log = join(data, "audit");
      const names = readdirSync(log);
      equal(names.length, 3, "each process has its own file of events");
      const events = names.flatMap((name) =>
        readFileSync(join(log, name), "utf8")
          .trimEnd()
          .split("\n")
          .map((line) => (JSON.parse(line) as { eventName: string }).eventName),
      );
      equal(events.filter((name) => name === "CreateUser").length, 12);
      equal(events.filter((name) => name === "GetUser").length, 12);

      const [victim = 0] = first;
      process.kill(victim, "SIGKILL");
      await until(() => {
        const now = workersOf(server);
        return now.length === 3 && !now.includes(victim);
      }, "the killed worker was not replaced");
      match(server.output(), /a worker ended and is replaced/);
      for (let at = 0; at < 6; at++)
        equal((await fresh(server).send(new ListUsersCommand({}))).Users?.length, 12);

      equal(await server.kill("SIGTERM"), 0);
      deepEqual(workersOf(server), []);
    }),
);

test("what several processes write at the same time is all there, each write once", () =>
  inDirectory(async (data) => {
    const server = await start(data, ["--workers", "3"]);
    // Each on a connection of its own, so that all processes write.
    const writers = Array.from({ length: 9 }, (_, writer) => ({ writer, iam: fresh(server) }));
    await Promise.all(
      writers.map(async ({ writer, iam }) => {
        for (let at = 0; at < 10; at++)
          await iam.send(new CreateUserCommand({ UserName: `writer-${writer}-${at}` }));
      }),
    );
    const { Users = [] } = await fresh(server).send(new ListUsersCommand({}));
    equal(Users.length, 90);
    await Promise.all(
      writers.map(({ writer, iam }) =>
        rejects(iam.send(new CreateUserCommand({ UserName: `writer-${writer}-0` })), {
          name: "EntityAlreadyExistsException",
        }),
      ),
    );
    equal(await server.kill("SIGTERM"), 0);
  }));

/** One value out of `/_rolecall/metrics`, asked for on a connection of its own. */
async function metric(server: ServerProcess, line: RegExp): Promise<number> {
  const answer = await fetch(`${server.url}/_rolecall/metrics`, { headers: { connection: "close" } });
  equal(answer.status, 200);
  const text = await answer.text();
  return Number(new RegExp(`^${line.source} (\\S+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}

test(
  "metrics are those of all workers, whichever is asked, and do not go back when one ends",
  { skip: process.platform !== "linux" && "reads /proc" },
  () =>
    inDirectory(async (data) => {
      const server = await start(data, ["--workers", "2"]);
      const created = /rolecall_requests_total\{service="iam",operation="CreateUser",outcome="ok"\}/;
      for (let at = 0; at < 10; at++) await fresh(server).send(new CreateUserCommand({ UserName: `u${at}` }));
      // Each of the two is asked.
      for (let at = 0; at < 4; at++) {
        equal(await metric(server, created), 10);
        equal(await metric(server, /rolecall_processes/), 2);
        equal(await metric(server, /rolecall_build_info\{version="[^"]+"\}/), 1);
        equal(await metric(server, /rolecall_request_duration_seconds_count\{service="iam"\}/), 10);
        equal(
          await metric(server, /rolecall_request_duration_seconds_bucket\{le="\+Inf",service="iam"\}/),
          10,
        );
      }
      const together = await Promise.all(Array.from({ length: 8 }, () => metric(server, created)));
      deepEqual(
        together,
        Array.from({ length: 8 }, () => 10),
      );

      const [victim = 0] = workersOf(server);
      process.kill(victim, "SIGKILL");
      await until(() => !workersOf(server).includes(victim), "it was not killed");
      await fresh(server).send(new CreateUserCommand({ UserName: "later" }));
      equal(await metric(server, created), 11);
      await until(
        async () => (await metric(server, /rolecall_processes/)) === 2,
        "the worker that replaced it is not counted",
      );
      equal(await metric(server, created), 11);
    }),
);

test(
  "workers whose parent was killed do not stay",
  { skip: process.platform !== "linux" && "reads /proc" },
  () =>
    inDirectory(async (data) => {
      const server = await start(data, ["--workers", "2"]);
      const workers = workersOf(server);
      equal(workers.length, 2);
      await server.kill("SIGKILL");
      const isAlive = (pid: number): boolean => {
        try {
          return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
        } catch {
          return false;
        }
      };
      await until(() => !workers.some(isAlive), "a worker outlived its parent");
    }),
);

test("a worker that cannot start stops the whole, and says why", () =>
  inDirectory(async (data) => {
    const holder = await start(join(data, "a"));
    const { code, stderr } = await rolecall(
      ["start", "--workers", "3", "--port", String(holder.port), "--data", join(data, "b")],
      cleanEnvironment(),
    );
    equal(code, 1);
    match(stderr, /^rolecall: Port \d+ on 127\.0\.0\.1 is in use\.\n.+\n$/m);
    await holder.kill("SIGTERM");
  }));
