// What the benchmarks of the stores share.
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { signRequest } from "../core/sigv4/dist/index.js";

export const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
export const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
export const print = (line) => process.stdout.write(`${line}\n`);
export const directory = mkdtempSync(join(tmpdir(), "rolecall-bench-store-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
export const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** About 1.1 KB, as roles with a trust policy and an inline policy are. */
export const role = (accountId, n, trust = "x".repeat(400)) => ({
  accountId,
  roleId: `AROA${accountId}${String(n).padStart(7, "0")}`,
  name: `role-${n}`,
  path: "/",
  createdAtMs: 1_790_000_000_000,
  maxSessionDurationSeconds: 3600,
  trustPolicy: { document: trust, principalIds: {} },
  attachedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
  inlinePolicies: [{ name: "inline", document: "y".repeat(400) }],
  tags: [{ key: "team", value: "platform" }],
});

/** A signed request, its headers but for Host by name. */
export function signed(url, keys, service, form) {
  const body = new URLSearchParams(form).toString();
  const { headers } = signRequest(
    {
      method: "POST",
      path: "/",
      query: "",
      headers: [
        ["Host", new URL(url).host],
        ["Content-Type", "application/x-www-form-urlencoded"],
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
  return { body, headers: Object.fromEntries(headers.filter(([name]) => !/^host$/i.test(name))) };
}

/** The same as the bytes that are sent. */
export function bytesOf(url, { body, headers }) {
  const lines = Object.entries({ Host: new URL(url).host, ...headers, "Content-Length": body.length });
  return `POST / HTTP/1.1\r\n${lines.map(([name, text]) => `${name}: ${text}\r\n`).join("")}\r\n${body}`;
}

/** The load, in a process of its own. */
export function startLoad() {
  const load = fork(here("service-load.mjs"));
  return {
    async run(port, requests, count, connections, pipelined = 1) {
      load.send({ port, requests, count, connections, expectedStatus: 200, pipelined });
      const answer = await new Promise((resolve) => {
        load.once("message", resolve);
        load.once("exit", (code, signal) => resolve({ error: `the load ended with ${code ?? signal}` }));
      });
      load.removeAllListeners("exit");
      if (answer.error) throw new Error(answer.error);
      return answer;
    },
    stop: () => load.disconnect(),
  };
}

export async function call(url, keys, service, form) {
  const { body, headers } = signed(url, keys, service, form);
  const answer = await fetch(url, { method: "POST", headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

export const element = (text, name) => new RegExp(`<${name}>([^<]*)`).exec(text)?.[1] ?? "";

/** A server in a process of its own, that tells its CPU time and memory. */
export async function server(data) {
  const startedMs = performance.now();
  const child = fork(here("service-server.mjs"), ["rolecall", data], { execArgv: ["--expose-gc"] });
  const hear = () => new Promise((done) => child.once("message", done));
  const { url } = await hear();
  await fetch(`${url}/_rolecall/health`);
  return {
    url,
    startMs: performance.now() - startedMs,
    async cpuMicros() {
      child.send({ kind: "usage" });
      return (await hear()).cpuMicros;
    },
    /** After a collection. */
    async megabytes() {
      child.send({ kind: "usage", collect: true });
      const { rss, heapUsed } = await hear();
      return { rss: rss / 1_048_576, heap: heapUsed / 1_048_576 };
    },
    stop: () =>
      new Promise((done) => {
        child.once("exit", done);
        child.disconnect();
      }),
    keys() {
      const text = readFileSync(join(data, "credentials"), "utf8");
      const value = (name) => new RegExp(`${name} = (.+)`).exec(text)[1];
      return { accessKeyId: value("aws_access_key_id"), secretAccessKey: value("aws_secret_access_key") };
    },
  };
}
