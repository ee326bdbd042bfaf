import type { SessionClaims } from "@rolecall/credentials";
import { idPrefixes } from "@rolecall/identifiers";
import type { ReadTx, Revocation, RevocationScope } from "@rolecall/store-contract";

/** The longest that any session lasts: 36 hours, of GetSessionToken and GetFederationToken. */
export const maxSessionSeconds = 129_600;

/** The revocation of everything in its scope that has been issued until now. */
export function revocationOf(scope: RevocationScope, value: string, nowMs: number): Revocation {
  return { scope, value, revokedAtMs: nowMs, expiresAtMs: nowMs + maxSessionSeconds * 1000 };
}

/**
 * Whether a session was ended before its time: it itself, a session or access key that stands earlier in its chain, its
 * role or one of theirs, or its source identity.
 *
 * Read at every use, so it acts at once on every node. As long as nothing is revoked that is one read, of an empty
 * list; else some more of single records. Times are whole seconds, so a session of the second of the revocation is over.
 * A session that is meant by its own id is over whatever its time: none comes later under that id, and the clocks of two
 * nodes may differ.
 */
export async function isRevoked(tx: ReadTx, claims: SessionClaims): Promise<boolean> {
  if ((await tx.revocations.list([], { limit: 1 })).length === 0) return false;
  const { chain = [], sourceIdentity } = claims;
  const keyIds = [claims.accessKeyId, ...chain.map(({ accessKeyId }) => accessKeyId)];
  const roleIds = [claims.entityId, ...chain.flatMap(({ roleId }) => roleId ?? [])];
  const found = await tx.revocations.getMany([
    ...keyIds.map((id) => ["session", id] as const),
    ...[...new Set(roleIds)].map((id) => ["role", id] as const),
    ...(sourceIdentity === undefined ? [] : [["source-identity", sourceIdentity] as const]),
  ]);
  return found.some(
    (revocation) =>
      revocation !== undefined &&
      (isOneSession(revocation) || claims.issuedAtSeconds <= Math.floor(revocation.revokedAtMs / 1000)),
  );
}

/** A key of a user or root user goes on, and gives other sessions. */
const isOneSession = ({ scope, value }: Revocation): boolean =>
  scope === "session" && value.startsWith(idPrefixes.sessionKey);
