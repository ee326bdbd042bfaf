// Writes with several processes on one file: they take turns (apps/server/src/write-turns.ts).
import { Agent, request } from "node:http";
import { availableParallelism } from "node:os";
import { median, option, print, signed } from "./store-common.mjs";
import { startWorkers } from "./store-workers.mjs";

const connections = 16;

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

function post(url, agent, { body, headers }) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent, headers }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(Buffer.concat(chunks).toString()));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

let made = 0;

/** Each connection has one request under way. Milliseconds that each took, from first to last. */
async function round({ url, keys, agent }, count) {
  const times = [];
  let left = count;
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left-- > 0) {
        const form = { Action: "CreateRole", Version: "2010-05-08", RoleName: `bench-${++made}` };
        const sentMs = performance.now();
        await post(url, agent, signed(url, keys, "iam", { ...form, AssumeRolePolicyDocument: trust }));
        times.push(performance.now() - sentMs);
      }
    }),
  );
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  return {
    rate: (1000 * count) / (performance.now() - startMs),
    middle: at(0.5),
    slow: at(0.99),
    slowest: at(1),
  };
}

/** The client signs and runs on the same cores, so rates say how servers compare, not what one can do. */
export async function writers(number) {
  const perRound = option("requests", 6000);
  const rounds = option("rounds", 5);
  const servers = [];
  for (const count of [1, number])
    servers.push({
      ...(await startWorkers(count)),
      agent: new Agent({ keepAlive: true, maxSockets: connections }),
    });
  for (const server of servers) await round(server, perRound); // until the compiler has settled
  for (let at = 0; at < rounds; at++)
    for (const server of servers) server.rounds.push(await round(server, perRound));

  print(
    `CreateRole, ${rounds} rounds of ${perRound} in turn, ${connections} connections, ${availableParallelism()} cores, node ${process.version}`,
  );
  print("workers   roles/s   median ms   99 of 100 within   slowest");
  for (const { count, rounds: done } of servers) {
    const of = (pick) => median(done.map(pick));
    const cell = (value, width) => value.toFixed(1).padStart(width);
    print(
      [
        String(count).padStart(7),
        of(({ rate }) => rate)
          .toFixed(0)
          .padStart(9),
        cell(
          of(({ middle }) => middle),
          11,
        ),
        cell(
          of(({ slow }) => slow),
          18,
        ),
        cell(
          of(({ slowest }) => slowest),
          9,
        ),
      ].join(" "),
    );
  }
  for (const { agent, stop } of servers) {
    agent.destroy();
    await stop();
  }
}
