import type { PolicyKind, PrincipalElement } from "../parse/policy.ts";
import type { Principal } from "../request/principal.ts";

/**
 * What an Allow of a resource policy is worth to a caller of the same account, weakest first.
 *
 * `delegation`: the account is named, an identity policy must allow too. `entity`: stands in for the identity policy,
 * boundary and session policy still limit. `direct`: final, no implicit deny of the caller's other policies counts.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html#policy-eval-basics-single-account
 */
export type Worth = typeof none | typeof delegation | typeof entity | typeof direct;
export const none = 0;
export const delegation = 1;
export const entity = 2;
export const direct = 3;

/** Names that are not there have no set. */
export interface CompiledPrincipals {
  readonly not: boolean;
  /** `*` reaches everyone; in a trust policy `{"AWS":"*"}` reaches AWS principals only. */
  readonly everyone: "all" | "aws" | "none";
  readonly accounts: Names;
  readonly arns: Names;
  readonly uniqueIds: Names;
  readonly services: Names;
  readonly federated: Names;
  readonly canonicalUsers: Names;
}

type Names = ReadonlySet<string> | undefined;

const has = (names: Names, name: string): boolean => names !== undefined && names.has(name);

/** See BindOptions. */
export type PrincipalIds = ReadonlyMap<string, string> | undefined;

/** The account of `111122223333` and `arn:aws:iam::111122223333:root`. */
export function accountOfPrincipal(value: string): string | undefined {
  const [prefix, partition, service, region, owner, name, ...more] = value.split(":");
  const isRoot =
    prefix === "arn" && partition !== "" && service === "iam" && region === "" && name === "root";
  const account = partition === undefined ? value : isRoot && more.length === 0 ? owner : undefined;
  return account?.length === 12 && [...account].every((char) => char >= "0" && char <= "9")
    ? account
    : undefined;
}

export function compilePrincipals({ not, entries }: PrincipalElement, kind: PolicyKind): CompiledPrincipals {
  const accounts = new Set<string>();
  const arns = new Set<string>();
  const uniqueIds = new Set<string>();
  const services = new Set<string>();
  const federated = new Set<string>();
  const canonicalUsers = new Set<string>();
  const everyone: CompiledPrincipals["everyone"] = entries.some(
    ({ type, value }) => type === "*" || (type === "AWS" && value === "*" && kind !== "trust"),
  )
    ? "all"
    : entries.some(({ type, value }) => type === "AWS" && value === "*")
      ? "aws"
      : "none";
  for (const { type, value } of entries) {
    if (type === "Service") services.add(value);
    else if (type === "Federated") federated.add(value);
    else if (type === "CanonicalUser") canonicalUsers.add(value);
    else if (value !== "*") {
      const account = accountOfPrincipal(value);
      if (account !== undefined) accounts.add(account);
      else if (value.startsWith("arn:")) arns.add(value);
      else uniqueIds.add(value);
    }
  }
  const names = (set: ReadonlySet<string>): Names => (set.size === 0 ? undefined : set);
  return {
    not,
    everyone,
    accounts: names(accounts),
    arns: names(arns),
    uniqueIds: names(uniqueIds),
    services: names(services),
    federated: names(federated),
    canonicalUsers: names(canonicalUsers),
  };
}

/**
 * Whether a statement's Principal reaches the caller, and what an Allow is then worth.
 *
 * @param isDeny NotPrincipal spares a caller from a Deny only if all its names are listed (account, role and session),
 *   and keeps it from an Allow if any of them is
 * @param hasBoundary a caller with a permissions boundary is always hit by NotPrincipal with Deny
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function principalWorth(
  principals: CompiledPrincipals,
  caller: Principal,
  ids: PrincipalIds,
  isDeny: boolean,
  hasBoundary: boolean,
): Worth {
  if (!principals.not) return listed(principals, caller, ids);
  if (isDeny) return !hasBoundary && allListed(principals, caller, ids) ? none : direct;
  return listed(principals, caller, ids) === none ? direct : none;
}

function listed(p: CompiledPrincipals, caller: Principal, ids: PrincipalIds): Worth {
  if (p.everyone === "all" || (p.everyone === "aws" && isAwsPrincipal(caller))) return direct;
  switch (caller.kind) {
    case "user":
      if (hasArn(p, caller.arn, caller.uniqueId, ids) || has(p.uniqueIds, caller.uniqueId)) return direct;
      return ofAccount(p, caller.accountId, ids);
    case "role-session":
      if (hasArn(p, caller.arn, caller.uniqueId, ids)) return direct;
      if (hasArn(p, caller.roleArn, caller.uniqueId, ids) || has(p.uniqueIds, caller.uniqueId)) return entity;
      if (caller.federatedProvider !== undefined && has(p.federated, caller.federatedProvider)) return entity;
      return ofAccount(p, caller.accountId, ids);
    case "federated-user":
      if (has(p.arns, caller.arn)) return direct;
      return namesIssuer(p, caller, ids) ? entity : ofAccount(p, caller.accountId, ids);
    case "root":
    case "assumed-root":
      return has(p.arns, caller.arn) ? direct : ofAccount(p, caller.accountId, ids);
    case "service":
      return has(p.services, caller.service) ? direct : none;
    case "federated":
      return has(p.federated, caller.provider) ? direct : none;
    case "anonymous":
      return none;
  }
}

/** Whether every name the caller goes by is listed. */
function allListed(p: CompiledPrincipals, caller: Principal, ids: PrincipalIds): boolean {
  const found = listed(p, caller, ids);
  if (found === none || p.everyone === "all" || (p.everyone === "aws" && isAwsPrincipal(caller)))
    return found !== none;
  switch (caller.kind) {
    case "user":
      return found === direct && ofAccount(p, caller.accountId, ids) !== none;
    case "role-session": {
      const role = hasArn(p, caller.roleArn, caller.uniqueId, ids) || has(p.uniqueIds, caller.uniqueId);
      return found === direct && role && ofAccount(p, caller.accountId, ids) !== none;
    }
    case "federated-user": {
      const issuer = caller.issuer === "root" || namesIssuer(p, caller, ids);
      return found === direct && issuer && ofAccount(p, caller.accountId, ids) !== none;
    }
    case "root":
    case "assumed-root":
      return ofAccount(p, caller.accountId, ids) !== none;
    default:
      return true;
  }
}

function isAwsPrincipal({ kind }: Principal): boolean {
  return kind !== "service" && kind !== "federated" && kind !== "anonymous";
}

function namesIssuer(
  p: CompiledPrincipals,
  caller: Principal & { kind: "federated-user" },
  ids: PrincipalIds,
): boolean {
  if (caller.issuer === "root") return false;
  const { userUniqueId } = caller;
  return (
    hasArn(p, caller.userArn, userUniqueId, ids) ||
    (userUniqueId !== undefined && has(p.uniqueIds, userUniqueId))
  );
}

/** An ARN that was bound to a unique id on save means the entity with that id, not its namesakes. */
function hasArn(
  p: CompiledPrincipals,
  arn: string,
  uniqueId: string | undefined,
  ids: PrincipalIds,
): boolean {
  if (!has(p.arns, arn)) return false;
  const bound = ids?.get(arn);
  return bound === undefined || bound === uniqueId;
}

function ofAccount(p: CompiledPrincipals, accountId: string, ids: PrincipalIds): Worth {
  if (has(p.accounts, accountId)) return delegation;
  // A canonical user id is another name of an account; which one is known to the caller of bindPolicy alone.
  if (p.canonicalUsers !== undefined)
    for (const canonical of p.canonicalUsers) if (ids?.get(canonical) === accountId) return delegation;
  return none;
}
