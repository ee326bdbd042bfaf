import { StoreCorrupted, StoreError, StoreUnavailable } from "@rolecall/store-contract";

/** What the operator is told of a failure. The message names the place, never a user or a password. */
interface Report {
  what: string;
  hint?: string;
}

const restarting: Report = {
  what: "the server is starting, stopping or has ended the connection",
  hint: "Try again; if it lasts, look at the database server's log.",
};
const noConnection: Report = {
  what: "the connection failed",
  hint: "Check that PostgreSQL runs there and can be reached.",
};
const refusedLogin: Report = {
  what: "the server refused the login",
  hint: "Check user and password: in the URL, in PGUSER and PGPASSWORD, or in ~/.pgpass.",
};
const noRights: Report = {
  what: "the user has not the rights that the store needs",
  hint: "Make it the owner of a database or schema of its own.",
};
const busy: Report = { what: "another node keeps the store locked", hint: "Try again." };

/** By SQLSTATE, or by its class, its first two characters. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const reports: Readonly<Record<string, Report>> = {
  "08": noConnection,
  "25P03": restarting,
  "25006": {
    what: "the server only reads: it is a standby",
    hint: "Name the primary server, or a name that follows it.",
  },
  "28": refusedLogin,
  "3D": { what: "there is no such database", hint: "Create it first: createdb NAME" },
  "3F": { what: "there is no such schema", hint: "Create it, or name another search_path." },
  "40": busy,
  "42501": noRights,
  "53100": { what: "its disk is full", hint: "Free some space; what was committed is safe." },
  "53300": { what: "it has too many connections", hint: "Raise max_connections, or run fewer workers." },
  "53": { what: "it lacks memory or other resources", hint: "Look at the database server's log." },
  "55P03": busy,
  "57014": { what: "a statement took too long", hint: "Look at the load of the database server." },
  "57": restarting,
  "58": { what: "its disk failed to read or write", hint: "Look at the database server's log." },
};

/** Of the socket and of the name service. */
const networkCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** `pg` gives these no code. */
const brokenPattern =
  /^(Connection terminated|Client (was closed|has encountered)|timeout expired|Query read timeout)/;

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** The connection is of no more use, and what it was asked last may or may not have been done. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (networkCodes.has(code) || /^(08|57P|25P03)/.test(code)) return true;
  return error instanceof Error && brokenPattern.test(error.message);
}

/** Whether the same transaction may succeed when it runs again soon. */
export const isTransient = (error: unknown): boolean =>
  isConnectionLost(error) || /^(40|55P03)/.test(codeOf(error));

/** Anything that is no known failure of server or connection stays what it is: a bug. */
export function toStoreError(error: unknown, place: string): unknown {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  if (code === "XX001" || code === "XX002")
    return new StoreCorrupted(
      `${place}: the database is damaged.`,
      "Stop the servers and restore it from a backup; look at the database server's log.",
      error,
    );
  const isAnswer = /^[0-9A-Z]{5}$/.test(code) && !networkCodes.has(code);
  const report = isAnswer
    ? (reports[code] ?? reports[code.slice(0, 2)])
    : isConnectionLost(error) || isTlsFailure(error)
      ? noConnection
      : undefined;
  if (!report) return error;
  const detail = error instanceof Error && report === noConnection ? ` (${error.message || code})` : "";
  return new StoreUnavailable(`${place}: ${report.what}${detail}.`, report.hint, error);
}

const isTlsFailure = (error: unknown): boolean =>
  /^(ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|CERT_|UNABLE_TO)/.test(codeOf(error)) ||
  (error instanceof Error && error.message.startsWith("The server does not support SSL"));
