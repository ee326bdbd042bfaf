import {
  isAccountId,
  oidcProviderArn,
  parseArn,
  parseEntityArn,
  parseProviderArn,
  roleArn,
  samlProviderArn,
  userArn,
} from "@rolecall/identifiers";
import { principalsOf } from "@rolecall/policy";
import type { Policy, PrincipalRef } from "@rolecall/policy";
import type { ReadTx, StoredPolicy } from "@rolecall/store-contract";

export type BoundPrincipals =
  { ok: true; principalIds: Record<string, string> } | { ok: false; invalid: PrincipalRef };

/** A principal that names nobody in particular: nothing to bind. */
const bound = "nothing to bind";

/**
 * Checks on save that every principal of a document exists, and notes the unique id that each user and role ARN
 * has now: the grant is to that user, not to whoever bears the name later. Identity providers are not bound: a
 * provider that is made anew under its name is trusted again (recorded 09/2026).
 *
 * @param trustedBy  for a trust policy, the account of the role: its identity providers must be of that account
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export async function bindPrincipals(
  tx: ReadTx,
  policy: Policy,
  trustedBy?: string,
): Promise<BoundPrincipals> {
  const principalIds: Record<string, string> = {};
  for (const principal of principalsOf(policy)) {
    const found = await bind(tx, principal, trustedBy);
    if (found === undefined) return { ok: false, invalid: principal };
    if (found !== bound) principalIds[principal.value] = found;
  }
  return { ok: true, principalIds };
}

/**
 * The same for documents that come from elsewhere, whose principals need not all be here: those that are not stay
 * bound to their names alone.
 */
export async function bindKnownPrincipals(
  tx: ReadTx,
  policy: Policy,
  trustedBy?: string,
): Promise<{ principalIds: Record<string, string>; unknown: PrincipalRef[] }> {
  const principalIds: Record<string, string> = {};
  const unknown: PrincipalRef[] = [];
  for (const principal of principalsOf(policy)) {
    const found = await bind(tx, principal, trustedBy);
    if (found === undefined) unknown.push(principal);
    else if (found !== bound) principalIds[principal.value] = found;
  }
  return { principalIds, unknown };
}

/** A unique id, `bound` when there is none to note, undefined when the principal does not exist. */
async function bind(
  tx: ReadTx,
  { type, value }: PrincipalRef,
  trustedBy: string | undefined,
): Promise<string | undefined> {
  switch (type) {
    case "*":
      return bound;
    case "AWS":
      return value === "*" ? bound : bindAws(tx, value);
    case "Service":
      return servicePattern.test(value) ? bound : undefined;
    case "Federated":
      return builtInProviders.has(value) ? bound : bindProvider(tx, value, trustedBy);
    default:
      // Canonical user ids are S3's; no account has one here.
      return undefined;
  }
}

const servicePattern = /^[a-z0-9](?:[a-z0-9.-]{0,120}[a-z0-9])?\.amazonaws\.com(?:\.cn)?$/;
/** Providers that AWS knows without one being made. */
const builtInProviders = new Set([
  "cognito-identity.amazonaws.com",
  "accounts.google.com",
  "graph.facebook.com",
  "www.amazon.com",
]);

/** Names are found in any case, but a principal must be spelt as it is stored. */
async function bindProvider(
  tx: ReadTx,
  value: string,
  trustedBy: string | undefined,
): Promise<string | undefined> {
  const named = parseProviderArn(value);
  if (!named || (trustedBy !== undefined && named.accountId !== trustedBy)) return undefined;
  const { accountId, name } = named;
  if (named.type === "saml-provider") {
    const provider = await tx.samlProviders.get(accountId, name);
    return provider && samlProviderArn(accountId, provider.name) === value ? bound : undefined;
  }
  const provider = await tx.oidcProviders.get(accountId, name);
  return provider && oidcProviderArn(accountId, provider.url) === value ? bound : undefined;
}

const accountExists = async (tx: ReadTx, accountId: string): Promise<string | undefined> =>
  (await tx.accounts.get(accountId)) && bound;

async function bindAws(tx: ReadTx, value: string): Promise<string | undefined> {
  if (isAccountId(value)) return accountExists(tx, value);
  // Bound to itself: the id is all that counts, and shows as the name of its entity while there is one.
  if (value.startsWith("AIDA")) return (await tx.users.getBy("byId", value))?.userId;
  if (value.startsWith("AROA")) return (await tx.roles.getBy("byId", value))?.roleId;
  const arn = parseArn(value);
  if (arn?.partition !== "aws" || arn.region !== "") return undefined;
  if (arn.service === "iam" && arn.resource === "root") return accountExists(tx, arn.accountId);
  if (arn.service === "iam") return bindEntity(tx, value);
  if (arn.service === "sts") return bindSession(tx, arn.accountId, arn.resource);
  return undefined;
}

/** Names are found in any case, but a principal must be spelt as it is stored, path included. */
async function bindEntity(tx: ReadTx, value: string): Promise<string | undefined> {
  const named = parseEntityArn(value);
  if (named?.type === "user") {
    const user = await tx.users.get(named.accountId, named.name);
    return user && userArn(user.accountId, user.path, user.name) === value ? user.userId : undefined;
  }
  if (named?.type === "role") {
    const role = await tx.roles.get(named.accountId, named.name);
    return role && roleArn(role.accountId, role.path, role.name) === value ? role.roleId : undefined;
  }
  return undefined;
}

/** Sessions are not stored; the role of one must exist, the account of a federated user. */
async function bindSession(tx: ReadTx, accountId: string, resource: string): Promise<string | undefined> {
  const [kind, name, session, ...rest] = resource.split("/");
  if (kind === "assumed-role" && name && session && rest.length === 0)
    return (await tx.roles.get(accountId, name)) && bound;
  if (kind === "federated-user" && name && session === undefined) return accountExists(tx, accountId);
  return undefined;
}

/**
 * The document as it is shown: as it was saved, but a user or role that is gone shows as its unique id, and one
 * that was renamed or moved as its new ARN.
 */
export async function displayPolicy(tx: ReadTx, stored: StoredPolicy): Promise<string> {
  const changed = new Map<string, string>();
  for (const [written, id] of Object.entries(stored.principalIds)) {
    const shown = await currentName(tx, id);
    if (shown !== written) changed.set(written, shown);
  }
  if (changed.size === 0) return stored.document;
  const document = JSON.parse(stored.document) as { Statement?: object | object[] };
  for (const statement of [document.Statement ?? []].flat()) replacePrincipals(statement, changed);
  return JSON.stringify(document);
}

async function currentName(tx: ReadTx, id: string): Promise<string> {
  if (id.startsWith("AROA")) {
    const role = await tx.roles.getBy("byId", id);
    return role ? roleArn(role.accountId, role.path, role.name) : id;
  }
  const user = await tx.users.getBy("byId", id);
  return user ? userArn(user.accountId, user.path, user.name) : id;
}

function replacePrincipals(statement: object, changed: ReadonlyMap<string, string>): void {
  const { Principal, NotPrincipal } = statement as Record<string, unknown>;
  for (const element of [Principal, NotPrincipal]) {
    if (element === null || typeof element !== "object") continue;
    const principals = element as Record<string, unknown>;
    const { AWS } = principals;
    if (typeof AWS === "string") principals["AWS"] = changed.get(AWS) ?? AWS;
    else if (Array.isArray(AWS))
      principals["AWS"] = AWS.map((value: unknown) =>
        typeof value === "string" ? (changed.get(value) ?? value) : value,
      );
  }
}
