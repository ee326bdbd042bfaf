import { isAccountId } from "@rolecall/identifiers";
import type { QuotaSettings } from "@rolecall/access";
import { closest } from "./closest.ts";
import { logLevels } from "./logger.ts";
import type { LogLevel } from "./logger.ts";
import { parseQuotas } from "./quota-settings.ts";
import { SettingsProblem } from "./settings-problem.ts";

export { SettingsProblem } from "./settings-problem.ts";

/** Everything that can be set, by flag, environment or configuration file. */
export interface Settings {
  host: string;
  port: number;
  /** Directory of the embedded store, the keys, the audit log. */
  data: string;
  /** `postgres://…`; undefined for the embedded store. */
  database: string | undefined;
  /** How long reads go on with what is known while the database does not answer. */
  databaseGraceMs: number;
  /** Server processes that share the port. */
  workers: number;
  upstreams: UpstreamSetting[];
  trustedProxies: string[];
  explain: "inline" | "record";
  logLevel: LogLevel;
  allowReset: boolean;
  clockOffsetMs: number;
  accountId: string;
  rootAccessKeyId: string | undefined;
  rootSecretAccessKey: string | undefined;
  masterKey: string | undefined;
  quotas: QuotaSettings;
}

export interface UpstreamSetting {
  /** `s3`, or undefined for the upstream of every service that has none of its own. */
  service: string | undefined;
  url: string;
}

interface Row {
  /** As in `--flag` and in the configuration file. */
  flag: string;
  help: string;
  /** Shown in the help and used when nothing is given. */
  fallback?: string;
  argument?: string;
  repeatable?: true;
  /** A switch: present, or `true` / `false`. */
  boolean?: true;
  /** Environment and file only: secrets do not belong on a command line that everybody can list. */
  noFlag?: true;
  /** Not built: the name is fixed, and giving it stops the start with an honest message. */
  planned?: true;
}

/** The table behind `rolecall start --help`, `ROLECALL_…` and the configuration file. */
export const settingRows = [
  { flag: "host", argument: "ADDRESS", fallback: "127.0.0.1", help: "address to listen on" },
  { flag: "port", argument: "N", fallback: "4566", help: "port to listen on" },
  { flag: "data", argument: "DIR", fallback: "./.rolecall", help: "directory for state, keys and audit log" },
  {
    flag: "database",
    argument: "URL",
    help: "postgres://… instead of the embedded store, for several nodes",
  },
  {
    flag: "database-grace",
    argument: "D",
    fallback: "30s",
    help: "how long known state is served while the database does not answer",
  },
  { flag: "workers", argument: "N", fallback: "1", help: "server processes on this machine" },
  {
    flag: "upstream",
    argument: "[SERVICE=]URL",
    help: "where authorized requests for S3 go",
    repeatable: true,
  },
  {
    flag: "trusted-proxy",
    argument: "CIDR",
    help: "peer whose X-Forwarded-For and -Proto are believed",
    repeatable: true,
  },
  { flag: "config", argument: "FILE", help: "JSON file with these settings" },
  {
    flag: "explain",
    argument: "inline|record",
    fallback: "record",
    help: "say in a denial why, or only in its record",
  },
  {
    flag: "log-level",
    argument: "LEVEL",
    fallback: "info",
    help: "debug, info, warn, error or silent: lines on standard error",
  },
  { flag: "propagation-delay", argument: "D", help: "imitate AWS's eventual consistency", planned: true },
  {
    flag: "allow-reset",
    help: "let the clock be moved and everything be deleted (rolecall:SetClock, root's Reset), for tests",
    boolean: true,
  },
  {
    flag: "clock-offset",
    argument: "D",
    fallback: "0",
    help: "run the clock ahead (5m, 12h) or behind (-5m)",
  },
  { flag: "sign-in-url", argument: "URL", help: "where people sign in", planned: true },
  { flag: "allow-private-issuers", help: "let OIDC issuers be private addresses", planned: true },
  { flag: "session-ttl", argument: "D", help: "length of console sessions", planned: true },
  { flag: "account-id", argument: "ID", fallback: "000000000000", help: "the first account", noFlag: true },
  { flag: "root-access-key-id", help: "root key of the first account", noFlag: true },
  { flag: "root-secret-access-key", help: "its secret", noFlag: true },
  {
    flag: "master-key",
    help: "32 bytes, base64 or hexadecimal, an old one after it; else DATA/master.key",
    noFlag: true,
  },
  { flag: "quotas", help: "JSON: account id or * to quotas that differ from AWS's", noFlag: true },
] as const satisfies readonly Row[];

export type SettingName = (typeof settingRows)[number]["flag"];
export type Given = Partial<Record<SettingName, string[]>>;

const rowOf = (name: string): Row | undefined => settingRows.find((row) => row.flag === name);
export const environmentName = (flag: string): string =>
  `ROLECALL_${flag.toUpperCase().replaceAll("-", "_")}`;

function unknownName(kind: string, name: string, known: readonly string[]): SettingsProblem {
  const near = closest(name, known);
  return new SettingsProblem(
    `Unknown ${kind} ${name}.`,
    near === undefined ? "See `rolecall start --help` for all settings." : `Did you mean ${near}?`,
  );
}

/**
 * Variables that Kubernetes gives every container for a service that is named `rolecall`: its own, and no setting.
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
const isServiceLink = (name: string, value: string): boolean =>
  /^ROLECALL_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)$|^ROLECALL_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/.test(
    name,
  ) ||
  (name === "ROLECALL_PORT" && /^(?:tcp|udp|sctp):\/\//.test(value));

const isEmpty = (text: string): boolean => text.trim() === "";
const leaveItOut = "Leave it out, or give it a value.";

/** `ROLECALL_…` of the environment. A name that is none of ours stops the start, and so does one without a value. */
export function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Given {
  const given: Given = {};
  const known = settingRows.map((row) => environmentName(row.flag));
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith("ROLECALL_") || value === undefined || isServiceLink(name, value)) continue;
    const row = settingRows.find((candidate) => environmentName(candidate.flag) === name);
    if (!row) throw unknownName("environment variable", name, known);
    if (isEmpty(value)) throw new SettingsProblem(`${name} is set and empty.`, leaveItOut);
    given[row.flag] = "repeatable" in row ? value.split(/[ ,]+/).filter(Boolean) : [value];
  }
  return given;
}

/** The configuration file: a JSON object with the flags' names. */
export function fromFile(path: string, text: string): Given {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the place, and a secret may stand there.
    const place = /position \d+|line \d+ column \d+/.exec((error as Error).message)?.[0];
    throw new SettingsProblem(
      `${path} is not valid JSON${place === undefined ? "" : `, at ${place}`}.`,
      `Correct the file; this says where: python3 -m json.tool ${path}`,
    );
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new SettingsProblem(`${path} must hold one JSON object.`, 'For example: { "port": 4566 }');
  const given: Given = {};
  for (const [name, member] of Object.entries(value)) {
    const row = rowOf(name);
    if (!row)
      throw unknownName(
        `setting in ${path}:`,
        name,
        settingRows.map((r) => r.flag),
      );
    if (name === "config")
      throw new SettingsProblem(`${path}: config names no further file.`, "Put all settings into one file.");
    if (name === "quotas") {
      given.quotas = [JSON.stringify(member)];
      continue;
    }
    const items: unknown[] = Array.isArray(member) ? member : [member];
    if (items.some((item) => !["string", "number", "boolean"].includes(typeof item)))
      throw new SettingsProblem(`${path}: ${name} must be text, a number or a boolean.`, "Correct the file.");
    if (items.length !== 1 && !row.repeatable)
      throw new SettingsProblem(`${path}: ${name} takes one value.`, "Correct the file.");
    if (items.some((item) => isEmpty(String(item))))
      throw new SettingsProblem(`${path}: ${name} is empty.`, leaveItOut);
    given[row.flag as SettingName] = items.map(String);
  }
  return given;
}

/** `90s`, `5m`, `12h`, `1d`, `250ms`, a bare number of seconds; with a sign. Milliseconds. */
export function parseDuration(text: string): number | undefined {
  const found = /^([+-]?\d{1,9})(ms|s|m|h|d)?$/.exec(text);
  if (!found) return undefined;
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
  return Number(found[1]) * units[(found[2] ?? "s") as keyof typeof units];
}

function parseUpstreamSetting(text: string): UpstreamSetting {
  // The key of the upstream stands in the URL, and is not repeated.
  const shown = text.replace(/\/\/.*@/s, "//***@");
  const problem = (what: string): SettingsProblem =>
    new SettingsProblem(
      `--upstream ${shown} ${what}.`,
      "For example: --upstream s3=http://KEY:SECRET@127.0.0.1:9000/?region=us-east-1",
    );
  const [, service, address = ""] = /^(?:([a-z0-9-]+)=)?(https?:\/\/.+)$/.exec(text) ?? [];
  if (!URL.canParse(address)) throw problem("is not [service=]URL");
  const url = new URL(address);
  if (!/^(?:[^%]|%[0-9a-f]{2})*$/i.test(url.username + url.password))
    throw problem("has a key that is not percent-encoded");
  if (url.pathname !== "/" || url.hash !== "") throw problem("has a path, and buckets stand at the root");
  for (const name of url.searchParams.keys())
    if (name !== "region") throw problem(`has the parameter ${name}, and takes region only`);
  if (service !== undefined && service !== "s3")
    throw new SettingsProblem(
      `--upstream ${service}=… would get nothing: requests for other services are denied.`,
      "Only requests for S3 are forwarded yet: --upstream s3=URL",
    );
  return { service, url: address };
}

function parseUpstreams(texts: readonly string[]): UpstreamSetting[] {
  const upstreams = texts.map(parseUpstreamSetting);
  if (new Set(upstreams.map(({ service }) => service)).size !== upstreams.length)
    throw new SettingsProblem("There are two upstreams for the same requests.", "Leave out one of them.");
  return upstreams;
}

/** Further than any certificate or session lasts, and within what dates can say. */
const maxClockOffsetMs = 10 * 366 * 86_400_000;

/** A whole number in digits; NaN for everything else, `0x10` and `1e3` too. */
const wholeNumber = (text: string | undefined): number =>
  /^\d{1,9}$/.test(text ?? "") ? Number(text) : Number.NaN;

/** Settings from sources in order: the first that names a setting decides it. */
export function resolveSettings(sources: readonly Given[]): Settings {
  const all = (name: SettingName): string[] => {
    const row = rowOf(name);
    const found = sources
      .map((source) => source[name])
      .find((values) => values !== undefined && values.length > 0);
    if (found?.some(isEmpty)) throw new SettingsProblem(`--${name} is empty.`, leaveItOut);
    if (found && row?.planned)
      throw new SettingsProblem(
        `--${name} is not built yet.`,
        "Leave it out; the README's table tells what is built.",
      );
    return found ?? (row?.fallback === undefined ? [] : [row.fallback]);
  };
  for (const row of settingRows) all(row.flag);
  const one = (name: SettingName): string | undefined => all(name).at(-1);
  const wrong = (name: SettingName, what: string): SettingsProblem =>
    new SettingsProblem(`--${name} ${one(name)} is not ${what}.`, `--${name}: ${rowOf(name)?.help}`);

  const port = wholeNumber(one("port"));
  if (!(port <= 65_535)) throw wrong("port", "a port number");
  const database = one("database");
  // Its password is not repeated.
  if (database !== undefined && (!/^postgres(ql)?:\/\//.test(database) || !URL.canParse(database)))
    throw new SettingsProblem(
      "--database is not a URL of PostgreSQL.",
      "For example: --database postgres://rolecall@db.example:5432/rolecall",
    );
  const databaseGraceMs = parseDuration(one("database-grace") ?? "");
  if (databaseGraceMs === undefined || databaseGraceMs < 0) throw wrong("database-grace", "a duration");
  const workers = wholeNumber(one("workers"));
  if (!(workers >= 1 && workers <= 256)) throw wrong("workers", "a number from 1 to 256");
  const explain = one("explain");
  if (explain !== "inline" && explain !== "record") throw wrong("explain", "inline or record");
  const logLevel = logLevels.find((level) => level === one("log-level"));
  if (logLevel === undefined) throw wrong("log-level", logLevels.join(", "));
  const clockOffsetMs = parseDuration(one("clock-offset") ?? "0");
  if (clockOffsetMs === undefined || Math.abs(clockOffsetMs) > maxClockOffsetMs)
    throw wrong("clock-offset", "a duration of at most ten years");
  const allowReset = one("allow-reset") ?? "false";
  if (allowReset !== "true" && allowReset !== "false") throw wrong("allow-reset", "true or false");
  if (allowReset === "true" && workers > 1)
    throw new SettingsProblem(
      "--allow-reset moves the clock of one process only, so it does not go with --workers.",
      "Leave out one of them.",
    );
  const accountId = one("account-id") ?? "";
  if (!isAccountId(accountId))
    throw new SettingsProblem(
      `ROLECALL_ACCOUNT_ID ${accountId} is not twelve decimal digits.`,
      "For example: 111122223333",
    );
  const rootAccessKeyId = one("root-access-key-id");
  const rootSecretAccessKey = one("root-secret-access-key");
  if ((rootAccessKeyId === undefined) !== (rootSecretAccessKey === undefined))
    throw new SettingsProblem(
      "Only one of ROLECALL_ROOT_ACCESS_KEY_ID and ROLECALL_ROOT_SECRET_ACCESS_KEY is set.",
      "Set both, or neither.",
    );
  return {
    host: one("host") ?? "127.0.0.1",
    port,
    data: one("data") ?? "./.rolecall",
    database,
    databaseGraceMs,
    workers,
    upstreams: parseUpstreams(all("upstream")),
    trustedProxies: all("trusted-proxy"),
    explain,
    logLevel,
    allowReset: allowReset === "true",
    clockOffsetMs,
    accountId,
    rootAccessKeyId,
    rootSecretAccessKey,
    masterKey: one("master-key"),
    quotas: parseQuotas(one("quotas")),
  };
}
