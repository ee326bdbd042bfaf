import type { SessionClaims } from "@rolecall/credentials";
import type { ReadTx, Revocation, RevocationScope } from "@rolecall/store-contract";

/** The longest that any session lasts: 36 hours, of GetSessionToken and GetFederationToken. */
export const maxSessionSeconds = 129_600;

/** The revocation of everything in its scope that has been issued until now. */
export function revocationOf(scope: RevocationScope, value: string, nowMs: number): Revocation {
  return { scope, value, revokedAtMs: nowMs, expiresAtMs: nowMs + maxSessionSeconds * 1000 };
}

/**
 * Whether a session was ended before its time: it itself, a session or access key that stands earlier in its chain, its
 * role, or its source identity.
 *
 * Read at every use, so it acts at once on every node. As long as nothing is revoked that is one read, of an empty
 * list; else some more of single records. Times are whole seconds, so a session of the second of the revocation is over.
 */
export async function isRevoked(tx: ReadTx, claims: SessionClaims): Promise<boolean> {
  if ((await tx.revocations.list([], { limit: 1 })).length === 0) return false;
  const keyIds = [claims.accessKeyId, ...(claims.chain ?? []).map(({ accessKeyId }) => accessKeyId)];
  const found = await tx.revocations.getMany([
    ...keyIds.map((id) => ["session", id] as const),
    ["role", claims.entityId],
    ...(claims.sourceIdentity === undefined ? [] : [["source-identity", claims.sourceIdentity] as const]),
  ]);
  return found.some(
    (revocation) =>
      revocation !== undefined && claims.issuedAtSeconds <= Math.floor(revocation.revokedAtMs / 1000),
  );
}
