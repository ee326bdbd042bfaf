import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { context, propagation, trace } from "@opentelemetry/api";
import type { Context, Span } from "@opentelemetry/api";
import { AsyncLocalStorage } from "node:async_hooks";
import { StoreUnavailable } from "@rolecall/store-contract";
import { createMemoryStore } from "@rolecall/store-memory";
import { meteredStore } from "./metered-store.ts";
import { createMetrics } from "./metrics.ts";
import { readiness } from "./readiness.ts";
import { resolveSettings } from "./settings.ts";
import { startServer } from "./start.ts";
import type { RunningServer } from "./start.ts";

async function withServer(use: (server: RunningServer, lines: string[]) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "rolecall-observe-"));
  const lines: string[] = [];
  const settings = resolveSettings([
    { port: ["0"], data: [data], upstream: ["s3=http://127.0.0.1:1"], "log-level": ["debug"] },
  ]);
  const server = await startServer(settings, "9.9.9", (level, message, facts) =>
    lines.push(JSON.stringify({ level, message, ...facts })),
  );
  try {
    await use(server, lines);
  } finally {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  }
}

const unsigned = (url: string, action: string): Promise<Response> =>
  fetch(`${url}/?Action=${action}&Version=2011-06-15`, {
    headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
  });

test("requests are counted by service, operation and outcome, and logged with their id", async () => {
  await withServer(async ({ url }, lines) => {
    const refused = await unsigned(url, "GetCallerIdentity");
    equal(refused.status, 403);
    await unsigned(url, "NoSuchAction");
    const answer = await fetch(`${url}/_rolecall/metrics`);
    match(answer.headers.get("content-type") ?? "", /^text\/plain/);
    const text = await answer.text();
    match(text, /rolecall_requests_total\{service="sts",operation="GetCallerIdentity",outcome="refused"\} 1/);
    match(text, /rolecall_requests_total\{service="sts",operation="unknown",outcome="refused"\} 1/);
    match(text, /rolecall_request_duration_seconds_bucket\{le="10",service="sts"\} 2/);
    match(text, /rolecall_request_duration_seconds_bucket\{le="\+Inf",service="sts"\} 2/);
    match(text, /rolecall_request_duration_seconds_sum\{service="sts"\} 0\.\d+/);
    match(text, /rolecall_request_duration_seconds_count\{service="sts"\} 2/);
    match(text, /rolecall_build_info\{version="9\.9\.9"\} 1/);
    match(text, /rolecall_policy_cache_documents 0/);
    match(text, /rolecall_kept_answers_misses_total \d+/);
    const line = lines.find((one) => one.includes(refused.headers.get("x-amzn-requestid") ?? "no id"));
    ok(line?.includes('"errorCode":"MissingAuthenticationToken"'), line);
  });
});

test("what strangers call services is no label", async () => {
  await withServer(async ({ url }) => {
    for (const name of ["dynamodb", "made-up", "constructor"])
      await fetch(url, {
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/us-east-1/${name}/aws4_request, SignedHeaders=host, Signature=00`,
        },
      });
    const text = await (await fetch(`${url}/_rolecall/metrics`)).text();
    match(
      text,
      /rolecall_requests_total\{service="other",operation="UnknownOperation",outcome="refused"\} 3/,
    );
    doesNotMatch(text, /dynamodb|made-up|constructor/);
  });
});

test("durations are spread over cumulated buckets, in seconds", async () => {
  const metrics = createMetrics({
    version: "1",
    services: ["sts"],
    policyCache: () => ({ entries: 0, characters: 0, hits: 0, misses: 0, evictions: 0 }),
    recordCache: undefined,
    keptAnswers: undefined,
  });
  for (const durationMs of [0.5, 0.6, 30, 20_000]) metrics.store("write", "ok", durationMs);
  const text = await metrics.registry.getSingleMetricAsString("rolecall_store_transaction_duration_seconds");
  const values = text.split("\n").slice(2);
  deepEqual(values, [
    'rolecall_store_transaction_duration_seconds_bucket{le="0.0005",kind="write"} 1',
    'rolecall_store_transaction_duration_seconds_bucket{le="0.001",kind="write"} 2',
    'rolecall_store_transaction_duration_seconds_bucket{le="0.0025",kind="write"} 2',
    'rolecall_store_transaction_duration_seconds_bucket{le="0.005",kind="write"} 2',
    'rolecall_store_transaction_duration_seconds_bucket{le="0.01",kind="write"} 2',
    'rolecall_store_transaction_duration_seconds_bucket{le="0.025",kind="write"} 2',
    'rolecall_store_transaction_duration_seconds_bucket{le="0.1",kind="write"} 3',
    'rolecall_store_transaction_duration_seconds_bucket{le="0.5",kind="write"} 3',
    'rolecall_store_transaction_duration_seconds_bucket{le="2.5",kind="write"} 3',
    'rolecall_store_transaction_duration_seconds_bucket{le="10",kind="write"} 3',
    'rolecall_store_transaction_duration_seconds_bucket{le="+Inf",kind="write"} 4',
    'rolecall_store_transaction_duration_seconds_sum{kind="write"} 20.0311',
    'rolecall_store_transaction_duration_seconds_count{kind="write"} 4',
  ]);
  const counted = await metrics.registry.getSingleMetricAsString("rolecall_store_transactions_total");
  deepEqual(counted.split("\n").slice(2), ['rolecall_store_transactions_total{kind="write",outcome="ok"} 4']);
});

test("ready is who can read his store and takes new requests", async () => {
  await withServer(async ({ url }) => {
    const health = await fetch(`${url}/_rolecall/health`);
    equal(health.status, 200);
    match(await health.text(), /"status":"ready","revision":\d+,"authz":"enforced"/);
  });
  const store = createMemoryStore();
  const away = { ...store, revision: () => Promise.reject(new StoreUnavailable("away")) };
  equal((await readiness(away, false)).status, "unavailable");
  equal((await readiness(store, true)).status, "draining");
  equal((await readiness(store, false)).status, "ready");
});

test("transactions are counted by how they end", async () => {
  const seen: string[] = [];
  const inner = createMemoryStore();
  let ms = 0;
  const store = meteredStore(
    inner,
    (kind, outcome, durationMs) => seen.push(`${kind} ${outcome} ${durationMs}`),
    () => (ms += 5),
  );
  await store.read(async (tx) => tx.accounts.get("111122223333"));
  await store.write(async () => Promise.reject(new Error("undo"))).catch(() => undefined);
  const away = meteredStore(
    { ...inner, read: () => Promise.reject(new StoreUnavailable("away")) },
    (kind, outcome) => seen.push(`${kind} ${outcome}`),
    () => 0,
  );
  await away.read(async () => undefined).catch(() => undefined);
  equal(seen.join(", "), "read ok 5, write undone 5, read unavailable");
});

test("a request is a span, a child of the client's, named after its operation", async () => {
  const storage = new AsyncLocalStorage<Context>();
  const spans: { name: string; parent: string | undefined; attributes: Record<string, unknown> }[] = [];
  context.setGlobalContextManager({
    active: () => storage.getStore() ?? (undefined as never),
    with: (ctx, fn, thisArg, ...args) => storage.run(ctx, () => fn.apply(thisArg as never, args)),
    bind: (_ctx, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  propagation.setGlobalPropagator({
    inject: () => undefined,
    extract: (ctx, carrier, getter) => {
      const header = getter.get(carrier, "traceparent");
      const traceId = String(header).split("-")[1] ?? "";
      return trace.setSpanContext(ctx, { traceId, spanId: "b7ad6b7169203331", traceFlags: 1 });
    },
    fields: () => ["traceparent"],
  });
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan: () => {
        throw new Error("not used");
      },
      startActiveSpan: (...args: unknown[]) => {
        const [name, , parent, run] = args as [string, object, Context, (span: Span) => unknown];
        const record = { name, parent: trace.getSpanContext(parent)?.traceId, attributes: {} };
        spans.push(record);
        const span = {
          isRecording: () => true,
          updateName: (to: string) => (record.name = to),
          setAttributes: (more: object) => Object.assign(record.attributes, more),
          setStatus: () => undefined,
          end: () => undefined,
        } as unknown as Span;
        return context.with(trace.setSpan(parent, span), () => run(span)) as never;
      },
    }),
  });
  try {
    await withServer(async ({ url }) => {
      await unsigned(url, "GetCallerIdentity");
    });
  } finally {
    trace.disable();
    propagation.disable();
    context.disable();
  }
  const [span] = spans;
  equal(span?.name, "sts/GetCallerIdentity");
  equal(span?.parent, "0af7651916cd43dd8448eb211c80319c");
  equal(span?.attributes["rpc.system"], "aws-api");
  equal(span?.attributes["http.response.status_code"], 403);
});
