// One server under test, in a process of its own: `rolecall`, on a data directory, or `bare`, a node:http server that
// answers the bytes it was given. The parent asks for its CPU time and memory over the message channel.
import { subscribe } from "node:diagnostics_channel";
import { createServer } from "node:http";
import { startServer, resolveSettings } from "../apps/server/dist/index.js";

const [kind, data = "", quotas] = process.argv.slice(2);

/** Reads the whole body, as every server must that looks at a form, and answers the bytes of the example. */
function startBare() {
  let answer = { status: 200, headers: [], body: "" };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    });
  });
  process.on("message", (message) => {
    if (message.kind === "answer") answer = message.answer;
  });
  return new Promise((done) => {
    server.listen(0, "127.0.0.1", () => done(`http://127.0.0.1:${server.address().port}`));
  });
}

async function startRolecall() {
  const settings = resolveSettings([{ port: ["0"], data: [data], ...(quotas && { quotas: [quotas] }) }]);
  const server = await startServer(settings, "bench", (level, message, facts) => {
    if (level === "warn" || level === "error")
      process.stderr.write(`${level} ${message} ${JSON.stringify(facts)}\n`);
  });
  return server.url;
}

/** A disk that needs so much longer for each commit: the process stands still for it, as it does for a real one. */
let commitDelayMs = 0;
const never = new Int32Array(new SharedArrayBuffer(4));
subscribe("rolecall:sqlite:commit", () => {
  if (commitDelayMs > 0) Atomics.wait(never, 0, 0, commitDelayMs);
});

process.on("message", (message) => {
  if (message.kind === "disk") {
    commitDelayMs = message.delayMs;
    process.send({ kind: "disk" });
  }
  if (message.kind !== "usage") return;
  if (message.collect) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ kind: "usage", cpuMicros: user + system, rss, heapUsed });
});
process.on("disconnect", () => process.exit(0));

const url = await (kind === "bare" ? startBare() : startRolecall());
process.send({ kind: "ready", url });
