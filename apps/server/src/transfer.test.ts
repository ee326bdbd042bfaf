import { equal, match, ok, rejects, throws } from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { signRequest } from "@rolecall/sigv4";
import { TransferProblem } from "@rolecall/transfer";
import { resolveSettings, SettingsProblem } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { startServer } from "./start.ts";
import type { RunningServer } from "./start.ts";
import { backupTo, exportTo, importAws, importFrom } from "./transfer.ts";

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rolecall-transfer-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const settingsIn = (data: string): Settings =>
  resolveSettings([
    { port: ["0"], data: [data], upstream: ["s3=http://127.0.0.1:1"], "log-level": ["silent"] },
  ]);

async function serving<T>(data: string, use: (server: RunningServer) => Promise<T>): Promise<T> {
  const server = await startServer(settingsIn(data), "0", () => undefined);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

/** The first key of a profile in the credentials file that the data directory has. */
function keyIn(data: string, profile = "rolecall"): { accessKeyId: string; secretAccessKey: string } {
  const section = readFileSync(join(data, "credentials"), "utf8").split(`[${profile}]`)[1] ?? "";
  const value = (name: string): string => new RegExp(`${name} = (\\S+)`).exec(section)?.[1] ?? "";
  return { accessKeyId: value("aws_access_key_id"), secretAccessKey: value("aws_secret_access_key") };
}

async function iam(
  { url }: RunningServer,
  credentials: { accessKeyId: string; secretAccessKey: string },
  form: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const body = new URLSearchParams({ Version: "2010-05-08", ...form }).toString();
  const { headers } = signRequest(
    {
      method: "POST",
      path: "/",
      query: "",
      headers: [
        ["host", new URL(url).host],
        ["content-type", "application/x-www-form-urlencoded"],
      ],
    },
    {
      credentials,
      region: "us-east-1",
      service: "iam",
      nowMs: Date.now(),
      bodySha256: createHash("sha256").update(body).digest("hex"),
    },
  );
  const answer = await fetch(url, {
    method: "POST",
    body,
    headers: headers.filter(([name]) => name !== "host").map(([n, v]) => [n, v] as [string, string]),
  });
  return { status: answer.status, text: await answer.text() };
}

/** An installation with one user, still served while `use` runs. */
async function installation(data: string, use: (server: RunningServer) => Promise<void>): Promise<void> {
  await serving(data, async (server) => {
    const made = await iam(server, keyIn(data), { Action: "CreateUser", UserName: "Ana" });
    equal(made.status, 200, made.text);
    await use(server);
  });
}

const getUser = { Action: "GetUser", UserName: "Ana" };

test("an installation moves with its secrets: the same keys work, under the same master key alone", async () => {
  await inFolder(async (folder) => {
    const [from, to, other, file] = ["from", "to", "other", "all.jsonl"].map((name) =>
      join(folder, name),
    ) as [string, string, string, string];
    await installation(from, async () => {
      await exportTo(settingsIn(from), file, true, Date.now());
    });
    equal(statSync(file).mode & 0o077, 0);
    await rejects(
      importFrom(settingsIn(other), file, Date.now()),
      (error) => error instanceof TransferProblem && /another master key/.test(error.message),
    );
    ok(!existsSync(join(other, "master.key")), "no key is left of a refused import");
    mkdirSync(to);
    copyFileSync(join(from, "master.key"), join(to, "master.key"));
    const { hasNewRootKey } = await importFrom(settingsIn(to), file, Date.now());
    equal(hasNewRootKey, false);
    await serving(to, async (server) => {
      const answer = await iam(server, keyIn(from), getUser);
      equal(answer.status, 200, answer.text);
    });
    await rejects(importFrom(settingsIn(to), file, Date.now()), /not empty/);
  });
});

test("an installation moves without its secrets, and its first account gets a new root key", async () => {
  await inFolder(async (folder) => {
    const from = join(folder, "from");
    const to = join(folder, "to");
    const file = join(folder, "all.jsonl");
    await installation(from, async () => {
      await exportTo(settingsIn(from), file, false, Date.now());
      await rejects(exportTo(settingsIn(from), file, false, Date.now()), TransferProblem);
    });
    ok(!readFileSync(file, "utf8").includes(keyIn(from).accessKeyId));
    const { hasNewRootKey } = await importFrom(settingsIn(to), file, Date.now());
    equal(hasNewRootKey, true);
    await serving(to, async (server) => {
      equal((await iam(server, keyIn(to), getUser)).status, 200);
      equal((await iam(server, keyIn(from), getUser)).status, 403);
    });
  });
});

test("an installation whose new root key could not be kept is none", async () => {
  await inFolder(async (folder) => {
    const [from, to, file] = ["from", "to", "all.jsonl"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    // A first start whose credentials cannot be written; the next one makes up for it.
    mkdirSync(join(from, "credentials", "in-the-way"), { recursive: true });
    await rejects(serving(from, async () => undefined));
    rmSync(join(from, "credentials"), { recursive: true });
    await installation(from, () => exportTo(settingsIn(from), file, false, Date.now()).then(() => undefined));
    // The same for an import: a server does not start on what nobody has a key to.
    mkdirSync(join(to, "credentials", "in-the-way"), { recursive: true });
    await rejects(importFrom(settingsIn(to), file, Date.now()));
    rmSync(join(to, "credentials"), { recursive: true });
    await rejects(
      serving(to, async () => undefined),
      /import into this installation has not ended/,
    );
  });
});

test("a backup of a served store is served again in its place", async () => {
  await inFolder(async (folder) => {
    const from = join(folder, "from");
    const to = join(folder, "to");
    mkdirSync(to);
    await installation(from, async () => backupTo(settingsIn(from), join(to, "rolecall.db")));
    await rejects(
      serving(to, async () => undefined),
      SettingsProblem,
      "without its master key",
    );
    copyFileSync(join(from, "master.key"), join(to, "master.key"));
    await serving(to, async (server) => {
      equal((await iam(server, keyIn(from), getUser)).status, 200);
    });
    throws(() => backupTo(settingsIn(join(folder, "nothing")), join(folder, "x.db")), SettingsProblem);
  });
});

test("an account of AWS is there for a running server at once, with its event", async () => {
  await inFolder(async (folder) => {
    const data = join(folder, "data");
    const file = join(folder, "details.json");
    const arn = "arn:aws:iam::111122223333:user/Eve";
    const details = {
      UserDetailList: [
        {
          Path: "/",
          UserName: "Eve",
          UserId: "AIDAEVEEVEEVEEVEEVEE",
          Arn: arn,
          CreateDate: "2026-01-01T00:00:00Z",
        },
      ],
    };
    writeFileSync(file, JSON.stringify(details));
    await rejects(importAws(settingsIn(data), [file], Date.now(), "0"), SettingsProblem);
    await installation(data, async (server) => {
      // Where its root key cannot be kept there is no account either.
      renameSync(join(data, "credentials"), join(data, "aside"));
      mkdirSync(join(data, "credentials", "in-the-way"), { recursive: true });
      await rejects(importAws(settingsIn(data), [file], Date.now(), "0"), /EISDIR/);
      rmSync(join(data, "credentials"), { recursive: true });
      renameSync(join(data, "aside"), join(data, "credentials"));
      const [imported] = await importAws(settingsIn(data), [file], Date.now(), "0");
      equal(imported?.users, 1);
      const got = await iam(server, keyIn(data, "rolecall-111122223333"), {
        Action: "GetUser",
        UserName: "Eve",
      });
      match(got.text, /AIDAEVEEVEEVEEVEEVEE/);
      const kept = readFileSync(join(data, "credentials"), "utf8");
      await rejects(importAws(settingsIn(data), [file], Date.now(), "0"), /already/);
      // Refused for the second of two: nothing is told of the first, which is new.
      const other = join(folder, "other.json");
      writeFileSync(other, JSON.stringify(details).replaceAll("111122223333", "444455556666"));
      await rejects(importAws(settingsIn(data), [other, file], Date.now(), "0"), /already/);
      equal(readFileSync(join(data, "credentials"), "utf8"), kept);
    });
    const [events = ""] = readdirSync(join(data, "audit")).filter((name) => name.endsWith(".0.jsonl"));
    const event = JSON.parse(readFileSync(join(data, "audit", events), "utf8")) as object;
    match(JSON.stringify(event), /"eventName":"ImportAccount".*"recipientAccountId":"111122223333"/);
  });
});
