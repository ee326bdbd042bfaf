import type { PolicyCacheStats } from "@rolecall/access";
import type { FinishedRequest } from "@rolecall/pipeline";
import type { CacheStatistics } from "@rolecall/store-cached";
import type { KeptStatistics } from "@rolecall/store-sqlite";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { Aggregator } from "prom-client";
import type { StoreObserver, TransactionKind, TransactionOutcome } from "./metered-store.ts";
import { note, readCounter, spreads } from "./tally.ts";
import type { Spread } from "./tally.ts";

/** What the process counts, for `GET /_rolecall/metrics`. Labels are names of ours: nothing of a request's content. */
export interface Metrics {
  registry: Registry;
  request(request: FinishedRequest): void;
  store: StoreObserver;
}

export interface MetricsSources {
  version: string;
  /** Ids of the services that are served here. All others are counted together: anybody can ask for any name. */
  services: readonly string[];
  policyCache: () => PolicyCacheStats;
  /** Of the store that there is: one of the two is undefined. */
  recordCache: (() => CacheStatistics) | undefined;
  keptAnswers: (() => KeptStatistics) | undefined;
}

/** Seconds; decisions take microseconds, requests milliseconds. */
const decisionBuckets = [0.000025, 0.0001, 0.00025, 0.001, 0.0025, 0.01, 0.05, 0.25, 1];
const requestBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10];

/** Operations of STS whose success is a new session, by what they are called in the metric. */
const issuing = new Set([
  "AssumeRole",
  "AssumeRoleWithSAML",
  "AssumeRoleWithWebIdentity",
  "AssumeRoot",
  "GetDelegatedAccessToken",
  "GetFederationToken",
  "GetSessionToken",
]);

const otherService = "other";

/**
 * @see https://prometheus.io/docs/practices/naming/
 */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  // `aggregator`: how the values of several processes become one, where their sum would mean nothing.
  new Gauge({
    name: "rolecall_build_info",
    help: "Always 1.",
    labelNames: ["version"],
    aggregator: "first",
    registers,
  }).set({ version: sources.version }, 1);
  new Gauge({ name: "rolecall_processes", help: "Server processes that are counted here.", registers }).set(
    1,
  );
  const services = requestMetrics(registers);
  const transactions = transactionMetrics(registers);
  policyCacheMetrics(sources.policyCache, registers);
  if (sources.recordCache) recordCacheMetrics(sources.recordCache, registers);
  if (sources.keptAnswers) keptAnswersMetrics(sources.keptAnswers, registers);

  const known = new Set(sources.services);

  return {
    registry,
    request({ service, operation, outcome, durationMs, authorizeMs }) {
      const counts = services(known.has(service) ? service : otherService);
      outcomesOf(counts, operation ?? "unknown")[outcome]++;
      note(counts.duration, durationMs);
      if (authorizeMs !== undefined) note(counts.decision, authorizeMs);
    },
    store(kind, outcome, durationMs) {
      const counts = transactions[kind];
      counts[outcome]++;
      note(counts.duration, durationMs);
    },
  };
}

/** What answered requests of one service add up to. */
interface ServiceCounts {
  operations: Map<string, OutcomeCounts>;
  duration: Spread;
  decision: Spread;
}

type OutcomeCounts = Record<FinishedRequest["outcome"], number>;

function outcomesOf({ operations }: ServiceCounts, operation: string): OutcomeCounts {
  const found = operations.get(operation);
  if (found) return found;
  const begun = { ok: 0, denied: 0, refused: 0, failed: 0 };
  operations.set(operation, begun);
  return begun;
}

function requestMetrics(registers: Registry[]): (service: string) => ServiceCounts {
  const byService = new Map<string, ServiceCounts>();
  readCounter(
    {
      name: "rolecall_requests_total",
      help: "Answered requests. outcome: ok, denied (by a decision), refused (the client's mistake), failed (ours).",
      labelNames: ["service", "operation", "outcome"],
      registers,
    },
    function* () {
      for (const [service, { operations }] of byService)
        for (const [operation, outcomes] of operations)
          for (const [outcome, count] of Object.entries(outcomes))
            yield [{ service, operation, outcome }, count];
    },
  );
  const duration = spreads({
    name: "rolecall_request_duration_seconds",
    help: "From the head of a request to its answer, audit included.",
    labelNames: ["service"],
    buckets: requestBuckets,
    registers,
  });
  const decision = spreads({
    name: "rolecall_authorize_duration_seconds",
    help: "Gathering a caller's policies and deciding all checks of a request.",
    labelNames: ["service"],
    buckets: decisionBuckets,
    registers,
  });
  readCounter(
    {
      name: "rolecall_sessions_issued_total",
      help: "Temporary credentials that were issued.",
      labelNames: ["operation"],
      registers,
    },
    function* () {
      for (const [operation, { ok }] of byService.get("sts")?.operations ?? [])
        if (issuing.has(operation)) yield [{ operation }, ok];
    },
  );

  function begin(service: string): ServiceCounts {
    const counts = {
      operations: new Map(),
      duration: duration({ service }),
      decision: decision({ service }),
    };
    byService.set(service, counts);
    return counts;
  }
  return (service) => byService.get(service) ?? begin(service);
}

type TransactionCounts = Record<TransactionOutcome, number> & { duration: Spread };

function transactionMetrics(registers: Registry[]): Record<TransactionKind, TransactionCounts> {
  const duration = spreads({
    name: "rolecall_store_transaction_duration_seconds",
    help: "Transactions of the store, waiting for the commit included.",
    labelNames: ["kind"],
    buckets: requestBuckets,
    registers,
  });
  const begin = (kind: TransactionKind): TransactionCounts => ({
    ok: 0,
    undone: 0,
    unavailable: 0,
    duration: duration({ kind }),
  });
  const counts = { read: begin("read"), write: begin("write") };
  readCounter(
    {
      name: "rolecall_store_transactions_total",
      help: "Transactions of the store. outcome: ok, undone (by what ran in it), unavailable.",
      labelNames: ["kind", "outcome"],
      registers,
    },
    function* () {
      for (const [kind, { duration: _spread, ...outcomes }] of Object.entries(counts))
        for (const [outcome, count] of Object.entries(outcomes)) yield [{ kind, outcome }, count];
    },
  );
  return counts;
}

/** Read when somebody asks: the caches count for themselves. */
function readMetrics<T>(stats: () => T, registers: Registry[]) {
  return {
    gauge: (name: string, help: string, value: (now: T) => number, aggregator: Aggregator = "sum"): Gauge =>
      new Gauge({
        name,
        help,
        aggregator,
        registers,
        collect() {
          this.set(value(stats()));
        },
      }),
    counter: (name: string, help: string, value: (now: T) => number): Counter =>
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(value(stats()));
        },
      }),
  };
}

function policyCacheMetrics(stats: () => PolicyCacheStats, registers: Registry[]): void {
  const { gauge, counter } = readMetrics(stats, registers);
  gauge("rolecall_policy_cache_documents", "Compiled policy documents that are kept.", (now) => now.entries);
  gauge("rolecall_policy_cache_characters", "Characters of those documents.", (now) => now.characters);
  counter("rolecall_policy_cache_hits_total", "Documents found compiled.", (now) => now.hits);
  counter("rolecall_policy_cache_misses_total", "Documents compiled anew.", (now) => now.misses);
  counter("rolecall_policy_cache_evictions_total", "Documents dropped for others.", (now) => now.evictions);
}

function keptAnswersMetrics(stats: () => KeptStatistics, registers: Registry[]): void {
  const { gauge, counter } = readMetrics(stats, registers);
  gauge("rolecall_kept_answers_entries", "Answers of the store that are kept.", (now) => now.entries);
  gauge("rolecall_kept_answers_characters", "Characters of those answers.", (now) => now.characters);
  counter("rolecall_kept_answers_hits_total", "Reads that were answered from memory.", (now) => now.hits);
  counter("rolecall_kept_answers_misses_total", "Reads that went to the file.", (now) => now.misses);
  counter(
    "rolecall_kept_answers_dropped_total",
    "How often all were dropped: somebody had committed, or there was no more room.",
    (now) => now.dropped,
  );
}

function recordCacheMetrics(stats: () => CacheStatistics, registers: Registry[]): void {
  const { gauge, counter } = readMetrics(stats, registers);
  gauge("rolecall_record_cache_entries", "Records and index answers that are kept.", (now) => now.entries);
  gauge("rolecall_record_cache_bytes", "Memory that they take, about.", (now) => now.bytes);
  gauge(
    "rolecall_record_cache_age_seconds",
    "Since the database last confirmed them.",
    (now) => now.ageMs / 1000,
    "max",
  );
  gauge(
    "rolecall_record_cache_hearing",
    "1 while the database's announcements of commits are heard, else 0: then changes are found by asking.",
    (now) => Number(now.isHearing),
    "min",
  );
  counter("rolecall_record_cache_announced_total", "Commits that were announced.", (now) => now.announced);
  counter(
    "rolecall_record_cache_ahead_total",
    "Records that were fetched again, after a change, before anybody asked for them.",
    (now) => now.ahead,
  );
  counter("rolecall_record_cache_hits_total", "Reads that were answered from memory.", (now) => now.hits);
  counter("rolecall_record_cache_misses_total", "Reads that went to the database.", (now) => now.misses);
  counter("rolecall_record_cache_torn_total", "Reads that began again after a change.", (now) => now.torn);
  counter(
    "rolecall_record_cache_borne_total",
    "Reads while the database did not answer.",
    (now) => now.borne,
  );
}
