import { after, before, test } from "node:test";
import { equal, match, ok } from "node:assert/strict";
import { removeDirectory, rolecall, startProcess, temporaryDirectory } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";

let server: ServerProcess;
const data = temporaryDirectory();

before(async () => {
  server = await startProcess(data, ["--allow-reset", "--explain", "inline"]);
});
after(async () => {
  await server.kill("SIGTERM");
  removeDirectory(data);
});

test("the demo's story comes out as it should, twice, expiry included", async () => {
  for (let time = 0; time < 2; time++) {
    const { code, stdout, stderr } = await rolecall(["demo", "--endpoint", server.url, "--data", data]);
    equal(code, 0, `${stdout}\n${stderr}\n${server.output()}`);
    match(stdout, /ExpiredToken/);
    match(stdout, /\n\d+ passed, 0 failed\n$/);
  }
});

test("why explains the refusal that a message names", async () => {
  const { stdout } = await rolecall(["demo", "--endpoint", server.url, "--data", data]);
  const id = /s3:DeleteObject on resource: [^]*?authorization id: ([0-9a-z]{25})/.exec(stdout)?.[1];
  ok(id, stdout);
  const why = await rolecall(["why", id, "--endpoint", server.url, "--data", data]);
  equal(why.code, 0, why.stderr);
  match(why.stdout, /is not authorized to perform: s3:DeleteObject/);
  match(why.stdout, /identity\s+no-allow/);
  match(why.stdout, /identity: add \{"Effect":"Allow","Action":"s3:DeleteObject"/);
  const unknown = await rolecall(["why", "0".repeat(25), "--endpoint", server.url, "--data", data]);
  equal(unknown.code, 1);
  match(unknown.stderr, /There is no such authorization id/);
});

test("a stopped server is told in two lines", async () => {
  const { code, stderr } = await rolecall([
    "account",
    "list",
    "--endpoint",
    "http://127.0.0.1:9",
    "--data",
    data,
  ]);
  equal(code, 1);
  match(stderr, /^rolecall: No answer from http:\/\/127\.0\.0\.1:9: .*\n.*--endpoint/);
});
