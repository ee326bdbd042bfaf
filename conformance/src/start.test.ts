import { test } from "node:test";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  cleanEnvironment,
  removeDirectory,
  rolecall,
  startProcess,
  temporaryDirectory,
} from "./server-process.ts";

async function inDirectory(run: (data: string) => Promise<void>): Promise<void> {
  const data = temporaryDirectory();
  try {
    await run(data);
  } finally {
    removeDirectory(data);
  }
}

const refused = (data: string, args: string[] = [], env: Record<string, string> = {}) =>
  rolecall(["start", "--port", "0", "--data", data, ...args], cleanEnvironment(env));

test("the first start makes the account of the environment, later starts never change it", () =>
  inDirectory(async (data) => {
    const env = {
      ROLECALL_ACCOUNT_ID: "111122223333",
      ROLECALL_ROOT_ACCESS_KEY_ID: "test",
      ROLECALL_ROOT_SECRET_ACCESS_KEY: "test",
    };
    const first = await startProcess(data, [], env);
    deepEqual(first.profile(), { accessKeyId: "test", secretAccessKey: "test" });
    equal(statSync(join(data, "credentials")).mode & 0o777, 0o600);
    equal(await first.kill("SIGTERM"), 0);
    const before = readFileSync(join(data, "credentials"), "utf8");
    const second = await startProcess(data, [], { ...env, ROLECALL_ROOT_ACCESS_KEY_ID: "other" });
    match(second.output(), /Account 111122223333;/);
    equal(await second.kill("SIGTERM"), 0);
    equal(readFileSync(join(data, "credentials"), "utf8"), before);
  }));

test("health says that it enforces", () =>
  inDirectory(async (data) => {
    const server = await startProcess(data);
    const answer = await fetch(`${server.url}/_rolecall/health`);
    equal(answer.status, 200);
    equal(answer.headers.get("x-rolecall-authz"), "enforced");
    const body = (await answer.json()) as Record<string, unknown>;
    equal(body["authz"], "enforced");
    equal(body["store"], "sqlite");
    await server.kill("SIGTERM");
  }));

test("an unknown variable, setting or flag stops the start, and says what was meant", () =>
  inDirectory(async (data) => {
    const variable = await refused(data, [], { ROLECALL_PROT: "1" });
    equal(variable.code, 1);
    match(variable.stderr, /Unknown environment variable ROLECALL_PROT\.\nDid you mean ROLECALL_PORT\?/);
    const config = join(data, "config.json");
    writeFileSync(config, '{"trusted-prxy": "10.0.0.0/8"}');
    const file = await refused(data, ["--config", config]);
    equal(file.code, 1);
    match(file.stderr, /trusted-prxy\.\nDid you mean trusted-proxy\?/);
    const flag = await refused(data, ["--prot", "1"]);
    ok(flag.code !== 0);
    match(flag.stderr, /unknown option '--prot'/);
  }));

test("a setting that is not built says so", () =>
  inDirectory(async (data) => {
    const { code, stderr } = await refused(data, ["--session-ttl", "1h"]);
    equal(code, 1);
    match(stderr, /--session-ttl is not built yet/);
  }));

test("a foreign or damaged data file stops the start and is not touched", () =>
  inDirectory(async (data) => {
    const whole = await startProcess(data);
    await whole.kill("SIGTERM");
    const good = readFileSync(join(data, "rolecall.db"));
    const damaged = Buffer.from(good);
    damaged.fill(0xaa, 4096, 8192);
    const cases: [string, Buffer][] = [
      ["text", Buffer.from("this is no database\n".repeat(1000))],
      ["damaged", damaged],
      ["cut", good.subarray(0, Math.floor(good.length / 2))],
    ];
    for (const [name, bytes] of cases) {
      const other = join(data, name);
      mkdirSync(other);
      copyFileSync(join(data, "master.key"), join(other, "master.key"));
      writeFileSync(join(other, "rolecall.db"), bytes);
      const { code, stderr } = await refused(other);
      equal(code, 1, name);
      match(stderr, /^rolecall: .+\n.+\n$/, name);
      ok(readFileSync(join(other, "rolecall.db")).equals(bytes), `${name} was modified`);
    }
  }));

test("a store without its master key fails clearly", () =>
  inDirectory(async (data) => {
    const first = await startProcess(data);
    await first.kill("SIGTERM");
    const other = await refused(data, [], { ROLECALL_MASTER_KEY: Buffer.alloc(32, 7).toString("base64") });
    equal(other.code, 1);
    match(other.stderr, /master key/);
    writeFileSync(join(data, "master.key"), "short\n");
    const short = await refused(data);
    match(short.stderr, /is not 32 bytes/);
  }));

test("a port in use is told, not thrown", () =>
  inDirectory(async (data) => {
    const first = await startProcess(join(data, "a"));
    const { code, stderr } = await refused(join(data, "b"), ["--port", String(first.port)]);
    equal(code, 1);
    match(stderr, /Port \d+ on 127\.0\.0\.1 is in use\.\n/);
    await first.kill("SIGTERM");
  }));
