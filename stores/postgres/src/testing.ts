import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import pg from "pg";

/** A PostgreSQL server of a test run's own: in a temporary directory, on a free port of the loopback. */
export interface TestPostgres {
  /** A URL whose search_path is a schema that nothing is in yet. */
  emptySchema(): Promise<string>;
  /** Of the database itself, for what is not Rolecall's doing. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  url: string;
  port: number;
  /** Stops the server at once, as a crash would, or in its own time. */
  stop(how?: "immediate" | "fast"): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
}

const debianDirectory = "/usr/lib/postgresql";

/** The newest of Debian's packages, else what is on the PATH. */
function binaries(): string | undefined {
  const versions = existsSync(debianDirectory) ? readdirSync(debianDirectory) : [];
  const newest = versions
    .filter((version) => existsSync(join(debianDirectory, version, "bin", "initdb")))
    .toSorted((a, b) => Number(b) - Number(a))[0];
  if (newest !== undefined) return join(debianDirectory, newest, "bin");
  return process.env["PATH"]?.split(":").find((directory) => existsSync(join(directory, "initdb")));
}

/** Who may run it: PostgreSQL refuses root. */
function account(): { uid: number; gid: number } | undefined | "none" {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number =>
    Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  const [uid, gid] = [id("-u"), id("-g")];
  return uid > 0 && gid > 0 ? { uid, gid } : "none";
}

/** The user as whom the server runs, if it is not this process's own. */
export function serverAccount(): { uid: number; gid: number } | undefined {
  const found = account();
  return found === "none" ? undefined : found;
}

/** Why there can be no server here; `undefined` when there can be one. */
export function whyNoPostgres(): string | undefined {
  if (process.platform === "win32") return "PostgreSQL is not started on Windows";
  if (binaries() === undefined) return "PostgreSQL is not installed (apt-get install postgresql)";
  if (account() === "none") return "PostgreSQL cannot run as root, and there is no user postgres";
  return undefined;
}

let shared: Promise<TestPostgres> | undefined;

/** One server for all tests of a run that do not stop it. It ends with the run. */
export function sharedPostgres(): Promise<TestPostgres> {
  return (shared ??= startPostgres());
}

/**
 * Starts a server that ends when this process does, however it ends: a shell beside it waits for the end of our pipe.
 *
 * @param settings  as `-c name=value`; without any it does not wait for the disk, which only a crash of the machine
 * would notice
 */
export async function startPostgres(
  settings: readonly string[] = ["fsync=off", "full_page_writes=off"],
): Promise<TestPostgres> {
  const bin = binaries();
  const owner = account();
  if (bin === undefined || owner === "none") throw new Error(whyNoPostgres());
  const directory = mkdtempSync(join(tmpdir(), "rolecall-postgres-"));
  if (owner) chownSync(directory, owner.uid, owner.gid);
  const data = join(directory, "data");
  const user = owner ? "postgres" : userInfo().username;
  const as = owner ?? {};
  const made = spawnSync(
    join(bin, "initdb"),
    ["-D", data, "-U", user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
    { ...as, cwd: directory, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const url = `postgres://${user}@127.0.0.1:${port}/postgres`;
  let running: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  const removeAll = (): void => {
    if (running?.pid !== undefined)
      spawnSync(join(bin, "pg_ctl"), ["-D", data, "-m", "immediate", "stop"], as);
    rmSync(directory, { recursive: true, force: true });
  };
  process.once("exit", removeAll);

  async function start(): Promise<void> {
    const flags = [
      "listen_addresses=127.0.0.1",
      `port=${port}`,
      `unix_socket_directories=${directory}`,
      "max_connections=200",
      ...settings,
    ];
    const postgres = [join(bin ?? "", "postgres"), "-D", data, ...flags.flatMap((flag) => ["-c", flag])];
    // A background job's own input is /dev/null: our pipe is descriptor 3.
    const watch = `"$@" & server=$!
      (cat <&3 >/dev/null; kill -QUIT $server 2>/dev/null) & watcher=$!
      wait $server; kill $watcher`;
    const child = spawn("sh", ["-c", watch, "sh", ...postgres], {
      ...as,
      cwd: directory,
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    let log = "";
    child.stderr?.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
    running = child;
    let hasEnded = false;
    ended = new Promise((resolve) =>
      child.once("exit", () => {
        hasEnded = true;
        running = undefined;
        child.stdio[3]?.destroy();
        resolve();
      }),
    );
    for (const handle of [child, child.stderr, child.stdio[3]])
      if (handle && "unref" in handle && typeof handle.unref === "function") handle.unref();
    const endMs = Date.now() + 60_000;
    for (;;) {
      if (hasEnded) throw new Error(`PostgreSQL did not start: ${log}`);
      try {
        await query("SELECT 1");
        return;
      } catch (error) {
        if (Date.now() > endMs) throw new Error(`PostgreSQL did not start: ${log}`, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async function query(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    await client.connect();
    try {
      const results = [await client.query(sql)].flat();
      return (results.at(-1)?.rows ?? []) as Record<string, unknown>[];
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  let schemas = 0;
  await start();
  return {
    url,
    port,
    query,
    start,
    async emptySchema() {
      const schema = `s${++schemas}`;
      await query(`CREATE SCHEMA ${schema}`);
      return `${url}?options=${encodeURIComponent(`-c search_path=${schema}`)}`;
    },
    async stop(how = "immediate") {
      // Whoever waits for its end may have nothing else to do.
      running?.ref();
      spawnSync(join(bin, "pg_ctl"), ["-D", data, "-m", how, "-w", "stop"], as);
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
