// Many sessions, each of another person, as an app gets them for whoever signs in: memory, rows, events.
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  bytesOf,
  call,
  directory,
  element,
  here,
  option,
  print,
  server,
  signed,
  startLoad,
} from "./store-common.mjs";

const { DatabaseSync } = createRequire(here("../stores/sqlite/package.json"))("@photostructure/sqlite");

/** Records by collection, looked at from outside. */
function rowsOf(path) {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database
    .prepare("SELECT collection, count(*) AS count FROM records GROUP BY collection")
    .all();
  database.close();
  return new Map(rows.map(({ collection, count }) => [collection, count]));
}

const sizeOf = (path) => (existsSync(path) ? statSync(path).size : 0);

/** Lines of the audit log that hold the name of the operation. */
async function eventsOf(path, operation) {
  let events = 0;
  let bytes = 0;
  for (const name of readdirSync(path)) {
    let rest = "";
    for await (const chunk of createReadStream(join(path, name), { encoding: "latin1" })) {
      bytes += chunk.length;
      const lines = (rest + chunk).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line.includes(`"eventName":"${operation}"`)) events++;
    }
  }
  return { events, bytes };
}

export async function sessions(number) {
  const data = join(directory, "sessions");
  const file = join(data, "rolecall.db");
  const one = await server(data);
  const { url } = one;
  const root = one.keys();
  const iam = (form) => call(url, root, "iam", { Version: "2010-05-08", ...form });
  const sts = (keys, form) => call(url, keys, "sts", { Version: "2011-06-15", ...form });
  const document = (statement) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const account = element(await sts(root, { Action: "GetCallerIdentity" }), "Account");
  const trust = {
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: ["sts:AssumeRole", "sts:TagSession"],
  };
  await iam({ Action: "CreateRole", RoleName: "rider", AssumeRolePolicyDocument: document(trust) });
  await iam({ Action: "CreateUser", UserName: "app" });
  const grant = document({ Action: ["sts:AssumeRole", "sts:TagSession"], Resource: "*" });
  await iam({ Action: "PutUserPolicy", UserName: "app", PolicyName: "p", PolicyDocument: grant });
  const key = await iam({ Action: "CreateAccessKey", UserName: "app" });
  const app = { accessKeyId: element(key, "AccessKeyId"), secretAccessKey: element(key, "SecretAccessKey") };

  /** A name and a tag of its own for each. */
  const form = (n) => ({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: `arn:aws:iam::${account}:role/rider`,
    RoleSessionName: `rider-${n}`,
    "Tags.member.1.Key": "rider",
    "Tags.member.1.Value": `${n}`,
  });
  const first = await sts(app, form(0));
  const firstKeys = {
    accessKeyId: element(first, "AccessKeyId"),
    secretAccessKey: element(first, "SecretAccessKey"),
    sessionToken: element(first, "SessionToken"),
  };

  const load = startLoad();
  const batch = 10_000;
  const points = 10;
  let issued = 1;
  async function issue(until) {
    while (issued < until) {
      const count = Math.min(batch, until - issued);
      const requests = Array.from({ length: count }, (_, at) =>
        bytesOf(url, signed(url, app, "sts", form(issued + at))),
      );
      await load.run(Number(new URL(url).port), requests, count, option("connections", 16));
      issued += count;
    }
  }
  const look = async () => {
    const { rss, heap } = await one.megabytes();
    print(
      `${String(issued).padStart(9)} sessions: ${heap.toFixed(1).padStart(6)} MB heap, ${rss.toFixed(0).padStart(4)} MB resident, ` +
        `${((sizeOf(file) + sizeOf(`${file}-wal`)) / 1024).toFixed(0).padStart(6)} KB of store`,
    );
    return { rss, heap };
  };

  await issue(Math.min(batch, number)); // until the compiler has settled
  const rows = rowsOf(file);
  const memory = [await look()];
  const startedMs = performance.now();
  const cpuMicros = await one.cpuMicros();
  for (let point = 1; point <= points; point++) {
    await issue(Math.max(issued, Math.floor((number * point) / points)));
    memory.push(await look());
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const micros = ((await one.cpuMicros()) - cpuMicros) / Math.max(1, issued - batch);
  load.stop();

  const who = element(await sts(firstKeys, { Action: "GetCallerIdentity" }), "Arn");
  await one.stop();
  const { events, bytes } = await eventsOf(join(data, "audit"), "AssumeRole");
  print(`\n${issued} sessions in ${seconds.toFixed(0)} s, ${micros.toFixed(0)} us of the server's CPU each`);
  print(`the first of them is still ${who}`);
  print(`events of AssumeRole in the audit log: ${events} (${(bytes / 1_048_576).toFixed(0)} MB)`);
  const after = rowsOf(file);
  const more = [...after].filter(([name, count]) => count !== (rows.get(name) ?? 0));
  print(
    more.length === 0
      ? "records in the store: as many as before"
      : `records in the store: ${more.map(([name, count]) => `${name} ${rows.get(name) ?? 0} > ${count}`).join(", ")}`,
  );
  // The half in which nothing is warming up any more.
  const late = memory.slice(memory.length >> 1);
  const growth = late.at(-1).heap - late[0].heap;
  const isFlat = growth < 2;
  const noRows = more.every(([, count]) => count < 10);
  print(
    `heap in the second half: ${growth >= 0 ? "+" : ""}${growth.toFixed(1)} MB: memory ${isFlat ? "is flat" : "GROWS"}; ` +
      `${noRows ? "no rows" : "ROWS"} but audit; ${events === issued ? "each has" : "NOT each has"} its event`,
  );
}
