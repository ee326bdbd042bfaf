import { bindKnownPrincipals } from "@rolecall/access";
import { newAccessKey, sealSecret } from "@rolecall/credentials";
import type { MasterKey, NewAccessKey } from "@rolecall/credentials";
import { parseArn } from "@rolecall/identifiers";
import type { Random } from "@rolecall/identifiers";
import { parsePolicy } from "@rolecall/policy";
import type { PolicyKind } from "@rolecall/policy";
import { StoreConflict, StoreOutcomeUnknown } from "@rolecall/store-contract";
import type { Group, Store, WriteTx } from "@rolecall/store-contract";
import { TransferProblem } from "../format.ts";
import type { AuthorizationDetails, EntityDetail } from "./authorization-details.ts";

export interface ImportAccountsOptions {
  nowMs: number;
  random: Random;
  masterKey: MasterKey;
  /** Default version of the AWS managed policy with that ARN; undefined when this installation ships none. */
  awsVersion(arn: string): string | undefined;
  /**
   * Tells the root key of an account that is not here yet to its owner, before there is an account that only this key
   * opens, and gives what takes that back.
   */
  keep(accountId: string, key: NewAccessKey): () => void;
}

export interface ImportedAccount {
  accountId: string;
  users: number;
  groups: number;
  roles: number;
  policies: number;
  instanceProfiles: number;
  /** Root key of an account that was not here before; `keep` was told it, and nobody will be again. */
  rootKey: NewAccessKey | undefined;
  /** What decides otherwise here than there, or is missing. */
  warnings: string[];
}

/** AWS's default: account details do not tell a role's maximum. */
const defaultMaxSessionDurationSeconds = 3600;

/**
 * Takes accounts over as they are: names, paths, unique ids, documents byte for byte, attachments, boundaries, tags.
 * All or nothing. Passwords, access keys, MFA devices and certificates are secrets that AWS does not tell.
 *
 * Trust policies are bound to the unique ids of those principals that are here afterwards, so accounts that trust one
 * another are imported together.
 * @throws TransferProblem
 */
export async function importAccounts(
  store: Store,
  accounts: readonly AuthorizationDetails[],
  options: ImportAccountsOptions,
): Promise<ImportedAccount[]> {
  for (const one of accounts) checkDocuments(one);
  const keys = new Map(accounts.map(({ accountId }) => [accountId, newAccessKey(accountId, options.random)]));
  const takeBack: (() => void)[] = [];
  try {
    for (const [accountId, key] of keys)
      if ((await store.read((tx) => tx.accounts.get(accountId))) === undefined)
        takeBack.unshift(options.keep(accountId, key));
    return await store.write(async (tx) => {
      const imported: ImportedAccount[] = [];
      for (const one of accounts)
        imported.push(await insertAccount(tx, one, keys.get(one.accountId), options));
      for (const [at, one] of accounts.entries()) await bindTrust(tx, one, imported[at]?.warnings ?? []);
      return imported;
    });
  } catch (error) {
    // Else it may have been kept.
    if (!(error instanceof StoreOutcomeUnknown)) for (const undo of takeBack) undo();
    throw error;
  }
}

function checkDocuments({ accountId, users, groups, roles, policies }: AuthorizationDetails): void {
  const check = (document: string, kind: PolicyKind, whose: string): void => {
    const parsed = parsePolicy(document, kind, { isStored: true });
    if (!parsed.ok)
      throw new TransferProblem(
        `Account ${accountId}: ${whose}: ${parsed.problems[0]?.message ?? "no policy"}`,
        "Nothing was imported.",
      );
  };
  const inline = (kind: string, { name, inlinePolicies }: EntityDetail): void => {
    for (const policy of inlinePolicies)
      check(policy.document, "identity", `inline policy ${policy.name} of ${kind} ${name}`);
  };
  for (const one of users) inline("user", one);
  for (const one of groups) inline("group", one);
  for (const one of roles) {
    inline("role", one);
    check(one.trustPolicy, "trust", `trust policy of role ${one.name}`);
  }
  for (const { arn, versions } of policies)
    for (const { versionId, document } of versions) check(document, "identity", `${arn} ${versionId}`);
}

async function insertAccount(
  tx: WriteTx,
  details: AuthorizationDetails,
  key: NewAccessKey | undefined,
  options: ImportAccountsOptions,
): Promise<ImportedAccount> {
  const { accountId, users, groups, roles, policies } = details;
  const warnings: string[] = [];
  const isNew = (await tx.accounts.get(accountId)) === undefined;
  if (isNew && key) await insertRoot(tx, accountId, key, options);
  const common = ({ name, path, createdAtMs, inlinePolicies, attachedPolicies }: EntityDetail) => ({
    accountId,
    name,
    path,
    createdAtMs,
    inlinePolicies,
    attachedPolicies,
  });
  const boundary = (arn: string | undefined) => (arn === undefined ? {} : { permissionsBoundary: arn });

  try {
    for (const one of policies) await insertPolicy(tx, accountId, one);
    const groupIds = new Map<string, string>();
    for (const one of groups) {
      groupIds.set(one.name, one.id);
      const group: Group = { ...common(one), groupId: one.id };
      await tx.groups.insert(group);
    }
    for (const one of users)
      await tx.users.insert({
        ...common(one),
        userId: one.id,
        tags: one.tags,
        groups: one.groups.map((name) => memberOf(groupIds, name, one.name)),
        ...boundary(one.permissionsBoundary),
      });
    warnings.push(...(await policyWarnings(tx, details, options)));
    let instanceProfiles = 0;
    for (const one of roles) {
      const service = serviceOf(one.path);
      await tx.roles.insert({
        ...common(one),
        roleId: one.id,
        maxSessionDurationSeconds: defaultMaxSessionDurationSeconds,
        trustPolicy: { document: one.trustPolicy, principalIds: {} },
        tags: one.tags,
        ...boundary(one.permissionsBoundary),
        ...(one.lastUsed && { lastUsed: one.lastUsed }),
        ...(service !== undefined && { serviceLinked: { serviceName: service } }),
      });
      for (const { name, path, id, createdAtMs, tags } of one.instanceProfiles) {
        instanceProfiles++;
        await tx.instanceProfiles.insert({
          accountId,
          instanceProfileId: id,
          name,
          path,
          createdAtMs,
          tags,
          roleId: one.id,
        });
      }
    }
    return {
      accountId,
      users: users.length,
      groups: groups.length,
      roles: roles.length,
      policies: policies.length,
      instanceProfiles,
      rootKey: isNew ? key : undefined,
      warnings,
    };
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
    throw new TransferProblem(
      `Account ${accountId} has something of that name or id already: ${error.message}`,
      "Import into an account that has none of these entities. Nothing was imported.",
    );
  }
}

/** Of policies that are not here, or are AWS's in another version. */
async function policyWarnings(
  tx: WriteTx,
  { users, groups, roles, awsVersions }: AuthorizationDetails,
  { awsVersion }: ImportAccountsOptions,
): Promise<string[]> {
  const warnings: string[] = [];
  const uses = [
    ...users.map((one) => ({ ...one, whose: `user ${one.name}` })),
    ...groups.map((one) => ({ ...one, whose: `group ${one.name}`, permissionsBoundary: undefined })),
    ...roles.map((one) => ({ ...one, whose: `role ${one.name}` })),
  ].flatMap(({ whose, attachedPolicies, permissionsBoundary }) => [
    ...attachedPolicies.map((arn) => ({
      arn,
      what: `${whose} has the policy`,
      effect: "it neither allows nor denies anything",
    })),
    ...(permissionsBoundary === undefined
      ? []
      : [{ arn: permissionsBoundary, what: `${whose} has the boundary`, effect: "nothing is allowed" }]),
  ]);
  for (const { arn, what, effect } of uses) {
    const isAws = parseArn(arn)?.accountId === "aws";
    const isKnown = isAws ? awsVersion(arn) !== undefined : await tx.policies.getBy("byArn", arn);
    if (!isKnown) warnings.push(`${what} ${arn}, which is not here: ${effect}.`);
  }
  for (const [arn, there] of awsVersions) {
    const here = awsVersion(arn);
    if (here !== undefined && here !== there)
      warnings.push(`${arn} is in version ${there} there and ${here} here: it may decide otherwise.`);
  }
  return warnings;
}

async function insertRoot(
  tx: WriteTx,
  accountId: string,
  { accessKeyId, secretAccessKey }: NewAccessKey,
  { nowMs, masterKey, random }: ImportAccountsOptions,
): Promise<void> {
  await tx.accounts.insert({ accountId, name: "imported", createdAtMs: nowMs, status: "ACTIVE" });
  await tx.accessKeys.insert({
    accessKeyId,
    accountId,
    owner: { kind: "root" },
    status: "Active",
    createdAtMs: nowMs,
    sealedSecret: sealSecret(masterKey, accessKeyId, secretAccessKey, random),
  });
}

async function insertPolicy(
  tx: WriteTx,
  accountId: string,
  { versions, id, ...policy }: AuthorizationDetails["policies"][number],
): Promise<void> {
  if (!versions.some(({ versionId }) => versionId === policy.defaultVersionId))
    throw new TransferProblem(`${policy.arn}: its default version is missing.`, "Nothing was imported.");
  const numberOf = (versionId: string): number => Number(versionId.slice(1));
  await tx.policies.insert({
    accountId,
    policyId: id,
    ...policy,
    nextVersionNumber: Math.max(...versions.map(({ versionId }) => numberOf(versionId))) + 1,
    tags: [],
  });
  for (const version of versions)
    await tx.policyVersions.insert({
      policyId: id,
      policyArn: policy.arn,
      versionNumber: numberOf(version.versionId),
      ...version,
    });
}

function memberOf(groupIds: ReadonlyMap<string, string>, group: string, user: string): string {
  const id = groupIds.get(group);
  if (id === undefined)
    throw new TransferProblem(
      `User ${user} is in the group ${group}, which the file does not have.`,
      "Export without --filter, so that users come with their groups.",
    );
  return id;
}

/** `lambda.amazonaws.com` of a service-linked role's path. */
const serviceOf = (path: string): string | undefined => /^\/aws-service-role\/([^/]+)\/$/.exec(path)?.[1];

/** Notes the unique ids of principals that are here now. */
async function bindTrust(
  tx: WriteTx,
  { accountId, roles }: AuthorizationDetails,
  warnings: string[],
): Promise<void> {
  for (const { name, trustPolicy } of roles) {
    const parsed = parsePolicy(trustPolicy, "trust", { isStored: true });
    const role = await tx.roles.get(accountId, name);
    if (!parsed.ok || !role) throw new Error(`role ${name} was imported a moment ago`);
    const { principalIds, unknown } = await bindKnownPrincipals(tx, parsed.policy, accountId);
    for (const { type, value } of unknown)
      warnings.push(
        `role ${name} trusts ${type} ${value}, which is not here: it is bound to that name alone.`,
      );
    if (Object.keys(principalIds).length > 0)
      await tx.roles.put({ ...role, trustPolicy: { document: trustPolicy, principalIds } });
  }
}
