import { foldName } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { Identity, Reader, ReadTx } from "@rolecall/store-contract";
import { findAnyPolicy, policyCheck } from "../managed-policies.ts";
import { pageOf, truncation } from "../pagination.ts";

type Entity = ["Group" | "Role" | "User", Identity];

/** All entities of one kind that use the policy; as many as quotas let there be. */
async function usersOf<I extends string>(
  reader: Reader<Identity, I>,
  index: I,
  policyArn: string,
  accountId: string,
): Promise<Identity[]> {
  const found: Identity[] = [];
  let after: string | undefined;
  do {
    const entries = await reader.listBy(index, [policyArn, accountId], {
      limit: 1000,
      ...(after !== undefined && { after }),
    });
    found.push(...entries.map(({ record }) => record));
    after = entries.length === 1000 ? entries.at(-1)?.cursor : undefined;
  } while (after !== undefined);
  return found;
}

async function entitiesOf(
  tx: ReadTx,
  input: Iam.ListEntitiesForPolicyRequest,
  accountId: string,
): Promise<Entity[]> {
  const { PolicyArn: arn, EntityFilter: kind, PolicyUsageFilter: usage } = input;
  const prefix = input.PathPrefix ?? "/";
  const entities = new Map<string, Entity>();
  const add = (type: Entity[0], found: Identity[]): void => {
    for (const record of found)
      if ((kind === undefined || kind === type) && record.path.startsWith(prefix))
        entities.set(`${type} ${foldName(record.name)}`, [type, record]);
  };
  if (usage !== "PermissionsBoundary") {
    add("Group", await usersOf(tx.groups, "byAttachedPolicy", arn, accountId));
    add("User", await usersOf(tx.users, "byAttachedPolicy", arn, accountId));
    add("Role", await usersOf(tx.roles, "byAttachedPolicy", arn, accountId));
  }
  if (usage !== "PermissionsPolicy") {
    add("User", await usersOf(tx.users, "byBoundary", arn, accountId));
    add("Role", await usersOf(tx.roles, "byBoundary", arn, accountId));
  }
  return [...entities.values()];
}

/**
 * Who uses a policy, attached or as a boundary. Filters for what is no entity give empty lists.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
 */
export const ListEntitiesForPolicy = operation(iam, "ListEntitiesForPolicy", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { accountId } = context;
      await findAnyPolicy(tx, input.PolicyArn, context);
      const listing = [
        "entities-for",
        accountId,
        input.PolicyArn,
        input.EntityFilter ?? "",
        input.PolicyUsageFilter ?? "",
        input.PathPrefix ?? "/",
      ];
      const all = await entitiesOf(tx, input, accountId);
      const page = pageOf(all, ([type, record]) => `${type} ${foldName(record.name)}`, input, listing);
      const of = (wanted: Entity[0]): Identity[] =>
        page.items.filter(([type]) => type === wanted).map(([, record]) => record);
      const idOf = (record: Identity): string =>
        Object.entries(record).find(([member]) => /^(group|user|role)Id$/.test(member))?.[1] as string;
      return {
        PolicyGroups: of("Group").map((group) => ({ GroupName: group.name, GroupId: idOf(group) })),
        PolicyUsers: of("User").map((user) => ({ UserName: user.name, UserId: idOf(user) })),
        PolicyRoles: of("Role").map((role) => ({ RoleName: role.name, RoleId: idOf(role) })),
        ...truncation(page),
      };
    }),
});
