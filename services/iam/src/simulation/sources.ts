import { managedDocument } from "@rolecall/access";
import type { Access } from "@rolecall/access";
import { InvalidInput } from "@rolecall/model";
import { parseEntityArn } from "@rolecall/identifiers";
import type { OperationContext } from "@rolecall/pipeline";
import type { Group, Identity, ReadTx } from "@rolecall/store-contract";
import { find, group, role, user } from "../identity-kinds.ts";
import { boundaryOf } from "../identity-kinds.ts";

/** One policy document that takes part in a simulation. */
export interface SourcePolicy {
  /** As results name it. */
  id: string;
  document: string;
  /** How it is attached, for exclusions; undefined for documents of the request. */
  attachment?:
    | { kind: "managed"; arn: string }
    | { kind: "inline"; ownerKind: "user" | "group" | "role"; ownerName: string; policyName: string };
}

/** The policies of an entity as they stand now. */
export interface EntityPolicies {
  identity: SourcePolicy[];
  boundary: SourcePolicy | undefined;
  /** The account is a member of an organization. */
  isInOrganization: boolean;
}

export type SourceKind = "user" | "group" | "role";

export interface SourceName {
  kind: SourceKind;
  name: string;
  accountId: string;
}

const isKind = (type: string): type is SourceKind => type === "user" || type === "group" || type === "role";

/** The user, group or role that an ARN names. @throws InvalidInput as recorded on the live service */
export function requireEntityArn(arn: string): SourceName {
  const named = parseEntityArn(arn);
  if (!named || !isKind(named.type))
    throw InvalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  return { kind: named.type, name: named.name, accountId: named.accountId };
}

/** The entity of a request's `PolicySourceArn`. @throws InvalidInput */
export function requireSource(arn: string, { accountId }: OperationContext): SourceName {
  const source = requireEntityArn(arn);
  if (source.accountId !== accountId)
    throw InvalidInput(
      `Invalid Policy Source Arn: caller's account ${accountId} does not have access to policies in account ${source.accountId}`,
    );
  return source;
}

/** A user, group or role as simulations see it. Recorded: found by its name, whatever path the ARN says. */
export const readSource = (tx: ReadTx, { kind, name, accountId }: SourceName): Promise<Identity> =>
  kind === "user"
    ? find(user, tx, accountId, name)
    : kind === "role"
      ? find(role, tx, accountId, name)
      : find(group, tx, accountId, name);

/**
 * Inline policies and managed ones in their default versions, those of a user's groups included, each managed policy
 * once. Trust policies are no permissions and take no part.
 * @throws NoSuchEntity
 */
export async function entityPolicies(
  tx: ReadTx,
  source: SourceName,
  access: Access,
): Promise<EntityPolicies> {
  const entity = await readSource(tx, source);
  const owners: [SourceKind, Identity][] = [[source.kind, entity]];
  if (source.kind === "user")
    for (const groupId of (entity as { groups?: string[] }).groups ?? []) {
      const found: Group | undefined = await tx.groups.getBy("byId", groupId);
      if (found) owners.push(["group", found]);
    }
  const identity: SourcePolicy[] = [];
  const managed = new Set<string>();
  for (const [kind, owner] of owners) {
    for (const { name, document } of owner.inlinePolicies)
      identity.push({
        id: `${kind}_${owner.name}_${name}`,
        document,
        attachment: { kind: "inline", ownerKind: kind, ownerName: owner.name, policyName: name },
      });
    for (const arn of owner.attachedPolicies) managed.add(arn);
  }
  for (const arn of managed) {
    const policy = await managedSource(tx, arn, access);
    if (policy) identity.push(policy);
  }
  const boundaryArn = boundaryOf(entity);
  const account = await tx.accounts.get(source.accountId);
  return {
    identity,
    boundary: boundaryArn === undefined ? undefined : await managedSource(tx, boundaryArn, access),
    isInOrganization: account?.organizationId !== undefined,
  };
}

async function managedSource(tx: ReadTx, arn: string, access: Access): Promise<SourcePolicy | undefined> {
  const document = await managedDocument(tx, arn, access.awsManaged);
  const name = parseEntityArn(arn)?.name ?? arn;
  return document === undefined ? undefined : { id: name, document, attachment: { kind: "managed", arn } };
}
