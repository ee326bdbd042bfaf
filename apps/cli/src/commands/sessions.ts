import { colors as pc } from "../colors.ts";
import { callAdmin } from "../connection.ts";
import type { Connection } from "../connection.ts";
import { printable } from "../printable.ts";
import { CliProblem } from "../problem.ts";

export interface ListedSession {
  accessKeyId: string;
  arn: string;
  operation: string;
  role?: string;
  sourceIdentity?: string;
  issuedAt: string;
  expiresAt: string;
  lastUsedAt?: string;
  revoked: boolean;
  chain: { arn: string; accessKeyId: string }[];
}

export interface SessionFilter {
  account?: string;
  role?: string;
  sourceIdentity?: string;
}

export async function listSessions(
  connection: Connection,
  filter: SessionFilter,
): Promise<{ sessions: ListedSession[]; isTruncated: boolean }> {
  const query = new URLSearchParams();
  for (const name of ["account", "role", "sourceIdentity"] as const)
    if (filter[name] !== undefined) query.set(name, filter[name]);
  const text = query.toString().replaceAll("+", "%20");
  const path = `/_rolecall/sessions${text === "" ? "" : `?${text}`}`;
  return (await callAdmin(connection, "GET", path)) as { sessions: ListedSession[]; isTruncated: boolean };
}

/** A session for people: who it is, who stands behind it, and how long it lives. */
export function sessionLines(session: ListedSession): string[] {
  const { accessKeyId, arn, operation, sourceIdentity, issuedAt, expiresAt, lastUsedAt, revoked, chain } =
    session;
  const fact = (name: string, value: string): string => printable(`  ${name.padEnd(8)} ${value}`);
  return [
    `${pc.bold(printable(accessKeyId))}  ${printable(arn)}${revoked ? `  ${pc.red("revoked")}` : ""}`,
    fact("by", `${chain.map((link) => link.arn).join(" > ")} (${operation})`),
    ...(sourceIdentity === undefined ? [] : [fact("identity", sourceIdentity)]),
    fact("issued", issuedAt),
    fact("expires", expiresAt),
    fact("used", lastUsedAt ?? "never"),
  ];
}

export interface RevokeOptions {
  session?: string;
  role?: string;
  sourceIdentity?: string;
}

/** Ends one session, all of a role, or all with a source identity. Says what was ended. */
export async function revokeSessions(connection: Connection, options: RevokeOptions): Promise<string> {
  const { session, role, sourceIdentity } = options;
  const given = Object.entries({ accessKeyId: session, role, sourceIdentity }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const [[name, value] = []] = given;
  if (name === undefined || value === undefined || given.length > 1)
    throw new CliProblem(
      "Name what to revoke, one of --session, --role and --source-identity.",
      "For example: rolecall sessions revoke --role arn:aws:iam::111122223333:role/deploy",
    );
  await callAdmin(connection, "POST", "/_rolecall/sessions/revoke", { [name]: value });
  const what = {
    accessKeyId: `session ${value} and what was chained from it`,
    role: `every session of ${value}`,
    sourceIdentity: `every session with the source identity ${value}`,
  };
  return `Revoked ${what[name as keyof typeof what]}, as issued until now.`;
}
