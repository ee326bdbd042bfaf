import { openSession } from "@rolecall/credentials";
import type { OpenedSession, Secret, SessionClaims } from "@rolecall/credentials";
import type { AccessKey, ReadTx } from "@rolecall/store-contract";
import {
  assumedRootCaller,
  federatedUserCaller,
  roleSessionCaller,
  rootCaller,
  userCaller,
} from "./caller.ts";
import type { Caller } from "./caller.ts";
import type { KeyRing } from "./key-ring.ts";
import type { OpenedSecrets } from "./opened-secrets.ts";
import { isRevoked } from "./revocation.ts";

/** What a key id (and token) stand for. The signature is still to be verified with `secret`. */
export interface FoundCredentials {
  caller: Caller;
  secret: Secret;
  /** Whole seconds since 1970; undefined for long-term keys. */
  expiresAtSeconds: number | undefined;
}

/**
 * Looks up the owner of a signature as things stand now. Undefined means: no such credentials, for whatever
 * reason; callers are not told which (unknown id, inactive key, foreign or altered token, a role or user
 * that is gone, a revoked session, a temporary key without its token).
 */
export async function findCredentials(
  tx: ReadTx,
  accessKeyId: string,
  sessionToken: string | undefined,
  keys: { ring: KeyRing; secrets: OpenedSecrets },
): Promise<FoundCredentials | undefined> {
  return sessionToken === undefined
    ? findLongTermKey(tx, accessKeyId, keys.secrets)
    : findSession(tx, accessKeyId, sessionToken, keys.ring);
}

async function findLongTermKey(
  tx: ReadTx,
  accessKeyId: string,
  secrets: OpenedSecrets,
): Promise<FoundCredentials | undefined> {
  const key = await activeKey(tx, accessKeyId);
  if (!key) return undefined;
  const secret = secrets.open(key);
  if (!secret) throw new Error(`the secret of access key ${accessKeyId} does not open under the master key`);
  const caller = await ownerOf(tx, key);
  return caller && { caller, secret, expiresAtSeconds: undefined };
}

async function activeKey(tx: ReadTx, accessKeyId: string): Promise<AccessKey | undefined> {
  const key = await tx.accessKeys.get(accessKeyId);
  return key?.status === "Active" ? key : undefined;
}

async function ownerOf(tx: ReadTx, key: AccessKey): Promise<Caller | undefined> {
  const { accessKeyId, accountId, owner } = key;
  if (owner.kind === "root") return rootCaller(accountId, accessKeyId);
  const user = await tx.users.getBy("byId", owner.userId);
  return user && userCaller(user, accessKeyId);
}

async function findSession(
  tx: ReadTx,
  accessKeyId: string,
  token: string,
  ring: KeyRing,
): Promise<FoundCredentials | undefined> {
  const opened = await openedSession(tx, token, ring);
  // A token goes with its own key id and no other.
  if (!opened.ok || opened.claims.accessKeyId !== accessKeyId) return undefined;
  const caller = await liveSession(tx, opened.claims);
  return (
    caller && { caller, secret: opened.secretAccessKey, expiresAtSeconds: opened.claims.expiresAtSeconds }
  );
}

/** Opens a token. Under a key that is not known here it may be another node's: the store is asked before it is refused. */
async function openedSession(tx: ReadTx, token: string, ring: KeyRing): Promise<OpenedSession> {
  const opened = openSession(token, ring);
  if (opened.ok || opened.problem !== "unknown-key") return opened;
  await ring.refresh(tx);
  return openSession(token, ring);
}

/**
 * A session lives only as long as the entity behind it, found by its unique id: recreating a role or user
 * under the same name revives nothing.
 */
async function sessionCaller(tx: ReadTx, claims: SessionClaims): Promise<Caller | undefined> {
  const ofRoot = claims.entityId === claims.accountId;
  if (ofRoot && (await tx.accounts.get(claims.accountId)) === undefined) return undefined;
  switch (claims.kind) {
    case "assumed-role": {
      const role = await tx.roles.getBy("byId", claims.entityId);
      return role && roleSessionCaller(role, claims);
    }
    case "session-token": {
      if (ofRoot) return rootCaller(claims.accountId, claims.accessKeyId, claims);
      const user = await tx.users.getBy("byId", claims.entityId);
      return user && userCaller(user, claims.accessKeyId, claims);
    }
    case "federated-user": {
      if (ofRoot) return federatedUserCaller(undefined, claims);
      const user = await tx.users.getBy("byId", claims.entityId);
      return user && federatedUserCaller(user, claims);
    }
    case "assumed-root":
      return ofRoot ? assumedRootCaller(claims) : undefined;
  }
}

/**
 * The caller as things stand in this snapshot: he was found in an earlier one, and a request may take long on its way
 * from there to its decision. The same object when nothing of his has changed; undefined when his credentials are none
 * any more.
 */
export async function callerNow(tx: ReadTx, caller: Caller): Promise<Caller | undefined> {
  const { accessKeyId, claims, user, role } = caller;
  // Nobody signed, so nothing could be taken back.
  if (accessKeyId === undefined) return caller;
  const key = claims ? undefined : await activeKey(tx, accessKeyId);
  const now = claims ? await liveSession(tx, claims) : key && (await ownerOf(tx, key));
  return now && now.user === user && now.role === role ? caller : now;
}

const liveSession = async (tx: ReadTx, claims: SessionClaims): Promise<Caller | undefined> =>
  (await isRevoked(tx, claims)) ? undefined : sessionCaller(tx, claims);
