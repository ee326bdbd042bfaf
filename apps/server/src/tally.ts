import { Counter, Histogram } from "prom-client";
import type { Registry } from "prom-client";

/**
 * Counting in plain numbers. prom-client looks up labels at each count, which costs more than what is counted; here
 * whoever counts holds its number, and prom-client reads all of them when somebody asks.
 */
export type Labels = Readonly<Record<string, string>>;

interface MetricOptions {
  name: string;
  help: string;
  labelNames: string[];
  registers: Registry[];
}

/** A counter whose values are read when somebody asks. Those that are 0 are left out. */
export function readCounter(options: MetricOptions, read: () => Iterable<[Labels, number]>): Counter {
  return new Counter({
    ...options,
    collect() {
      this.reset();
      for (const [labels, value] of read()) if (value > 0) this.inc(labels, value);
    },
  });
}

/** Durations under one set of labels. */
export interface Spread {
  readonly labels: Labels;
  /** The last bucket is for those above all bounds. */
  readonly buckets: Float64Array;
  readonly boundsMs: readonly number[];
  sumMs: number;
}

export function note(spread: Spread, durationMs: number): void {
  const { boundsMs, buckets } = spread;
  let at = 0;
  while (at < boundsMs.length && durationMs > (boundsMs[at] ?? Infinity)) at++;
  buckets[at] = (buckets[at] ?? 0) + 1;
  spread.sumMs += durationMs;
}

/**
 * A histogram of durations, which is given in seconds.
 * @returns makes the spread of one set of labels; those in which nothing was noted are not shown
 */
export function spreads(options: MetricOptions & { buckets: number[] }): (labels: Labels) => Spread {
  const { name, help, buckets } = options;
  const boundsMs = buckets.map((seconds) => seconds * 1000);
  const all: Spread[] = [];
  const collected = async (): Promise<object> => ({
    name,
    help,
    type: "histogram",
    aggregator: "sum",
    values: all.flatMap((spread) => valuesOf(name, buckets, spread)),
  });
  // prom-client has no way to set buckets. The first is what a registry asks for values, the second for text.
  Object.assign(new Histogram(options), { get: collected, getForPromString: collected });
  return (labels) => {
    const spread = { labels, buckets: new Float64Array(boundsMs.length + 1), boundsMs, sumMs: 0 };
    all.push(spread);
    return spread;
  };
}

interface Value {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

function valuesOf(name: string, bounds: readonly number[], { labels, buckets, sumMs }: Spread): Value[] {
  let count = 0;
  const values = [...buckets].map((inBucket, at) => {
    count += inBucket;
    return { metricName: `${name}_bucket`, labels: { le: bounds[at] ?? "+Inf", ...labels }, value: count };
  });
  if (count === 0) return [];
  return [
    ...values,
    { metricName: `${name}_sum`, labels, value: sumMs / 1000 },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
