import cluster from "node:cluster";
import type { Worker } from "node:cluster";
import type { Log } from "./logger.ts";
import { SettingsProblem } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { prepareInstallation, startServer } from "./start.ts";
import type { RunningServer, ServerFacts } from "./start.ts";
import type { Starter } from "./worker-channel.ts";
import { shareMetrics, sumMetrics } from "./worker-metrics.ts";
import type { MetricsMessage } from "./worker-metrics.ts";
import { giveTurns, takeTurns } from "./write-turns.ts";
import type { TurnMessage } from "./write-turns.ts";

/** Carries a worker's number. It is not one of the settings, whose names all begin with ROLECALL_. */
const numberVariable = "WORKER_OF_ROLECALL";

/** A worker that ended is replaced after this time, doubled each time that it ends soon again. */
const firstPauseMs = 250;
const longestPauseMs = 10_000;
/** Who has lived so long ended for another reason. */
const longLifeMs = 60_000;

/** Workers that have not ended by then are killed. It is less than the process itself is given. */
const stopMs = 4500;

type StartMessage =
  { type: "ready"; facts: ServerFacts } | { type: "failed"; message: string; hint: string | undefined };
type Message = StartMessage | MetricsMessage | TurnMessage;

/** 1, 2, …; `undefined` in a process that is no worker. */
export function workerNumber(): number | undefined {
  return cluster.isWorker ? Number(process.env[numberVariable]) : undefined;
}

/** In a worker: serves, and tells the process that started it how that went. */
export async function startWorker(settings: Settings, version: string, log: Log): Promise<RunningServer> {
  const tell = (message: Message): Promise<void> =>
    new Promise((resolve) => {
      if (process.send) process.send(message, undefined, {}, () => resolve());
      else resolve();
    });
  const starter = <M extends Message>(): Starter<M> => ({
    send: (message) => void tell(message),
    onMessage: (listener) => void process.on("message", listener),
  });
  try {
    const server = await startServer(settings, version, log, {
      worker: workerNumber(),
      metricsOfAll: (registry) => shareMetrics(registry, starter()),
      writeTurns: takeTurns(starter()),
    });
    const { close: _close, ...facts } = server;
    await tell({ type: "ready", facts });
    return server;
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    await tell({ type: "failed", message, hint });
    // The other process says it.
    process.exit(1);
  }
}

/**
 * Serves with several processes that share the port. Each runs this program again, with the same arguments. What
 * happens once (first start, migration) has happened before they begin.
 *
 * @throws what a worker could not start for
 */
export async function startWorkers(settings: Settings, _version: string, log: Log): Promise<RunningServer> {
  const { isNew } = await prepareInstallation(settings);
  const workers = new Map<number, Worker>();
  const countMetrics = sumMetrics();
  const giveTurnsTo = giveTurns();
  let isStopping = false;

  function start(number: number): { worker: Worker; ready: Promise<ServerFacts> } {
    const worker = cluster.fork({ [numberVariable]: String(number) });
    workers.set(number, worker);
    countMetrics(worker);
    giveTurnsTo(worker);
    const ready = new Promise<ServerFacts>((resolve, reject) => {
      worker.on("message", (message: Message) => {
        if (message.type === "ready") resolve(message.facts);
        if (message.type === "failed") reject(new SettingsProblem(message.message, message.hint ?? ""));
      });
      worker.once("exit", (code) =>
        reject(new Error(`worker ${number} ended with ${code} before it was ready`)),
      );
    });
    return { worker, ready };
  }

  /** Replaces a worker whenever it ends. */
  function watch(number: number, worker: Worker, pauseMs: number): void {
    const startedAtMs = performance.now();
    worker.once("exit", (code, signal) => {
      if (isStopping) return;
      const lived = performance.now() - startedAtMs > longLifeMs;
      const nextPauseMs = lived ? firstPauseMs : pauseMs;
      log("error", "a worker ended and is replaced", { worker: number, code, signal, afterMs: nextPauseMs });
      setTimeout(() => {
        if (isStopping) return;
        const { worker: successor, ready } = start(number);
        ready.catch((error: Error) =>
          log("error", "a worker could not start", { worker: number, error: error.message }),
        );
        watch(number, successor, Math.min(2 * nextPauseMs, longestPauseMs));
      }, nextPauseMs);
    });
  }

  async function stop(): Promise<void> {
    isStopping = true;
    const running = [...workers.values()].filter((worker) => !worker.isDead());
    const ended = running.map(
      (worker) => new Promise<void>((resolve) => worker.once("exit", () => resolve())),
    );
    for (const worker of running) worker.process.kill("SIGTERM");
    const killing = setTimeout(() => {
      for (const worker of running) worker.process.kill("SIGKILL");
    }, stopMs);
    await Promise.all(ended);
    clearTimeout(killing);
  }

  // One after the other: the first that cannot start says why, and no other begins.
  try {
    let facts: ServerFacts | undefined;
    for (let number = 1; number <= settings.workers; number++) {
      const { worker, ready } = start(number);
      const told = await ready;
      facts ??= told;
      watch(number, worker, firstPauseMs);
    }
    if (!facts) throw new Error("no worker");
    return { ...facts, isNew, close: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
