import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { Identity, Reader, ReadTx } from "@rolecall/store-contract";
import { findAnyPolicy, policyCheck } from "../managed-policies.ts";
import { pageOfIndex, pageOfSections, truncation } from "../pagination.ts";
import type { Page, PageInput, Section } from "../pagination.ts";

type Entity = ["Group" | "Role" | "User", Identity];

/** A part of the listing: entities of one kind that use the policy in one way. */
interface Part {
  letter: string;
  type: Entity[0];
  usage: Usage;
  read(
    tx: ReadTx,
    value: readonly string[],
    page: PageInput,
    listing: readonly string[],
    keep: (record: Identity) => boolean,
  ): Promise<Page<Identity>>;
}
type Usage = "PermissionsPolicy" | "PermissionsBoundary";

const parts: readonly Part[] = [
  part("G", "Group", "PermissionsPolicy", (tx) => tx.groups, "byAttachedPolicy"),
  part("R", "Role", "PermissionsPolicy", (tx) => tx.roles, "byAttachedPolicy"),
  part("U", "User", "PermissionsPolicy", (tx) => tx.users, "byAttachedPolicy"),
  part("r", "Role", "PermissionsBoundary", (tx) => tx.roles, "byBoundary"),
  part("u", "User", "PermissionsBoundary", (tx) => tx.users, "byBoundary"),
];

function part<I extends string>(
  letter: string,
  type: Entity[0],
  usage: Usage,
  reader: (tx: ReadTx) => Reader<Identity, I>,
  index: I,
): Part {
  return {
    letter,
    type,
    usage,
    read: (tx, value, page, listing, keep) => pageOfIndex(reader(tx), index, value, page, listing, keep),
  };
}

/** One after another, so that a page costs what a page does; who uses the policy in both ways stands in the first part. */
function sectionsOf(
  tx: ReadTx,
  input: Iam.ListEntitiesForPolicyRequest,
  accountId: string,
): Section<Entity>[] {
  const { PolicyArn: arn, EntityFilter: kind, PolicyUsageFilter: wanted } = input;
  const prefix = input.PathPrefix ?? "/";
  return parts
    .filter(({ type, usage }) => (kind ?? type) === type && (wanted ?? usage) === usage)
    .map(({ letter, type, usage, read }) => ({
      letter,
      async read(page) {
        const { items, ...rest } = await read(
          tx,
          [arn, accountId],
          page,
          ["entities-for", letter, accountId, arn, kind ?? "", wanted ?? "", prefix],
          ({ path, attachedPolicies }) =>
            path.startsWith(prefix) &&
            !(wanted === undefined && usage === "PermissionsBoundary" && attachedPolicies.includes(arn)),
        );
        return { ...rest, items: items.map((record): Entity => [type, record]) };
      },
    }));
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
      const page = await pageOfSections(sectionsOf(tx, input, accountId), input);
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
