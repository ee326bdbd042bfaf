import { displayPolicy } from "@rolecall/access";
import type { Access } from "@rolecall/access";
import type { AwsManagedPolicy } from "@rolecall/aws-managed-policies";
import { foldName, groupArn, roleArn, userArn } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { Group, InlinePolicy, ManagedPolicy, ReadTx, Role, User } from "@rolecall/store-contract";
import { attachedPolicyShapes } from "../attachments.ts";
import { accountCheck } from "../checks.ts";
import { encodeDocument } from "../documents.ts";
import { allVersions, policyUse } from "../managed-policies.ts";
import { pageOfEntities, pageOfSections, pageOfSorted, truncation } from "../pagination.ts";
import type { Page, PageInput } from "../pagination.ts";
import { boundaryShape, instanceProfileShape, lastUsed, policyShape, versionShape } from "../shapes.ts";
import { wireTags } from "../tags.ts";

const inlineShapes = (policies: readonly InlinePolicy[]): Iam.PolicyDetail[] =>
  policies.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encodeDocument(document) }));

async function userDetail(tx: ReadTx, user: User): Promise<Iam.UserDetail> {
  const groups = await Promise.all(user.groups.map((groupId) => tx.groups.getBy("byId", groupId)));
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.userId,
    Arn: userArn(user.accountId, user.path, user.name),
    CreateDate: new Date(user.createdAtMs),
    // Recorded 09/2026: the one list that is left out when it is empty.
    UserPolicyList: user.inlinePolicies.length > 0 ? inlineShapes(user.inlinePolicies) : undefined,
    GroupList: groups.flatMap((group) => (group ? [group.name] : [])),
    AttachedManagedPolicies: attachedPolicyShapes(user),
    PermissionsBoundary: boundaryShape(user.permissionsBoundary),
    Tags: wireTags(user.tags),
  };
}

const groupDetail = (group: Group): Iam.GroupDetail => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.groupId,
  Arn: groupArn(group.accountId, group.path, group.name),
  CreateDate: new Date(group.createdAtMs),
  GroupPolicyList: inlineShapes(group.inlinePolicies),
  AttachedManagedPolicies: attachedPolicyShapes(group),
});

async function roleDetail(tx: ReadTx, role: Role): Promise<Iam.RoleDetail> {
  const profiles = await tx.instanceProfiles.listBy("byRole", [role.roleId], { limit: 1000 });
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.roleId,
    Arn: roleArn(role.accountId, role.path, role.name),
    CreateDate: new Date(role.createdAtMs),
    AssumeRolePolicyDocument: encodeDocument(await displayPolicy(tx, role.trustPolicy)),
    InstanceProfileList: await Promise.all(profiles.map(({ record }) => instanceProfileShape(tx, record))),
    RolePolicyList: inlineShapes(role.inlinePolicies),
    AttachedManagedPolicies: attachedPolicyShapes(role),
    PermissionsBoundary: boundaryShape(role.permissionsBoundary),
    Tags: wireTags(role.tags),
    RoleLastUsed: lastUsed(role),
  };
}

async function policyDetail(tx: ReadTx, policy: ManagedPolicy): Promise<Iam.ManagedPolicyDetail> {
  const versions = await allVersions(tx, policy);
  return {
    ...policyShape(policy, await policyUse(tx, policy.arn, policy.accountId)),
    Description: policy.description,
    PolicyVersionList: versions
      .toReversed()
      .map((version) => ({ Document: encodeDocument(version.document), ...versionShape(version, policy) })),
  };
}

/** AWS's policies come with every version that is known, which may be many and long. */
const awsPolicyDetail = async (
  tx: ReadTx,
  policy: AwsManagedPolicy,
  accountId: string,
  { awsManaged }: Access,
): Promise<Iam.ManagedPolicyDetail> => {
  const documents = awsManaged.documents(policy.arn);
  return {
    ...policyShape(policy, await policyUse(tx, policy.arn, accountId)),
    PolicyVersionList: policy.versions.map((version) => ({
      Document: encodeDocument(documents.get(version.versionId) ?? ""),
      ...versionShape(version, policy),
    })),
  };
};

/** Versions of AWS's policies on a page, unless one policy has more. */
const maxAwsVersions = 100;

interface Details {
  Policies: Iam.ManagedPolicyDetail[];
  UserDetailList: Iam.UserDetail[];
  RoleDetailList: Iam.RoleDetail[];
  GroupDetailList: Iam.GroupDetail[];
}

/** Adds one entity to the details. */
type Detail = (details: Details) => Promise<void> | void;

interface DetailSection {
  filter: string;
  /** `U`, `G`, `R`, `L`, `A`: where a marker stands. */
  letter: string;
  read(tx: ReadTx, page: PageInput, context: OperationContext): Promise<Page<Detail>>;
}

const everything = (): boolean => true;

const pageOf = <T>({ items, ...page }: Page<T>, detail: (item: T) => Detail): Page<Detail> => ({
  ...page,
  items: items.map(detail),
});

/** In the order in which pages go through them. */
const sections: readonly DetailSection[] = [
  {
    filter: "User",
    letter: "U",
    async read(tx, input, { accountId }) {
      const page = await pageOfEntities(tx.users, accountId, everything, input, ["details-users", accountId]);
      return pageOf(page, (user) => async (details) => {
        details.UserDetailList.push(await userDetail(tx, user));
      });
    },
  },
  {
    filter: "Group",
    letter: "G",
    async read(tx, input, { accountId }) {
      const listing = ["details-groups", accountId];
      const page = await pageOfEntities(tx.groups, accountId, everything, input, listing);
      return pageOf(page, (group) => (details) => {
        details.GroupDetailList.push(groupDetail(group));
      });
    },
  },
  {
    filter: "Role",
    letter: "R",
    async read(tx, input, { accountId }) {
      const page = await pageOfEntities(tx.roles, accountId, everything, input, ["details-roles", accountId]);
      return pageOf(page, (role) => async (details) => {
        details.RoleDetailList.push(await roleDetail(tx, role));
      });
    },
  },
  {
    filter: "LocalManagedPolicy",
    letter: "L",
    async read(tx, input, { accountId }) {
      const listing = ["details-policies", accountId];
      const page = await pageOfEntities(tx.policies, accountId, everything, input, listing);
      return pageOf(page, (policy) => async (details) => {
        details.Policies.push(await policyDetail(tx, policy));
      });
    },
  },
  {
    // Recorded 09/2026: those of AWS's policies that the account uses.
    filter: "AWSManagedPolicy",
    letter: "A",
    async read(tx, input, { accountId, access }) {
      const listing = ["details-aws-policies", accountId];
      const page = await pageOfSorted(access.awsManaged.all(), ({ name }) => foldName(name), input, listing, {
        async keep({ arn }) {
          const { attachments, boundaries } = await policyUse(tx, arn, accountId);
          return attachments + boundaries > 0;
        },
        weigh: ({ versions }) => versions.length,
        maxWeight: maxAwsVersions,
      });
      return pageOf(page, (policy) => async (details) => {
        details.Policies.push(await awsPolicyDetail(tx, policy, accountId, access));
      });
    },
  },
];

/**
 * Everything of the account that decides what it may do, page by page: users, groups, roles, policies.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export const GetAccountAuthorizationDetails = operation(iam, "GetAccountAuthorizationDetails", {
  authorization: () => accountCheck,
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const wanted = new Set(input.Filter ?? []);
      const open = sections
        .filter(({ filter }) => wanted.size === 0 || wanted.has(filter))
        .map(({ letter, read }) => ({ letter, read: (page: PageInput) => read(tx, page, context) }));
      const page = await pageOfSections(open, input);
      const details: Details = { Policies: [], UserDetailList: [], RoleDetailList: [], GroupDetailList: [] };
      for (const add of page.items) await add(details);
      return { ...details, ...truncation(page) };
    }),
});
