import type { AuditSink } from "@rolecall/audit";
import { parseArn } from "@rolecall/identifiers";
import { ValidationError } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import type { Operation } from "@rolecall/pipeline";
import type { ReadTx } from "@rolecall/store-contract";
import { adminCheck } from "../admin-check.ts";
import { jsonAnswer } from "../rest-json.ts";
import { liveSessions } from "./session-events.ts";
import type { IssuedSession } from "./session-events.ts";

/** Sessions of one answer. */
const maxSessions = 1000;

interface ListSessionsInput {
  account: string | undefined;
  role: string | undefined;
  sourceIdentity: string | undefined;
}

interface ListedSession {
  accessKeyId: string;
  arn: string;
  operation: string;
  role?: string;
  sourceIdentity?: string;
  issuedAt: string;
  expiresAt: string;
  lastUsedAt?: string;
  revoked: boolean;
  chain: IssuedSession["chain"];
}

const filters = ["account", "role", "sourceIdentity"] as const;
const iso = (ms: number): string => new Date(ms).toISOString();

function decodeFilters(query: string): ListSessionsInput {
  const given = new URLSearchParams(query);
  for (const name of given.keys())
    if (!filters.includes(name as (typeof filters)[number]) || given.getAll(name).length > 1)
      throw ValidationError(`Unknown or repeated parameter ${JSON.stringify(name.slice(0, 64))}.`);
  const value = (name: (typeof filters)[number]): string | undefined => given.get(name) ?? undefined;
  return { account: value("account"), role: value("role"), sourceIdentity: value("sourceIdentity") };
}

/**
 * Whether a session was ended, by what the log tells of it: the ids of its role and of the roles before it are those
 * that have their names now, and of a chain its last links are known.
 */
async function isEnded(tx: ReadTx, session: IssuedSession): Promise<boolean> {
  const roles = [session.arn, ...session.chain.map(({ arn }) => arn)].flatMap((arn) => roleOf(arn) ?? []);
  const found = await tx.revocations.getMany([
    ...[session.accessKeyId, ...session.chain.map(({ accessKeyId }) => accessKeyId)].map(
      (id) => ["session", id] as const,
    ),
    ...(await tx.roles.getMany(roles)).flatMap((role) => (role ? [["role", role.roleId] as const] : [])),
    ...(session.sourceIdentity === undefined ? [] : [["source-identity", session.sourceIdentity] as const]),
  ]);
  return found.some((one) => one !== undefined && session.issuedAtMs <= one.revokedAtMs);
}

/** Account and name of the role whose session an ARN names. */
function roleOf(arn: string): [accountId: string, name: string][] | undefined {
  const parsed = parseArn(arn);
  const [kind, name] = parsed?.service === "sts" ? parsed.resource.split("/") : [];
  return parsed && kind === "assumed-role" && name !== undefined ? [[parsed.accountId, name]] : undefined;
}

/**
 * The sessions that have not expired, newest first: whose, of which role, the chain back to the first identity, issued,
 * expires, last used, and whether it was revoked. Read from the audit log; no session is kept anywhere.
 *
 * `GET /_rolecall/sessions?account=ID&role=ARN&sourceIdentity=X`, every filter optional
 */
export const listSessions = (audit: AuditSink): Operation =>
  anyOperation<ListSessionsInput, { sessions: ListedSession[]; isTruncated: boolean }>({
    name: "ListSessions",
    readOnly: true,
    allowsUnsigned: false,
    decode: ({ request }) => decodeFilters(request.query),
    authorization: (_input, context) => adminCheck(context, "ListSessions", "session/*"),
    async handle({ account, role, sourceIdentity }, { store, nowMs }) {
      const wanted = (await liveSessions(audit, nowMs)).filter(
        (session) =>
          (account === undefined || session.accountId === account) &&
          (role === undefined || session.roleArn === role) &&
          (sourceIdentity === undefined || session.sourceIdentity === sourceIdentity),
      );
      const shown = wanted.slice(0, maxSessions);
      const ended = await store.read(async (tx) => {
        const all: boolean[] = [];
        for (const session of shown) all.push(await isEnded(tx, session));
        return all;
      });
      return {
        sessions: shown.map((session, i) => describe(session, ended[i] === true)),
        isTruncated: wanted.length > shown.length,
      };
    },
    encode: (output) => jsonAnswer(200, output),
    describe: (input) => ({
      requestParameters: input
        ? Object.fromEntries(
            Object.entries(input).filter((entry): entry is [string, string] => entry[1] !== undefined),
          )
        : null,
    }),
  });

function describe(session: IssuedSession, revoked: boolean): ListedSession {
  const { accessKeyId, arn, operation, roleArn, sourceIdentity, lastUsedAtMs, chain } = session;
  return {
    accessKeyId,
    arn,
    operation,
    ...(roleArn !== undefined && { role: roleArn }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    issuedAt: iso(session.issuedAtMs),
    expiresAt: iso(session.expiresAtMs),
    ...(lastUsedAtMs !== undefined && { lastUsedAt: iso(lastUsedAtMs) }),
    revoked,
    chain,
  };
}
