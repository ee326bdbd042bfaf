import type { OperationContext } from "@rolecall/pipeline";
import { maxSessionTokenBytes } from "@rolecall/credentials";
import type { SessionClaims } from "@rolecall/credentials";
import { idPrefixes, newAccessKeyId } from "@rolecall/identifiers";
import { tooLarge } from "./packed-size.ts";

export interface WireCredentials {
  AccessKeyId: string;
  SecretAccessKey: string;
  SessionToken: string;
  Expiration: Date;
}

/** What an operation decides of a session; the rest follows from the moment of issue. */
export type SessionFacts = Omit<SessionClaims, "accessKeyId" | "issuedAtSeconds" | "expiresAtSeconds">;

/** What every operation that issues a session answers with. */
export interface IssuedSession {
  Credentials: WireCredentials;
  /** Bytes. */
  SessionTokenSize: number;
  /** Percentage of the longest token. */
  SessionTokenUtilization: number;
}

/**
 * Issues a session of the given length. Nothing is stored: the token is the session.
 *
 * @param input  `MinimumSessionTokenSize`: the token is padded to at least so many bytes
 */
export function issueSession(
  facts: SessionFacts,
  durationSeconds: number,
  input: { readonly MinimumSessionTokenSize?: number | undefined },
  context: OperationContext,
): IssuedSession {
  const issuedAtSeconds = Math.floor(context.nowMs / 1000);
  const expiresAtSeconds = issuedAtSeconds + durationSeconds;
  const issued = context.access.issueSession(
    {
      ...facts,
      accessKeyId: newAccessKeyId(idPrefixes.sessionKey, facts.accountId, context.random),
      issuedAtSeconds,
      expiresAtSeconds,
    },
    input.MinimumSessionTokenSize ?? 0,
  );
  if (!issued) throw tooLarge(101);
  const size = issued.sessionToken.length;
  return {
    Credentials: {
      AccessKeyId: issued.accessKeyId,
      SecretAccessKey: issued.secretAccessKey.reveal(),
      SessionToken: issued.sessionToken,
      Expiration: new Date(expiresAtSeconds * 1000),
    },
    SessionTokenSize: size,
    SessionTokenUtilization: Math.ceil((size * 100) / maxSessionTokenBytes),
  };
}
