import type { AuditEvent, AuditSink, Json, JsonObject } from "@rolecall/audit";

/** What the audit log tells of one issued session. Times are milliseconds since 1970. */
export interface IssuedSession {
  accessKeyId: string;
  /** ARN of the session as `GetCallerIdentity` gives it; of a session token, the user's. */
  arn: string;
  accountId: string;
  operation: string;
  /** The role that was assumed; undefined for other sessions. */
  roleArn: string | undefined;
  sourceIdentity: string | undefined;
  issuedAtMs: number;
  expiresAtMs: number;
  lastUsedAtMs: number | undefined;
  /** Who stands behind it: the identity that began the chain first, the caller that issued this one last. */
  chain: { arn: string; accessKeyId: string }[];
}

/** A session lives 36 hours at most, and so did the one that issued it, and that one's: far enough back for a chain. */
const windowMs = 4 * 86_400_000;
/** Sessions of a chain that are followed back. */
const maxLinks = 10;

const issuing = new Set([
  "AssumeRole",
  "AssumeRoleWithSAML",
  "AssumeRoleWithWebIdentity",
  "AssumeRoot",
  "GetFederationToken",
  "GetSessionToken",
  "GetDelegatedAccessToken",
]);

const member = (value: Json | undefined, name: string): Json | undefined =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as JsonObject)[name]
    : undefined;
const text = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);

/** `Nov 30, 2024, 8:43:17 PM`, UTC, as events of STS write it. */
function parseEventDate(written: string | undefined): number {
  return written === undefined ? Number.NaN : Date.parse(`${written.replace(/, (?=\d+:)/, " ")} UTC`);
}

function issuedBy(event: AuditEvent): IssuedSession | undefined {
  const isIssue =
    event.eventSource === "sts.amazonaws.com" &&
    issuing.has(event.eventName) &&
    event.errorCode === undefined;
  const credentials = isIssue ? member(event.responseElements, "credentials") : undefined;
  const accessKeyId = text(member(credentials, "accessKeyId"));
  if (accessKeyId === undefined) return undefined;
  const response = event.responseElements;
  const { userIdentity } = event;
  const arn =
    text(member(member(response, "assumedRoleUser"), "arn")) ??
    text(member(member(response, "federatedUser"), "arn")) ??
    text(member(event.requestParameters, "targetPrincipal")) ??
    userIdentity.arn ??
    "";
  return {
    accessKeyId,
    arn,
    accountId: arn.split(":")[4] || (userIdentity.accountId ?? ""),
    operation: event.eventName,
    roleArn: text(member(event.requestParameters, "roleArn")),
    sourceIdentity:
      text(member(response, "sourceIdentity")) ?? text(member(event.requestParameters, "sourceIdentity")),
    issuedAtMs: Date.parse(event.eventTime),
    expiresAtMs: parseEventDate(text(member(credentials, "expiration"))),
    lastUsedAtMs: undefined,
    chain: [
      {
        arn: userIdentity.arn ?? userIdentity.userName ?? userIdentity.principalId ?? "",
        accessKeyId: userIdentity.accessKeyId ?? "",
      },
    ],
  };
}

/**
 * The sessions that have not expired, newest first, as the audit log tells them: nothing else is kept of a session.
 * The log is read from its end, once, holding only what it says of sessions.
 */
export async function liveSessions(audit: AuditSink, nowMs: number): Promise<IssuedSession[]> {
  const issued = new Map<string, IssuedSession>();
  const lastUsed = new Map<string, number>();
  for await (const event of audit.backwards(nowMs - windowMs)) {
    const key = event.userIdentity.accessKeyId ?? "";
    // Newest first, so what is seen first is the last use. Its copy in another account names no key.
    if (key.startsWith("ASIA") && !lastUsed.has(key)) lastUsed.set(key, Date.parse(event.eventTime));
    const session = issuedBy(event);
    // Of the copies of one event, that of the caller's own account knows who he was.
    if (session && event.userIdentity.type !== "AWSAccount") issued.set(session.accessKeyId, session);
  }
  const live = [...issued.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  return live.map((session) => ({
    ...session,
    lastUsedAtMs: lastUsed.get(session.accessKeyId),
    chain: chainOf(session, issued),
  }));
}

function chainOf(session: IssuedSession, issued: ReadonlyMap<string, IssuedSession>): IssuedSession["chain"] {
  const chain = [...session.chain];
  for (let links = 1; links < maxLinks; links++) {
    const before = issued.get(chain[0]?.accessKeyId ?? "")?.chain[0];
    if (!before) break;
    chain.unshift(before);
  }
  return chain;
}
