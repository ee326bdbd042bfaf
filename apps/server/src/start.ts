import { accessSync, constants, mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { createAccess, createUsageRecorder } from "@rolecall/access";
import { adminService } from "@rolecall/admin";
import { fileAuditSink } from "@rolecall/audit";
import { createAwsManagedPolicies } from "@rolecall/aws-managed-policies";
import { parseUpstream, s3Service, startDevelopmentS3, unknownService } from "@rolecall/gateway";
import { iamService } from "@rolecall/iam";
import { createRoad } from "@rolecall/pipeline";
import { serviceAuthorization } from "@rolecall/service-authorization";
import type { MasterKey } from "@rolecall/credentials";
import type { Store } from "@rolecall/store-contract";
import type { WriteTurns } from "@rolecall/store-sqlite";
import { stsService } from "@rolecall/sts";
import type { Registry } from "prom-client";
import { credentialsPath, ensureFirstAccount, writeProfile } from "./first-start.ts";
import { createHttpServer } from "./http-server.ts";
import { keepKeys } from "./keep-keys.ts";
import { logRequest } from "./logger.ts";
import type { Log } from "./logger.ts";
import { meteredStore } from "./metered-store.ts";
import { createMetrics } from "./metrics.ts";
import { loadKeys, openStore } from "./open-store.ts";
import { pooledRandom } from "./random.ts";
import { readiness } from "./readiness.ts";
import { SettingsProblem } from "./settings.ts";
import type { Settings, UpstreamSetting } from "./settings.ts";
import { sweepDecisions } from "./sweep.ts";
import { describeSpan, tracedRoad } from "./tracing.ts";
import { trustedProxies } from "./trusted-proxy.ts";
import { keepUsage } from "./usage.ts";

export interface ServerFacts {
  url: string;
  accountId: string;
  credentialsFile: string;
  /** True on the first start of this data directory. */
  isNew: boolean;
  /** True when no upstream was named for S3, so that the embedded store serves it. */
  developmentS3: boolean;
}

export interface RunningServer extends ServerFacts {
  /** Takes no more requests, lets the running ones end, closes the store. */
  close(): Promise<void>;
}

/** Answers still running when the server stops have this long to end. */
const drainMs = 4000;

const elapsedMs = (): number => performance.now();

const random = pooledRandom();

/**
 * Does what is done once for an installation: makes or migrates its store, its keys, its first account and that
 * one's profile. Later starts find all of it.
 */
export async function prepareInstallation(settings: Settings): Promise<{ isNew: boolean }> {
  const data = resolve(settings.data);
  requireDirectory(data);
  const { store } = await openStore(settings, data);
  try {
    const nowMs = Date.now() + settings.clockOffsetMs;
    const { masterKeys } = await loadKeys(store, {
      data,
      setting: settings.masterKey,
      isShared: true,
      random,
      nowMs,
    });
    const first = await firstAccount(store, settings, masterKeys.keys, nowMs);
    return { isNew: first.isNew };
  } finally {
    await store.close();
  }
}

/** @throws SettingsProblem when it cannot be made or written */
function requireDirectory(data: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    accessSync(data, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new SettingsProblem(
      `The data directory cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      "Check its owner, its permissions and its disk, or name another: --data DIR",
    );
  }
}

async function firstAccount(
  store: Store,
  settings: Settings,
  masterKey: MasterKey,
  nowMs: number,
): Promise<{ accountId: string; credentialsFile: string; isNew: boolean }> {
  const credentialsFile = credentialsPath(resolve(settings.data));
  const first = await ensureFirstAccount(store, settings, masterKey, random, nowMs, (key) =>
    writeProfile(credentialsFile, "rolecall", {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey.reveal(),
    }),
  );
  return { ...first, credentialsFile };
}

/** Of one of several processes. */
export interface Role {
  /** Which one it is, from 1. */
  worker?: number | undefined;
  /** Given what this process counts, gives what all of them do. */
  metricsOfAll?: (own: Registry) => () => Promise<string>;
  /** With the others that write the same file. */
  writeTurns?: WriteTurns;
}

/** Starts a server on its data directory: the only place that names a clock and randomness. */
export async function startServer(
  settings: Settings,
  version: string,
  log: Log,
  { worker, metricsOfAll, writeTurns }: Role = {},
): Promise<RunningServer> {
  const data = resolve(settings.data);
  let { clockOffsetMs } = settings;
  const now = (): number => Date.now() + clockOffsetMs;
  const trusted = trustedProxies(settings.trustedProxies);
  requireDirectory(data);
  const { store, kind, cache, keptAnswers } = await openStore(settings, data, writeTurns);
  const closers: (() => Promise<void>)[] = [() => store.close()];

  try {
    const { masterKeys, keyRing } = await loadKeys(store, {
      data,
      setting: settings.masterKey,
      isShared: settings.database !== undefined || worker !== undefined,
      random,
      nowMs: now(),
    });
    const masterKey = masterKeys.keys;
    const { accountId, credentialsFile, isNew } = await firstAccount(store, settings, masterKey, now());
    const audit = fileAuditSink(join(data, "audit"), now, { worker });
    closers.unshift(() => audit.close());

    const upstream = s3Upstream();
    const s3 = s3Service({ upstream, now });
    const keyKeeper = keepKeys({
      store,
      keyRing,
      masterKeys,
      random,
      onProgress: (message, facts) => log("info", message, facts),
      onFailure: (error) => log("error", "keys not kept", { error: describeError(error) }),
    });
    closers.unshift(() => keyKeeper.stop());
    const controls = {
      allowed: settings.allowReset,
      setClockOffset: (offsetMs: number) => {
        clockOffsetMs = offsetMs;
      },
    };
    const admin = adminService(audit, controls, keyKeeper);
    const services = [iamService, stsService, admin, s3];

    const metrics = createMetrics({
      version,
      services: services.map(({ id }) => id),
      policyCache: () => access.policies.stats(),
      recordCache: cache,
      keptAnswers,
    });
    const metricsText = metricsOfAll?.(metrics.registry) ?? (() => metrics.registry.metrics());
    const served = meteredStore(store, metrics.store, elapsedMs);
    const awsManaged = createAwsManagedPolicies();
    const catalog = serviceAuthorization();
    const access = createAccess({
      store: served,
      keyRing,
      masterKey,
      random,
      awsManaged,
      catalog,
      quotas: settings.quotas,
    });
    const usage = createUsageRecorder({
      catalog,
      onFull: () => void usageKeeper.flush(),
    });
    const road = createRoad({
      directory: { services, fallback: s3, unknown: unknownService },
      access,
      store: served,
      audit,
      usage,
      random,
      now,
      explain: settings.explain,
      onFailure: (requestId, error) =>
        log("error", "request failed", { requestId, error: describeError(error) }),
      observer: {
        elapsedMs,
        finished(request) {
          metrics.request(request);
          logRequest(log, settings.logLevel, request);
          describeSpan(request);
        },
      },
    });
    let isDraining = false;

    const server = createHttpServer({
      road: tracedRoad(road),
      trusted,
      onFailure: (error) => log("error", "connection failed", { error: describeError(error) }),
      health: async () => {
        const state = await readiness(store, isDraining);
        return {
          ready: state.status === "ready",
          body: { ...state, authz: "enforced", version, node: process.version, store: kind },
        };
      },
      metrics: async () => ({
        contentType: metrics.registry.contentType,
        body: await metricsText(),
      }),
    });
    await new Promise<void>((done, failed) => {
      server.once("error", (error: NodeJS.ErrnoException) => failed(listenProblem(error, settings)));
      server.listen(settings.port, settings.host, done);
    });
    // One of several processes is enough.
    const stopSweeping =
      (worker ?? 1) === 1
        ? sweepDecisions(store, now, (error) => log("error", "sweep failed", { error: describeError(error) }))
        : () => undefined;
    const usageKeeper = keepUsage(usage, store, (error) =>
      log("error", "usage not written", { error: describeError(error) }),
    );
    const { port } = server.address() as AddressInfo;
    const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;

    return {
      url: `http://${host}:${port}`,
      accountId,
      credentialsFile,
      isNew,
      developmentS3: upstreamForS3() === undefined,
      async close() {
        isDraining = true;
        stopSweeping();
        await new Promise<void>((done) => {
          server.close(() => done());
          server.closeIdleConnections();
          setTimeout(() => server.closeAllConnections(), drainMs).unref();
        });
        await usageKeeper.stop();
        for (const close of closers) await close();
      },
    };
  } catch (error) {
    for (const close of closers) await close();
    throw error;
  }

  function upstreamForS3(): UpstreamSetting | undefined {
    const { upstreams } = settings;
    return (
      upstreams.find(({ service }) => service === "s3") ??
      upstreams.find(({ service }) => service === undefined)
    );
  }

  /** The upstream that was configured for S3, or the embedded one for development. */
  function s3Upstream(): ReturnType<typeof parseUpstream> {
    const configured = upstreamForS3();
    if (configured) return parseUpstream(configured.url);
    const embedded = startDevelopmentS3(join(data, "s3"));
    closers.unshift(() => embedded.close());
    return embedded;
  }
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function listenProblem(error: NodeJS.ErrnoException, settings: Settings): Error {
  if (error.code === "EADDRINUSE")
    return new SettingsProblem(
      `Port ${settings.port} on ${settings.host} is in use.`,
      "Stop the other server, or choose another port: rolecall start --port N",
    );
  if (error.code === "EACCES" || error.code === "EADDRNOTAVAIL")
    return new SettingsProblem(
      `Cannot listen on ${settings.host}:${settings.port}: ${error.message}`,
      "Choose another --host or --port.",
    );
  return error;
}
