import type { SessionClaims } from "@rolecall/credentials";
import { isAccountId, parseArn, parseEntityArn, roleArn } from "@rolecall/identifiers";
import type { ReadTx, Role, StoredPolicy } from "@rolecall/store-contract";
import { anonymousCaller, roleSessionCaller, rootCaller, userCaller } from "./caller.ts";
import type { Caller } from "./caller.ts";
import type { Check } from "./check.ts";

/** Name of the session that stands for a role itself. */
const simulatedSession = "simulation";

/**
 * The caller that a principal would be, for simulations: a user, a role (as a session without session policies),
 * a role session, an account's root user, or `anonymous`. No credentials are looked at or made.
 * @param name  an ARN, a twelve digit account id or `anonymous`
 */
export async function callerNamed(tx: ReadTx, name: string, nowMs: number): Promise<Caller | undefined> {
  if (name === "anonymous") return anonymousCaller;
  const arn = parseArn(name);
  const accountId = isAccountId(name) ? name : arn?.accountId;
  if (accountId === undefined) return undefined;
  if (isAccountId(name) || (arn?.service === "iam" && arn.resource === "root"))
    return (await tx.accounts.get(accountId)) && rootCaller(accountId, "");
  const entity = parseEntityArn(name);
  if (entity?.type === "user") {
    const user = await tx.users.get(accountId, entity.name);
    return user && userCaller(user, "");
  }
  if (entity?.type === "role") {
    const role = await tx.roles.get(accountId, entity.name);
    return role && roleSessionCaller(role, claimsOf(role, simulatedSession, nowMs));
  }
  const [kind, roleName = "", session] = arn?.service === "sts" ? arn.resource.split("/") : [];
  if (kind !== "assumed-role" || session === undefined) return undefined;
  const role = await tx.roles.get(accountId, roleName);
  return role && roleSessionCaller(role, claimsOf(role, session, nowMs));
}

const claimsOf = (role: Role, sessionName: string, nowMs: number): SessionClaims => ({
  kind: "assumed-role",
  accessKeyId: "",
  accountId: role.accountId,
  entityId: role.roleId,
  sessionName,
  issuedAtSeconds: Math.floor(nowMs / 1000),
  expiresAtSeconds: Math.floor(nowMs / 1000) + 3600,
});

/** What the store knows of a resource. */
export interface NamedResource {
  accountId: string | undefined;
  policyType: NonNullable<Check["resourcePolicyType"]>;
  policy: StoredPolicy | undefined;
}

/** Owner and policy of the resource that an ARN names, where this installation keeps them. */
export async function resourceNamed(tx: ReadTx, resource: string, action: string): Promise<NamedResource> {
  const arn = parseArn(resource);
  if (arn?.service === "s3" && arn.accountId === "") {
    const bucket = await tx.buckets.get(arn.resource.split("/")[0] ?? "");
    return { accountId: bucket?.accountId, policyType: "resource", policy: bucket?.policy };
  }
  if (action.toLowerCase().startsWith("sts:")) {
    const named = parseEntityArn(resource);
    const role = named?.type === "role" ? await tx.roles.get(named.accountId, named.name) : undefined;
    if (named?.type === "role") {
      const isSame = role && roleArn(role.accountId, role.path, role.name) === resource;
      return {
        accountId: named.accountId,
        policyType: "trust",
        policy: isSame ? role.trustPolicy : undefined,
      };
    }
  }
  const accountId = arn && isAccountId(arn.accountId) ? arn.accountId : undefined;
  return { accountId, policyType: "resource", policy: undefined };
}
