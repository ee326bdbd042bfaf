import { AggregatorRegistry } from "prom-client";
import type { Registry } from "prom-client";
import type { Started, Starter } from "./worker-channel.ts";

/**
 * The metrics of several processes, as one. The worker that is asked asks the process that started it, which asks all
 * workers and adds up. Nothing is sent otherwise: a worker counts as a single process does.
 */
export type MetricsMessage =
  /** A worker wants the sum. */
  | { type: "metrics-wanted"; id: number }
  /** Each worker is asked for its own, */
  | { type: "metrics-asked"; round: number }
  /** and gives them. */
  | { type: "metrics-given"; round: number; metrics: Collected[] }
  | { type: "metrics-summed"; id: number; text: string };

/** A metric as prom-client gives it, and takes it to add up. */
interface Collected {
  name: string;
  type: string;
}

/** A worker that has not answered by then is counted as it was when it last did. */
const answerMs = 2000;
/** The process that started us would have answered by then. */
const sumMs = 5000;

/**
 * In a worker: tells its metrics whenever it is asked.
 * @returns asks for the sum of all workers, in Prometheus's text form
 */
export function shareMetrics(registry: Registry, starter: Starter<MetricsMessage>): () => Promise<string> {
  const waiting = new Map<number, (text: string) => void>();
  let asked = 0;

  starter.onMessage((message) => {
    if (message.type === "metrics-summed") waiting.get(message.id)?.(message.text);
    // Who does not answer is counted as he was.
    if (message.type === "metrics-asked") void tell(message.round).catch(() => undefined);
  });

  async function tell(round: number): Promise<void> {
    const metrics = (await registry.getMetricsAsJSON()) as unknown as Collected[];
    starter.send({ type: "metrics-given", round, metrics });
  }

  return () => {
    const id = ++asked;
    return new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the workers' metrics were not added up")), sumMs);
      waiting.set(id, (text) => {
        clearTimeout(timer);
        resolve(text);
      });
      starter.send({ type: "metrics-wanted", id });
    }).finally(() => waiting.delete(id));
  };
}

type Counted = Started<MetricsMessage>;

/** @returns is to be told of every worker that starts */
export function sumMetrics(): (worker: Counted) => void {
  /** What each last gave. */
  const workers = new Map<Counted, Collected[]>();
  /** What workers had counted that have ended: a sum that went back would be taken for a restart of all. */
  let ended: Collected[] = [];
  let round = 0;
  let gathering: { round: number; missing: Set<Counted>; done: () => void } | undefined;
  let summing: Promise<string> | undefined;

  async function gather(): Promise<void> {
    const missing = new Set([...workers.keys()].filter((worker) => worker.isConnected()));
    if (missing.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, answerMs);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      gathering = { round: ++round, missing, done };
      for (const worker of missing) worker.send({ type: "metrics-asked", round });
    });
    gathering = undefined;
  }

  function answered(worker: Counted): void {
    if (gathering?.missing.delete(worker) && gathering.missing.size === 0) gathering.done();
  }

  async function sum(): Promise<string> {
    await gather();
    return added([...workers.values(), ended]).metrics();
  }

  /** Whoever asks while others are being answered gets the next answer: this one may be older than his question. */
  async function nextSum(): Promise<string> {
    await summing?.catch(() => undefined);
    return (summing ??= sum().finally(() => (summing = undefined)));
  }

  return (worker) => {
    workers.set(worker, []);
    worker.on("message", (message) => {
      if (message.type === "metrics-wanted")
        void nextSum().then(
          (text) => {
            if (worker.isConnected()) worker.send({ type: "metrics-summed", id: message.id, text });
          },
          // Who asked gives up by himself.
          () => undefined,
        );
      if (message.type !== "metrics-given" || !workers.has(worker)) return;
      workers.set(worker, message.metrics);
      if (message.round === gathering?.round) answered(worker);
    });
    worker.once("exit", () => {
      const last = (workers.get(worker) ?? []).filter(
        ({ type }) => type === "counter" || type === "histogram",
      );
      workers.delete(worker);
      answered(worker);
      void added([ended, last])
        .getMetricsAsJSON()
        .then((metrics) => (ended = metrics as unknown as Collected[]));
    });
  };
}

const added = (of: Collected[][]): Registry => AggregatorRegistry.aggregate(of);
