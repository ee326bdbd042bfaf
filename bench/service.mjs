// npm run bench:service: what a signed request costs the server, beside a bare node:http server that answers the same
// bytes to the same load in the same run. Audit is on. Machines are noisy: read the ratios of CPU time.
//
//   --requests N   requests a round and server (default 4000)
//   --rounds N     rounds; the median counts (default 5)
//   --only NAME    one workload of the two
//   --profile DIR  writes a CPU profile of each process there
//   --sessions N   afterwards, so many sessions are issued and memory is looked at (default 50000; 1000000 takes a while)
import { createHash } from "node:crypto";
import { fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { signRequest } from "../core/sigv4/dist/index.js";

const text = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const option = (name, fallback) => Number(text(name) ?? fallback);
const requestsPerRound = option("requests", 4000);
const rounds = option("rounds", 5);
const sessions = option("sessions", 50_000);
const connections = 16;
const distinct = 64;

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const data = mkdtempSync(join(tmpdir(), "rolecall-bench-"));

function child(file, args = []) {
  const profile = text("profile");
  const profiling = profile ? ["--cpu-prof", "--cpu-prof-interval=200", `--cpu-prof-dir=${profile}`] : [];
  const forked = fork(here(file), args, { execArgv: ["--expose-gc", ...profiling] });
  return {
    tell: (message) => forked.send(message),
    hear: () => new Promise((done) => forked.once("message", done)),
    async ask(message) {
      forked.send(message);
      return this.hear();
    },
    stop: () => forked.disconnect(),
  };
}

/** A signed query request as bytes on the wire. */
function signed(url, keys, form, service = "sts") {
  const body = new URLSearchParams(form).toString();
  const { host } = new URL(url);
  const head = signRequest(
    {
      method: "POST",
      path: "/",
      query: "",
      headers: [
        ["Host", host],
        ["Content-Type", "application/x-www-form-urlencoded"],
        ["User-Agent", "aws-sdk-js/3.0 bench"],
      ],
    },
    {
      credentials: keys,
      region: "us-east-1",
      service,
      nowMs: Date.now(),
      bodySha256: createHash("sha256").update(body).digest("hex"),
    },
  );
  const lines = head.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `POST / HTTP/1.1\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** One request by fetch, for set-up. */
async function call(url, keys, form, service) {
  const [head, body] = signed(url, keys, form, service).split("\r\n\r\n");
  const headers = head
    .split("\r\n")
    .slice(1)
    .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)])
    .filter(([name]) => !/^(host|content-length)$/i.test(name));
  const response = await fetch(url, { method: "POST", headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return { headers: Object.fromEntries(response.headers), text };
}

const element = (text, name) => new RegExp(`<${name}>([^<]*)`).exec(text)?.[1] ?? "";

const bare = child("service-server.mjs", ["bare"]);
const bareUrl = (await bare.hear()).url;
const rolecall = child("service-server.mjs", ["rolecall", data]);
const url = (await rolecall.hear()).url;
const load = child("service-load.mjs");

const profile = readFileSync(join(data, "credentials"), "utf8");
const root = {
  accessKeyId: /aws_access_key_id = (.+)/.exec(profile)[1],
  secretAccessKey: /aws_secret_access_key = (.+)/.exec(profile)[1],
};
const iam = (form) => call(url, root, { Version: "2010-05-08", ...form }, "iam");
const allow = (action, resource, more) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: resource, ...more }],
  });
const account = element(
  (await call(url, root, { Action: "GetCallerIdentity", Version: "2011-06-15" })).text,
  "Account",
);
await iam({ Action: "CreateUser", UserName: "bench" });
await iam({
  Action: "PutUserPolicy",
  UserName: "bench",
  PolicyName: "p",
  PolicyDocument: allow("sts:AssumeRole", "*"),
});
const key = (await iam({ Action: "CreateAccessKey", UserName: "bench" })).text;
const user = { accessKeyId: element(key, "AccessKeyId"), secretAccessKey: element(key, "SecretAccessKey") };
await iam({
  Action: "CreateRole",
  RoleName: "bench",
  AssumeRolePolicyDocument: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" },
    ],
  }),
});

const workloads = [
  {
    name: "GetCallerIdentity",
    goal: 1 / 2,
    form: () => ({ Action: "GetCallerIdentity", Version: "2011-06-15" }),
  },
  {
    name: "AssumeRole",
    goal: 1 / 3,
    form: (n) => ({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: `arn:aws:iam::${account}:role/bench`,
      RoleSessionName: `session-${n}`,
    }),
  },
];

/** CPU microseconds a request and requests a second of one server under one load. */
async function measure(server, serverUrl, requests, count) {
  const before = await server.ask({ kind: "usage" });
  const done = await load.ask({
    port: Number(new URL(serverUrl).port),
    requests,
    count,
    connections,
    expectedStatus: 200,
  });
  if (done.error) throw new Error(done.error);
  const after = await server.ask({ kind: "usage" });
  return { micros: (after.cpuMicros - before.cpuMicros) / count, perSecond: count / done.seconds };
}

const requestsOf = (form, target) =>
  Array.from({ length: distinct }, (_, n) => signed(target, user, form(n)));

process.stdout.write(
  `${rounds} rounds of ${requestsPerRound} requests on ${connections} connections, node ${process.version}\n\n`,
);
for (const { name, goal, form } of workloads) {
  if ((text("only") ?? name) !== name) continue;
  const example = await call(url, user, { ...form(0) });
  const headers = Object.fromEntries(
    Object.entries(example.headers).filter(([header]) => !/^(connection|keep-alive)$/.test(header)),
  );
  bare.tell({ kind: "answer", answer: { status: 200, headers, body: example.text } });
  await measure(bare, bareUrl, requestsOf(form, bareUrl), requestsPerRound);
  await measure(rolecall, url, requestsOf(form, url), requestsPerRound);
  const results = [];
  for (let round = 0; round < rounds; round++) {
    const theirs = await measure(bare, bareUrl, requestsOf(form, bareUrl), requestsPerRound);
    const ours = await measure(rolecall, url, requestsOf(form, url), requestsPerRound);
    results.push({ theirs, ours, ratio: theirs.micros / ours.micros });
  }
  const of = (pick) => median(results.map(pick));
  const ratio = of((r) => r.ratio);
  process.stdout.write(
    [
      `${name}, signed, audited`,
      `  bare node:http  ${of((r) => r.theirs.micros).toFixed(0)} µs CPU a request, ${of((r) => r.theirs.perSecond).toFixed(0)} requests/s`,
      `  rolecall        ${of((r) => r.ours.micros).toFixed(0)} µs CPU a request, ${of((r) => r.ours.perSecond).toFixed(0)} requests/s`,
      `  ratio           ${ratio.toFixed(2)} of bare (goal ${goal.toFixed(2)}): ${ratio >= goal ? "met" : "NOT met"}`,
      "",
      "",
    ].join("\n"),
  );
}

if (sessions > 0) {
  const form = workloads[1].form;
  const step = Math.max(1, Math.floor(sessions / 5));
  const lines = [];
  for (let issued = 0; issued < sessions; issued += step) {
    await measure(rolecall, url, requestsOf(form, url), step);
    const { rss, heapUsed } = await rolecall.ask({ kind: "usage", collect: true });
    lines.push(
      `  after ${issued + step}: ${(heapUsed / 2 ** 20).toFixed(1)} MB heap, ${(rss / 2 ** 20).toFixed(0)} MB resident`,
    );
  }
  process.stdout.write(`Memory while ${sessions} sessions are issued\n${lines.join("\n")}\n`);
}

for (const one of [bare, rolecall, load]) one.stop();
rmSync(data, { recursive: true, force: true });
