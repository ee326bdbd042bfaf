import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import { signRequest } from "@rolecall/sigv4";
import { CliProblem } from "./problem.ts";
import { parseProfiles } from "./profiles.ts";
import type { Profile } from "./profiles.ts";

/** Options of every command that talks to a server. */
export interface ConnectionOptions {
  endpoint?: string;
  host?: string;
  port?: string;
  data?: string;
  profile?: string;
}

export interface Connection {
  endpoint: string;
  credentials: Profile;
  /** Where profiles of new accounts are written. */
  credentialsFile: string;
  /** Milliseconds by which the server's clock was moved ahead of ours, when a test moved it. */
  clockOffsetMs?: number;
}

/** The profile that the first start writes. */
export const defaultProfile = "rolecall";

/** What Kubernetes puts into `ROLECALL_PORT` for a service of that name is the address of that one. */
const portOf = ({ ROLECALL_PORT: port }: NodeJS.ProcessEnv): string | undefined =>
  port?.includes("://") ? undefined : port;

const bracketed = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

export function endpointOf(options: ConnectionOptions, environment: NodeJS.ProcessEnv): string {
  const host = options.host ?? environment["ROLECALL_HOST"];
  const port = options.port ?? portOf(environment);
  const text =
    options.endpoint ??
    (host === undefined && port === undefined ? environment["AWS_ENDPOINT_URL"] : undefined) ??
    `http://${bracketed(host ?? "127.0.0.1")}:${port ?? "4566"}`;
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new CliProblem(`${text} is not an endpoint URL.`, "For example: --endpoint http://127.0.0.1:4566");
  return text.replace(/\/+$/, "");
}

export const credentialsFileOf = (options: ConnectionOptions, environment: NodeJS.ProcessEnv): string =>
  join(options.data ?? environment["ROLECALL_DATA"] ?? ".rolecall", "credentials");

/** Profiles in the data directory's credentials file; none when there is no such file. */
export function storedProfiles(path: string): Map<string, Profile> {
  return existsSync(path) ? parseProfiles(readFileSync(path, "utf8")) : new Map<string, Profile>();
}

/**
 * Where to, and as whom: the named profile (default `rolecall`) of the data directory, else the usual AWS
 * variables.
 */
export function connect(
  options: ConnectionOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Connection {
  const credentialsFile = credentialsFileOf(options, environment);
  const endpoint = endpointOf(options, environment);
  const stored = storedProfiles(credentialsFile).get(options.profile ?? defaultProfile);
  if (stored) return { endpoint, credentials: stored, credentialsFile };
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = environment["AWS_SESSION_TOKEN"];
  if (options.profile !== undefined || accessKeyId === undefined || secretAccessKey === undefined)
    throw new CliProblem(
      `There is no profile ${options.profile ?? defaultProfile} in ${credentialsFile}.`,
      "Start the server here first, name its directory with --data DIR, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    );
  return {
    endpoint,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    credentialsFile,
  };
}

/** What the server answered when it refused. */
export class RequestRefused extends CliProblem {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(`${code}: ${message}`, "The server answered so; see `rolecall why ID` for a refused request.");
    this.status = status;
    this.code = code;
  }
}

/**
 * Calls one of the installation's own operations, signed like any other request.
 * @param path  may end in a query string, percent-encoded as it is to be signed
 */
export async function callAdmin(
  connection: Connection,
  method: "GET" | "POST",
  path: string,
  input?: object,
): Promise<unknown> {
  const body = input === undefined ? "" : JSON.stringify(input);
  const url = new URL(connection.endpoint);
  const headers: [string, string][] = [["host", url.host]];
  if (body !== "") headers.push(["content-type", "application/json"]);
  const [plainPath = "", query = ""] = path.split("?");
  const signed = signRequest(
    { method, path: plainPath, query, headers },
    {
      credentials: connection.credentials,
      region: "us-east-1",
      service: "rolecall",
      nowMs: Date.now() + (connection.clockOffsetMs ?? 0),
      bodySha256: createHash("sha256").update(body).digest("hex"),
    },
  );
  let response: Response;
  try {
    response = await fetch(`${connection.endpoint}${path}`, {
      method,
      headers: signed.headers
        .filter(([name]) => name.toLowerCase() !== "host")
        .map(([n, v]) => [n, v] as [string, string]),
      ...(body !== "" && { body }),
    });
  } catch (error) {
    throw new CliProblem(
      `No answer from ${connection.endpoint}: ${error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : ""}`,
      "Start the server with `npm start`, or name another with --endpoint URL.",
    );
  }
  const text = await response.text();
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new CliProblem(`${connection.endpoint} did not answer as Rolecall does.`, "Check --endpoint.");
  }
  if (!response.ok) {
    const { __type = "Error", message = text } = answer as { __type?: string; message?: string };
    throw new RequestRefused(response.status, __type, message);
  }
  return answer;
}
