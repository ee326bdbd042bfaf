import type { OperationContext } from "@rolecall/pipeline";
import type { SessionClaims } from "@rolecall/credentials";
import { idPrefixes, newAccessKeyId } from "@rolecall/identifiers";

export interface WireCredentials {
  AccessKeyId: string;
  SecretAccessKey: string;
  SessionToken: string;
  Expiration: Date;
}

/** What an operation decides of a session; the rest follows from the moment of issue. */
export type SessionFacts = Omit<SessionClaims, "accessKeyId" | "issuedAtSeconds" | "expiresAtSeconds">;

/** Issues a session of the given length. Nothing is stored: the token is the session. */
export function issueCredentials(
  facts: SessionFacts,
  durationSeconds: number,
  context: OperationContext,
): WireCredentials {
  const issuedAtSeconds = Math.floor(context.nowMs / 1000);
  const expiresAtSeconds = issuedAtSeconds + durationSeconds;
  const issued = context.access.issueSession({
    ...facts,
    accessKeyId: newAccessKeyId(idPrefixes.sessionKey, facts.accountId, context.random),
    issuedAtSeconds,
    expiresAtSeconds,
  });
  return {
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey.reveal(),
    SessionToken: issued.sessionToken,
    Expiration: new Date(expiresAtSeconds * 1000),
  };
}
