import { groupArn, roleArn, userArn } from "@rolecall/identifiers";
import { EntityAlreadyExists, NoSuchEntity } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import { StoreConflict } from "@rolecall/store-contract";
import type {
  Group,
  Identity,
  Reader,
  ReadTx,
  Role,
  Tag,
  User,
  Writer,
  WriteTx,
} from "@rolecall/store-contract";
import type { Quota } from "./quotas.ts";
import { requireModifiableRole } from "./roles/protected-roles.ts";

/** What tells users, groups and roles apart where the API treats them alike. */
export interface IdentityKind<R extends Identity> {
  noun: "user" | "group" | "role";
  reader(tx: ReadTx): Reader<R>;
  writer(tx: WriteTx): Writer<R>;
  arn(accountId: string, path: string, name: string): string;
  /** Throws for entities that only a service may change. */
  requireModifiable(record: R): void;
  perAccount: Quota;
  attachments: Quota;
  inlineSize: Quota;
}

export const user: IdentityKind<User> = {
  noun: "user",
  reader: (tx) => tx.users,
  writer: (tx) => tx.users,
  arn: userArn,
  requireModifiable: () => undefined,
  perAccount: "UsersPerAccount",
  attachments: "PoliciesPerUser",
  inlineSize: "UserPolicySize",
};

export const group: IdentityKind<Group> = {
  noun: "group",
  reader: (tx) => tx.groups,
  writer: (tx) => tx.groups,
  arn: groupArn,
  requireModifiable: () => undefined,
  perAccount: "GroupsPerAccount",
  attachments: "PoliciesPerGroup",
  inlineSize: "GroupPolicySize",
};

export const role: IdentityKind<Role> = {
  noun: "role",
  reader: (tx) => tx.roles,
  writer: (tx) => tx.roles,
  arn: roleArn,
  requireModifiable: requireModifiableRole,
  perAccount: "RolesPerAccount",
  attachments: "PoliciesPerRole",
  inlineSize: "RolePolicySize",
};

export const arnOf = <R extends Identity>(kind: IdentityKind<R>, { accountId, path, name }: R): string =>
  kind.arn(accountId, path, name);

const title = (noun: string): string => noun.charAt(0).toUpperCase() + noun.slice(1);

/** @throws NoSuchEntity with the name as it was asked for */
export async function find<R extends Identity>(
  kind: IdentityKind<R>,
  tx: ReadTx,
  accountId: string,
  name: string,
): Promise<R> {
  const record = await kind.reader(tx).get(accountId, name);
  if (!record) throw NoSuchEntity(`The ${kind.noun} with name ${name} cannot be found.`);
  return record;
}

/** Reads one entity of the caller's account. */
export function read<R extends Identity>(
  kind: IdentityKind<R>,
  name: string,
  { store, accountId }: OperationContext,
): Promise<R> {
  return store.read((tx) => find(kind, tx, accountId, name));
}

/**
 * Changes one entity in one transaction; nothing is kept when `edit` throws.
 * @param requireModifiable  throws for entities that may not be changed in this way
 */
export function change<R extends Identity>(
  kind: IdentityKind<R>,
  name: string,
  { store, accountId }: OperationContext,
  edit: (record: R, tx: WriteTx) => Promise<void> | void,
  requireModifiable: (record: R) => void = kind.requireModifiable,
): Promise<R> {
  return store.write(async (tx) => {
    const record = await find(kind, tx, accountId, name);
    requireModifiable(record);
    await edit(record, tx);
    await kind.writer(tx).put(record);
    return record;
  });
}

/** Stores a new entity, or one under a new name. @throws EntityAlreadyExists in any case of the name */
export async function insert<R extends Identity>(
  kind: IdentityKind<R>,
  tx: WriteTx,
  record: R,
): Promise<void> {
  try {
    await kind.writer(tx).insert(record);
  } catch (error) {
    if (error instanceof StoreConflict && error.index === undefined)
      throw EntityAlreadyExists(`${title(kind.noun)} with name ${record.name} already exists.`);
    throw error;
  }
}

/** Gives an entity another name or path; its id and everything it has stay. */
export async function rename<R extends Identity>(
  kind: IdentityKind<R>,
  name: string,
  to: { name: string | undefined; path: string | undefined },
  { store, accountId }: OperationContext,
): Promise<void> {
  await store.write(async (tx) => {
    const record = await find(kind, tx, accountId, name);
    await kind.writer(tx).delete(accountId, record.name);
    await insert(kind, tx, { ...record, name: to.name ?? record.name, path: to.path ?? record.path });
  });
}

/** Tags and boundary of an entity that has them. */
export const tagsOf = (record: Identity): readonly Tag[] => ("tags" in record ? (record.tags as Tag[]) : []);
export const boundaryOf = (record: Identity): string | undefined =>
  "permissionsBoundary" in record ? (record.permissionsBoundary as string) : undefined;
