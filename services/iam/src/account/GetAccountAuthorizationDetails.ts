import { displayPolicy } from "@rolecall/access";
import { groupArn, roleArn, userArn } from "@rolecall/identifiers";
import { iam, ValidationError } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { Group, InlinePolicy, ManagedPolicy, ReadTx, Role, User } from "@rolecall/store-contract";
import { attachedPolicyShapes } from "../attachments.ts";
import { accountCheck } from "../checks.ts";
import { encodeDocument } from "../documents.ts";
import { policyUse } from "../managed-policies.ts";
import { pageOfEntities } from "../pagination.ts";
import type { Page, PageInput } from "../pagination.ts";
import { versionsPerPolicy } from "../quotas.ts";
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
  const versions = await tx.policyVersions.list([policy.policyId], { limit: versionsPerPolicy });
  return {
    ...policyShape(policy, await policyUse(tx, policy.arn, policy.accountId)),
    Description: policy.description,
    PolicyVersionList: versions
      .toReversed()
      .map((version) => ({ Document: encodeDocument(version.document), ...versionShape(version, policy) })),
  };
}

interface Details {
  Policies: Iam.ManagedPolicyDetail[];
  UserDetailList: Iam.UserDetail[];
  RoleDetailList: Iam.RoleDetail[];
  GroupDetailList: Iam.GroupDetail[];
}

interface Section {
  filter: string;
  /** Adds a page of its entities to the details. */
  read(tx: ReadTx, accountId: string, page: PageInput, details: Details): Promise<Page<unknown>>;
}

const everything = (): boolean => true;

/** `U`, `G`, `R`, `L`: where a marker stands. */
const sectionLetter = ({ filter }: Section): string => filter.charAt(0);

/** @throws ValidationError for the marker of a listing with another filter */
function sectionOf(marker: string, open: readonly Section[]): number {
  const at = open.findIndex((section) => sectionLetter(section) === marker.charAt(0));
  if (at < 0) throw ValidationError("Marker and Filter do not match");
  return at;
}

/** In the order in which pages go through them. */
const sections: readonly Section[] = [
  {
    filter: "User",
    async read(tx, accountId, input, details) {
      const page = await pageOfEntities(tx.users, accountId, everything, input, ["details-users", accountId]);
      details.UserDetailList = await Promise.all(page.items.map((user) => userDetail(tx, user)));
      return page;
    },
  },
  {
    filter: "Group",
    async read(tx, accountId, input, details) {
      const page = await pageOfEntities(tx.groups, accountId, everything, input, [
        "details-groups",
        accountId,
      ]);
      details.GroupDetailList = page.items.map(groupDetail);
      return page;
    },
  },
  {
    filter: "Role",
    async read(tx, accountId, input, details) {
      const page = await pageOfEntities(tx.roles, accountId, everything, input, ["details-roles", accountId]);
      details.RoleDetailList = await Promise.all(page.items.map((role) => roleDetail(tx, role)));
      return page;
    },
  },
  {
    filter: "LocalManagedPolicy",
    async read(tx, accountId, input, details) {
      const listing = ["details-policies", accountId];
      const page = await pageOfEntities(tx.policies, accountId, everything, input, listing);
      details.Policies = await Promise.all(page.items.map((policy) => policyDetail(tx, policy)));
      return page;
    },
  },
];

/**
 * Everything of the account that decides what it may do, page by page: users, groups, roles, policies.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export const GetAccountAuthorizationDetails = operation(iam, "GetAccountAuthorizationDetails", {
  authorization: () => accountCheck,
  handle: (input, { store, accountId }) =>
    store.read(async (tx) => {
      const wanted = new Set(input.Filter ?? []);
      const open = sections.filter(({ filter }) => wanted.size === 0 || wanted.has(filter));
      const details: Details = { Policies: [], UserDetailList: [], RoleDetailList: [], GroupDetailList: [] };
      // A marker is a letter for the section, then the section's own marker.
      const at = input.Marker === undefined ? 0 : sectionOf(input.Marker, open);
      let left = input.MaxItems ?? 100;
      for (let n = at; n < open.length; n++) {
        const section = open[n];
        if (!section) break;
        const marker = n === at && input.Marker !== undefined ? input.Marker.slice(1) : "";
        if (left === 0) return { ...details, IsTruncated: true, Marker: sectionLetter(section) };
        const page = await section.read(
          tx,
          accountId,
          { MaxItems: left, ...(marker !== "" && { Marker: marker }) },
          details,
        );
        left -= page.items.length;
        if (page.IsTruncated)
          return { ...details, IsTruncated: true, Marker: sectionLetter(section) + (page.Marker ?? "") };
      }
      return { ...details, IsTruncated: false };
    }),
});
