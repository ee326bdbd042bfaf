import { test } from "node:test";
import { equal, match, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { call } from "@rolecall/server/testing";
import {
  cleanEnvironment,
  removeDirectory,
  rolecall,
  startProcess,
  temporaryDirectory,
} from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";

const isRoot = process.getuid?.() === 0;

test("a directory that cannot be used stops the start, and says why", async () => {
  const data = temporaryDirectory();
  try {
    writeFileSync(join(data, "file"), "");
    const refused = (path: string) => rolecall(["start", "--port", "0", "--data", path], cleanEnvironment());
    const cases = [join(data, "file", "below")];
    // Root may write where the mode forbids it.
    if (!isRoot) {
      mkdirSync(join(data, "closed"));
      chmodSync(join(data, "closed"), 0o500);
      cases.push(join(data, "closed"));
    }
    for (const path of cases) {
      const { code, stderr } = await refused(path);
      equal(code, 1);
      match(stderr, /^rolecall: The data directory cannot be used: .+\n.+\n$/);
    }
  } finally {
    removeDirectory(data);
  }
});

/** A small disk of its own, where this process may mount one. */
function mountSmallDisk(path: string): boolean {
  mkdirSync(path);
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", path]).status === 0;
}

test("a full disk refuses changes with a hint to retry, goes on reading, and serves again when there is room", async (t) => {
  const directory = temporaryDirectory();
  const data = join(directory, "data");
  let server: ServerProcess | undefined;
  const isMounted = mountSmallDisk(data);
  try {
    if (!isMounted) {
      t.skip("a small disk cannot be mounted here");
      return;
    }
    // What fills up is the state's disk, not the audit log's.
    mkdirSync(join(directory, "audit"));
    symlinkSync(join(directory, "audit"), join(data, "audit"));
    server = await startProcess(data);
    const { url } = server;
    const keys = server.profile();
    const create = (UserName: string) => call(url, keys, "iam", { Action: "CreateUser", UserName });
    const get = (UserName: string) => call(url, keys, "iam", { Action: "GetUser", UserName });
    equal((await create("before")).status, 200);
    const filler = join(data, "filler");
    fill(filler);

    const answered: string[] = [];
    let refusals = 0;
    for (let n = 0; n < 200 && refusals < 3; n++) {
      const answer = await create(`u${n}`);
      if (answer.status === 200) answered.push(`u${n}`);
      else {
        equal(answer.status, 503, answer.body);
        equal(answer.code, "ServiceUnavailable");
        equal(answer.retryAfter, "1");
        refusals++;
      }
    }
    equal(refusals, 3, "the disk never was full");
    equal((await get("before")).status, 200);

    rmSync(filler);
    equal((await create("after")).status, 200);
    for (const name of ["before", ...answered, "after"]) equal((await get(name)).status, 200, name);
    equal(await server.kill("SIGTERM"), 0);
  } finally {
    await server?.kill("SIGKILL");
    if (isMounted) ok(spawnSync("umount", ["-l", data]).status === 0);
    removeDirectory(directory);
  }
});

/** Writes until there is no room at all. */
function fill(path: string): void {
  for (const bytes of [65_536, 1024])
    for (;;)
      try {
        writeFileSync(path, Buffer.alloc(bytes), { flag: "a" });
      } catch {
        break;
      }
}
