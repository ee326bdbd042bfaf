// Several processes beside one.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { bytesOf, directory, here, median, option, print, signed, startLoad } from "./store-common.mjs";

/** CPU seconds of a process so far, all its threads. @see proc(5) */
function cpuSecondsOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ");
  return (Number(stat[11]) + Number(stat[12])) / 100;
}
/** CPU seconds that the machine has spent on anything. */
function cpuSecondsOfAll() {
  const [user, nice, system, , , irq, softirq] = readFileSync("/proc/stat", "latin1")
    .split("\n")[0]
    .split(/ +/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / 100;
}
const childrenOf = (pid) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
/** Sockets of a process that are connected to the port. */
function connectionsOf(pid, port) {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const established = new Set(
    readFileSync("/proc/net/tcp", "latin1")
      .split("\n")
      .map((line) => line.trim().split(/ +/))
      .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === "01")
      .map((fields) => fields[9]),
  );
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return established.has(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]);
    } catch {
      return false; // it was closed meanwhile
    }
  }).length;
}

/** `rolecall start` with so many processes, and signed requests for it. */
export async function startWorkers(count) {
  const data = join(directory, `workers-${count}`);
  const args = ["--port", "0", "--data", data, "--workers", String(count), "--log-level", "error"];
  const child = spawn(process.execPath, [here("../apps/cli/bin/rolecall.js"), "start", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ROLECALL_QUOTAS: JSON.stringify({ "*": { RolesPerAccount: 10_000_000 } }) },
  });
  let output = "";
  for await (const chunk of child.stdout) {
    output += chunk;
    if (output.includes("Ready.")) break;
  }
  const url = /http:\/\/[0-9.:]+/.exec(output)[0];
  const text = readFileSync(join(data, "credentials"), "utf8");
  const value = (name) => new RegExp(`${name} = (.+)`).exec(text)[1];
  const keys = { accessKeyId: value("aws_access_key_id"), secretAccessKey: value("aws_secret_access_key") };
  const who = { Action: "GetCallerIdentity", Version: "2011-06-15" };
  return {
    count,
    url,
    keys,
    port: Number(new URL(url).port),
    request: bytesOf(url, signed(url, keys, "sts", who)),
    /** Those that serve; the process that started several of them stands first. */
    pids: count === 1 ? [child.pid] : [child.pid, ...childrenOf(child.pid)],
    rounds: [],
    stop: () =>
      new Promise((done) => {
        child.once("exit", done);
        child.kill("SIGTERM");
      }),
  };
}

/**
 * Signed GetCallerIdentity with several processes beside one. The load that they get runs on the same cores: it is as
 * light as it can be (service-load.mjs), and its CPU time is shown. The rates are what was answered a second, nothing
 * is added or left out. Rounds alternate; a round in which other programs took much of the machine says little.
 *
 * First each connection has one request under way, as clients do it. The load then costs so much beside the server that
 * the cores have no room for the goal. So the same is measured with several requests in each write, which HTTP/1.1
 * allows and which costs the load a fraction.
 */
export async function workers(number) {
  const perRound = option("requests", 20_000);
  const rounds = option("rounds", 7);
  const connections = 64;
  const cores = availableParallelism();
  const load = startLoad();
  const servers = [await startWorkers(1), await startWorkers(number)];

  async function round({ port, request, pids, rounds: done }, count, pipelined) {
    const [before, beforeAll, startedMs] = [pids.map(cpuSecondsOf), cpuSecondsOfAll(), performance.now()];
    const answer = load.run(port, [request], count, connections, pipelined);
    await pause(400); // all have been handed out by then
    const spread = pids.map((pid) => connectionsOf(pid, port));
    const { seconds, cpuMicros } = await answer;
    const cpu = pids.map((pid, at) => cpuSecondsOf(pid) - before[at]);
    const ours = cpu.reduce((a, b) => a + b) + cpuMicros / 1e6;
    const elsewhere = Math.max(0, cpuSecondsOfAll() - beforeAll - ours);
    const wall = (performance.now() - startedMs) / 1000;
    done.push({
      rate: count / seconds,
      server: (cpu.reduce((a, b) => a + b) / count) * 1e6,
      each: cpu.map((one) => one / seconds),
      load: cpuMicros / count,
      elsewhere: elsewhere / (wall * cores),
      spread,
    });
  }

  print(`${rounds} rounds in turn, ${connections} connections, ${cores} cores, node ${process.version}`);
  for (const pipelined of [1, 8]) {
    for (const server of servers) {
      await round(server, perRound * server.count, pipelined); // until the compiler has settled
      server.rounds = [];
    }
    for (let at = 0; at < rounds; at++)
      for (const server of servers) await round(server, perRound * server.count, pipelined);
    print(`\n${pipelined === 1 ? "One request" : `${pipelined} requests`} at a time on each connection`);
    report(servers, { number, cores });
  }
  for (const server of servers) await server.stop();
  load.stop();
}

function report(servers, { number, cores }) {
  const goal = 1.7;
  print(
    "workers   requests/s   server us   load us   cores used by each process   connections of each   elsewhere",
  );
  for (const { count, rounds: done } of servers) {
    const of = (pick) => median(done.map(pick));
    const { each, spread } = done.toSorted((a, b) => a.rate - b.rate)[done.length >> 1];
    print(
      [
        String(count).padStart(7),
        of(({ rate }) => rate)
          .toFixed(0)
          .padStart(12),
        of(({ server }) => server)
          .toFixed(0)
          .padStart(11),
        of(({ load: micros }) => micros)
          .toFixed(1)
          .padStart(9),
        each
          .map((one) => one.toFixed(2))
          .join(" ")
          .padStart(28),
        spread.join(" ").padStart(21),
        `${(of(({ elsewhere }) => elsewhere) * 100).toFixed(0)} %`.padStart(11),
      ].join(" "),
    );
  }
  const [one, several] = servers.map(({ rounds: done }) => done);
  const ratio = median(several.map(({ rate }, at) => rate / one[at].rate));
  print(
    `${number} workers serve ${ratio.toFixed(2)} times what one serves (goal ${goal}): ${ratio >= goal ? "met" : "NOT met"}`,
  );
  const of = (done, pick) => median(done.map(pick));
  const cost = of(several, ({ server, load }) => server + load);
  const possible = (cores * 1e6) / cost / of(one, ({ rate }) => rate);
  print(
    `A request costs ${cost.toFixed(0)} us of the cores, its load included: were they never idle, it would be ${possible.toFixed(2)} times.`,
  );
  const most = Math.max(...[one, several].map((done) => median(done.map(({ elsewhere }) => elsewhere))));
  if (most > 0.03)
    print(`Other programs took ${(most * 100).toFixed(0)} % of the machine: run it again when it is quiet.`);
}
