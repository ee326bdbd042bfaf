// npm run bench:iam: what IAM writes cost on the embedded store with full durability, and what a page of a long listing
// costs. Audit is on. One client waits for the disk at each write; many share their commits, so how much faster they are
// is a matter of the disk: CPU time is spent for each role, the disk's once for all who share. The same is measured on
// this disk and, simulated, on slower ones: the server stands still for so much longer at each commit. Cloud block
// storage takes 1 to 3 ms, a hard disk 8.
//
//   --requests N   CreateRole calls a round of the one client (default 60); the sixteen make eight times as many
//   --rounds N     rounds; the median counts (default 5)
//   --roles N      roles of the account that is listed (default 100000)
//   --pages N      pages of 100 a measurement (default 40), of which there are five a round and place
import { createHash } from "node:crypto";
import { fork } from "node:child_process";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { signRequest } from "../core/sigv4/dist/index.js";
import { openSqliteStore } from "../stores/sqlite/dist/index.js";

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const requestsPerRound = option("requests", 60);
const rounds = option("rounds", 5);
const listedRoles = option("roles", 100_000);
const pages = option("pages", 40);
const clients = 16;
const writeGoal = 5;
const pageGoal = 1.25;

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const data = mkdtempSync(join(tmpdir(), "rolecall-bench-"));
const quotas = JSON.stringify({ "*": { RolesPerAccount: 10_000_000 } });

function child(file, args = []) {
  const forked = fork(here(file), args, { execArgv: ["--expose-gc"] });
  const hear = () => new Promise((done) => forked.once("message", done));
  return {
    hear,
    ask(message) {
      forked.send(message);
      return hear();
    },
    stop() {
      const ended = new Promise((done) => forked.once("exit", done));
      forked.disconnect();
      return ended;
    },
  };
}

/** A signed IAM request as bytes on the wire. */
function signed(url, keys, form) {
  const body = new URLSearchParams({ Version: "2010-05-08", ...form }).toString();
  const head = signRequest(
    {
      method: "POST",
      path: "/",
      query: "",
      headers: [
        ["Host", new URL(url).host],
        ["Content-Type", "application/x-www-form-urlencoded"],
        ["User-Agent", "aws-sdk-js/3.0 bench"],
      ],
    },
    {
      credentials: keys,
      region: "us-east-1",
      service: "iam",
      nowMs: Date.now(),
      bodySha256: createHash("sha256").update(body).digest("hex"),
    },
  );
  const lines = head.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `POST / HTTP/1.1\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`;
}

const rootKeys = () => {
  const profile = readFileSync(join(data, "credentials"), "utf8");
  return {
    accessKeyId: /aws_access_key_id = (.+)/.exec(profile)[1],
    secretAccessKey: /aws_secret_access_key = (.+)/.exec(profile)[1],
  };
};

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

let server = child("service-server.mjs", ["rolecall", data, quotas]);
let { url } = await server.hear();
const load = child("service-load.mjs");
const root = rootKeys();

/** Sends requests once each; seconds and CPU microseconds of the server. */
async function run(requests, connections) {
  const before = await server.ask({ kind: "usage" });
  const done = await load.ask({
    port: Number(new URL(url).port),
    requests,
    count: requests.length,
    connections,
    expectedStatus: 200,
  });
  if (done.error) throw new Error(done.error);
  const after = await server.ask({ kind: "usage" });
  return { seconds: done.seconds, micros: after.cpuMicros - before.cpuMicros };
}

let made = 0;
const createRoles = (count) =>
  Array.from({ length: count }, () =>
    signed(url, root, {
      Action: "CreateRole",
      RoleName: `bench-${++made}`,
      AssumeRolePolicyDocument: trust,
    }),
  );

/** CreateRole calls a second. */
async function writeRate(count, connections) {
  const { seconds, micros } = await run(createRoles(count), connections);
  return { perSecond: count / seconds, micros: micros / count };
}

/** Milliseconds in which this disk makes a page durable. */
function diskMs() {
  const file = openSync(join(data, "probe"), "w");
  const page = Buffer.alloc(4096);
  const times = Array.from({ length: 50 }, () => {
    writeSync(file, page);
    const startMs = performance.now();
    fdatasyncSync(file);
    return performance.now() - startMs;
  });
  closeSync(file);
  return median(times);
}

await writeRate(requestsPerRound, 1);
await writeRate(requestsPerRound * 4, clients);

/** What is added to each commit; 0 is the disk as it is. */
const delaysMs = [0, 2, 5];
const results = new Map(delaysMs.map((delayMs) => [delayMs, []]));
for (let round = 0; round < rounds; round++)
  for (const delayMs of delaysMs) {
    await server.ask({ kind: "disk", delayMs });
    const one = await writeRate(requestsPerRound, 1);
    const many = await writeRate(requestsPerRound * 8, clients);
    results.get(delayMs).push({ one, many, disk: diskMs(), ratio: many.perSecond / one.perSecond });
  }
await server.ask({ kind: "disk", delayMs: 0 });

const diskNow = median([...results.values()].flat().map(({ disk }) => disk));
process.stdout.write(
  [
    `CreateRole, signed, audited, durable; median of ${rounds} rounds, node ${process.version}`,
    `  this disk makes an append durable in ${diskNow.toFixed(2)} ms`,
    "",
  ].join("\n"),
);
const ratios = new Map();
for (const [delayMs, list] of results) {
  const of = (pick) => median(list.map(pick));
  const ratio = of((r) => r.ratio);
  ratios.set(delayMs, ratio);
  // What CPU time and disk make of it when nobody else uses the machine: the one pays both at each role, the many share
  // the disk.
  const disk = (delayMs + diskNow) * 1000;
  const law = (of((r) => r.one.micros) + disk) / (of((r) => r.many.micros) + disk / clients);
  process.stdout.write(
    [
      delayMs === 0 ? "  on this disk" : `  simulated: ${delayMs} ms more a commit`,
      `    1 client     ${of((r) => 1000 / r.one.perSecond).toFixed(2)} ms a role, ${of((r) => r.one.perSecond).toFixed(0)} roles/s, ${of((r) => r.one.micros).toFixed(0)} µs CPU a role`,
      `    ${clients} clients   ${of((r) => r.many.perSecond).toFixed(0)} roles/s, ${of((r) => r.many.micros).toFixed(0)} µs CPU a role`,
      `    ratio        ${ratio.toFixed(1)}; CPU time and disk alone make it ${law.toFixed(1)}`,
      "",
    ].join("\n"),
  );
}
const verdict = (ratio) =>
  `${ratio.toFixed(1)} (goal ${writeGoal}): ${ratio >= writeGoal ? "met" : "NOT met"}`;
process.stdout.write(
  [
    `  ratio on this disk   ${verdict(ratios.get(0))}`,
    ...delaysMs.slice(1).map((delayMs) => `  ratio at ${delayMs} ms        ${verdict(ratios.get(delayMs))}`),
    "",
    "",
  ].join("\n"),
);

await server.stop();
await fill();
server = child("service-server.mjs", ["rolecall", data, quotas]);
({ url } = await server.hear());

/** Roles straight into the store: a hundred thousand calls would take minutes. */
async function fill() {
  const store = await openSqliteStore({ path: join(data, "rolecall.db") });
  const [account] = await store.read((tx) => tx.accounts.list([], { limit: 1 }));
  const { accountId } = account;
  for (let from = 0; from < listedRoles; from += 2000)
    await store.write(async (tx) => {
      for (let n = from; n < Math.min(from + 2000, listedRoles); n++)
        await tx.roles.insert({
          accountId,
          roleId: `AROA${String(n).padStart(17, "0")}`,
          name: `listed-${String(n).padStart(7, "0")}`,
          path: "/",
          createdAtMs: Date.now(),
          maxSessionDurationSeconds: 3600,
          trustPolicy: { document: trust, principalIds: {} },
          attachedPolicies: [],
          inlinePolicies: [],
          tags: [],
        });
    });
  await store.close();
}

async function call(form) {
  const [head, body] = signed(url, root, form).split("\r\n\r\n");
  const headers = head
    .split("\r\n")
    .slice(1)
    .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)])
    .filter(([name]) => !/^(host|content-length)$/i.test(name));
  const response = await fetch(url, { method: "POST", headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

const markers = [];
let seen = 0;
for (let Marker; ;) {
  markers.push(Marker);
  const text = await call({ Action: "ListRoles", MaxItems: "1000", ...(Marker && { Marker }) });
  seen += text.split("<RoleName>").length - 1;
  Marker = /<Marker>([^<]*)/.exec(text)?.[1];
  if (Marker === undefined) break;
}

/** CPU microseconds of a page of 100 behind a marker. */
async function pageMicros(marker) {
  const form = { Action: "ListRoles", MaxItems: "100", ...(marker && { Marker: marker }) };
  const requests = Array.from({ length: pages }, () => signed(url, root, form));
  return (await run(requests, 1)).micros / pages;
}

const places = { start: markers[0], middle: markers[Math.floor(markers.length / 2)], end: markers.at(-2) };
const micros = Object.fromEntries(Object.keys(places).map((place) => [place, []]));
for (let round = 0; round < 5 * (rounds + 1); round++)
  for (const [place, marker] of Object.entries(places)) {
    const one = await pageMicros(marker);
    // The first ones warm up.
    if (round >= 5) micros[place].push(one);
  }
const atPlace = Object.fromEntries(Object.entries(micros).map(([place, list]) => [place, median(list)]));
const pageRatio = Math.max(...Object.values(atPlace)) / Math.min(...Object.values(atPlace));
process.stdout.write(
  [
    `ListRoles over ${seen} roles, pages of 100; CPU a page, median of ${5 * rounds} times ${pages}`,
    ...Object.entries(atPlace).map(([place, value]) => `  ${place.padEnd(8)} ${value.toFixed(0)} µs`),
    `  dearest to cheapest  ${pageRatio.toFixed(2)} (goal at most ${pageGoal}): ${pageRatio <= pageGoal ? "met" : "NOT met"}`,
    "",
  ].join("\n"),
);

await Promise.all([server.stop(), load.stop()]);
rmSync(data, { recursive: true, force: true });
