import { managedDocument, resourceTagContext } from "@rolecall/access";
import type { AwsManagedPolicy } from "@rolecall/aws-managed-policies";
import { isAccountId, parseEntityArn, roleArn, userArn } from "@rolecall/identifiers";
import { InvalidInput, NoSuchEntity, ValidationError } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import { parsePolicy } from "@rolecall/policy";
import type { Policy } from "@rolecall/policy";
import type { Group, Identity, ManagedPolicy, Reader, ReadTx, Role, User } from "@rolecall/store-contract";
import { group, role, user } from "../identity-kinds.ts";
import { findAnyPolicy, readPolicy, requirePolicyArn } from "../managed-policies.ts";

/** What last accessed information is asked about, found by its ARN. */
export type Subject =
  | { kind: "user"; record: User }
  | { kind: "group"; record: Group }
  | { kind: "role"; record: Role }
  | { kind: "policy"; record: ManagedPolicy | AwsManagedPolicy };

const kinds = { user, group, role };
const isIdentityKind = (type: string): type is keyof typeof kinds => Object.hasOwn(kinds, type);

/** @throws ValidationError, InvalidInput (its sentence is ours) */
function requireSubjectArn(arn: string, allowed: readonly string[]): { accountId: string; type: string } {
  const parsed = parseEntityArn(arn);
  if (!parsed || !(isAccountId(parsed.accountId) || (parsed.type === "policy" && parsed.accountId === "aws")))
    throw ValidationError("Invalid ARN:  Could not be parsed!");
  if (!allowed.includes(parsed.type))
    throw InvalidInput(`The ARN ${arn} is not that of one of these: ${allowed.join(", ")}.`);
  return parsed;
}

export const identityTypes = ["user", "group", "role"] as const;
export const subjectTypes = [...identityTypes, "policy"] as const;

/** The check of an operation on whatever an ARN names; shown as it was sent. */
export async function subjectCheck(
  arn: string,
  allowed: readonly string[],
  { store, accountId }: OperationContext,
): Promise<CheckFacts> {
  const { accountId: owner, type } = requireSubjectArn(arn, allowed);
  const tags = await store.read((tx) => tagsOf(tx, arn, type));
  return {
    resource: arn,
    // AWS's own policies are read by everybody as if they were the account's.
    resourceAccountId: owner === "aws" ? accountId : owner,
    context: resourceTagContext(tags, type === "policy" ? ["aws"] : undefined),
  };
}

async function tagsOf(tx: ReadTx, arn: string, type: string): Promise<Role["tags"] | undefined> {
  if (type === "policy") return (await tx.policies.getBy("byArn", arn))?.tags;
  const named = parseEntityArn(arn);
  if (!named || type === "group") return undefined;
  const found = await (type === "user" ? tx.users : tx.roles).get(named.accountId, named.name);
  return found?.tags;
}

/** @throws NoSuchEntity; an ARN must be spelt as it is stored, path included */
export async function findSubject(tx: ReadTx, arn: string, context: OperationContext): Promise<Subject> {
  const named = parseEntityArn(arn);
  if (!named || !isIdentityKind(named.type))
    return { kind: "policy", record: await findAnyPolicy(tx, arn, context) };
  const { type, name } = named;
  const found = (record: Identity | undefined): boolean =>
    record !== undefined && kinds[type].arn(record.accountId, record.path, record.name) === arn;
  const record = await kinds[type].reader(tx).get(context.accountId, name);
  if (!record || !found(record)) throw NoSuchEntity(`The ${type} with name ${name} cannot be found.`);
  return { kind: type, record } as Subject;
}

/** A permissions policy of a subject. */
export interface HeldPolicy {
  name: string;
  /** Of managed policies. */
  arn?: string;
  /** Of inline policies: where it is embedded. */
  holder?: { type: "USER" | "GROUP" | "ROLE"; name: string };
  policy: Policy;
}

const holderTypes = { user: "USER", group: "GROUP", role: "ROLE" } as const;

/** A user's groups count with him. Boundaries, trust and session policies are none. */
export async function policiesOf(
  tx: ReadTx,
  subject: Subject,
  context: OperationContext,
): Promise<HeldPolicy[]> {
  if (subject.kind === "policy") return managed(tx, subject.record.arn, context);
  const held = await ownPolicies(tx, subject, context);
  if (subject.kind !== "user") return held;
  const seen = new Set(held.map(({ arn }) => arn));
  for (const groupId of subject.record.groups) {
    const record = await tx.groups.getBy("byId", groupId);
    if (!record) continue;
    for (const policy of await ownPolicies(tx, { kind: "group", record }, context))
      if (policy.arn === undefined || !seen.has(policy.arn)) {
        held.push(policy);
        seen.add(policy.arn);
      }
  }
  return held;
}

async function ownPolicies(
  tx: ReadTx,
  { kind, record }: Exclude<Subject, { kind: "policy" }>,
  context: OperationContext,
): Promise<HeldPolicy[]> {
  const held: HeldPolicy[] = record.inlinePolicies.map(({ name, document }) => ({
    name,
    holder: { type: holderTypes[kind], name: record.name },
    policy: parsed(document),
  }));
  for (const arn of record.attachedPolicies) held.push(...(await managed(tx, arn, context)));
  return held;
}

async function managed(tx: ReadTx, arn: string, context: OperationContext): Promise<HeldPolicy[]> {
  const found = await readPolicy(tx, arn, context);
  const document = found && (await managedDocument(tx, arn, context.access.awsManaged));
  return document === undefined ? [] : [{ name: requirePolicyArn(arn).name, arn, policy: parsed(document) }];
}

function parsed(document: string): Policy {
  const result = parsePolicy(document, "identity", { isStored: true });
  if (!result.ok) throw new Error(`a stored policy no longer parses: ${result.problems[0]?.message}`);
  return result.policy;
}

/** A user or role whose attempts count for a subject. */
export interface Member {
  type: "USER" | "ROLE";
  id: string;
  arn: string;
  name: string;
  path: string;
}

const userMember = ({ userId, accountId, path, name }: User): Member => ({
  type: "USER",
  id: userId,
  arn: userArn(accountId, path, name),
  name,
  path,
});

const roleMember = ({ roleId, accountId, path, name }: Role): Member => ({
  type: "ROLE",
  id: roleId,
  arn: roleArn(accountId, path, name),
  name,
  path,
});

/** The user or role itself; a group's users; who has a policy, directly or through a group. */
export async function membersOf(tx: ReadTx, subject: Subject, accountId: string): Promise<Member[]> {
  switch (subject.kind) {
    case "user":
      return [userMember(subject.record)];
    case "role":
      return [roleMember(subject.record)];
    case "group":
      return usersIn(tx, subject.record.groupId);
    case "policy": {
      const value = [subject.record.arn, accountId];
      const members = new Map<string, Member>();
      const add = (found: Member[]): void => found.forEach((member) => members.set(member.id, member));
      add((await allBy(tx.users, "byAttachedPolicy", value)).map(userMember));
      add((await allBy(tx.roles, "byAttachedPolicy", value)).map(roleMember));
      for (const { groupId } of await allBy(tx.groups, "byAttachedPolicy", value))
        add(await usersIn(tx, groupId));
      return [...members.values()];
    }
  }
}

const usersIn = async (tx: ReadTx, groupId: string): Promise<Member[]> =>
  (await allBy(tx.users, "byGroup", [groupId])).map(userMember);

/** As many as quotas let there be. */
async function allBy<R, I extends string>(
  reader: Reader<R, I>,
  index: I,
  value: readonly string[],
): Promise<R[]> {
  const found: R[] = [];
  const limit = 1000;
  for (let after: string | undefined; ;) {
    const entries = await reader.listBy(index, value, { limit, ...(after !== undefined && { after }) });
    found.push(...entries.map(({ record }) => record));
    if (entries.length < limit) return found;
    after = entries.at(-1)?.cursor;
  }
}
