import { displayPolicy } from "@rolecall/access";
import type { AwsManagedPolicy, AwsPolicyVersion } from "@rolecall/aws-managed-policies";
import { groupArn, instanceProfileArn, roleArn, userArn } from "@rolecall/identifiers";
import type { Iam } from "@rolecall/model";
import type {
  Group,
  InstanceProfile,
  ManagedPolicy,
  PolicyVersion,
  ReadTx,
  Role,
  User,
} from "@rolecall/store-contract";
import { encodeDocument } from "./documents.ts";
import { isAttachable } from "./managed-policies.ts";
import type { PolicyUse } from "./managed-policies.ts";
import { tagsIfAny } from "./tags.ts";

// What the API shows of a record. Listings show less than answers about one entity: no tags, no boundary
// (verified and recorded against the live service).

/**
 * The type's only value in live answers; the model's enum says `PermissionsBoundaryPolicy`, which no answer was
 * seen to carry.
 */
const boundaryType = "Policy";

export const boundaryShape = (arn: string | undefined): Iam.AttachedPermissionsBoundary | undefined =>
  arn === undefined ? undefined : { PermissionsBoundaryType: boundaryType, PermissionsBoundaryArn: arn };

export const listedUser = ({ accountId, path, name, userId, ...user }: User): Iam.User => ({
  Path: path,
  UserName: name,
  UserId: userId,
  Arn: userArn(accountId, path, name),
  CreateDate: new Date(user.createdAtMs),
  PasswordLastUsed: user.passwordLastUsedAtMs === undefined ? undefined : new Date(user.passwordLastUsedAtMs),
});

export const userShape = (user: User): Iam.User => ({
  ...listedUser(user),
  PermissionsBoundary: boundaryShape(user.permissionsBoundary),
  Tags: tagsIfAny(user.tags),
});

export const groupShape = ({ accountId, path, name, groupId, createdAtMs }: Group): Iam.Group => ({
  Path: path,
  GroupName: name,
  GroupId: groupId,
  Arn: groupArn(accountId, path, name),
  CreateDate: new Date(createdAtMs),
});

/** A role inside another answer. Its trust policy shows principals as they are called now. */
export async function innerRole(tx: ReadTx, role: Role): Promise<Iam.Role> {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.roleId,
    Arn: roleArn(role.accountId, role.path, role.name),
    CreateDate: new Date(role.createdAtMs),
    AssumeRolePolicyDocument: encodeDocument(await displayPolicy(tx, role.trustPolicy)),
  };
}

/** CreateRole's answer: without description, maximum duration and last use. */
export const createdRole = async (tx: ReadTx, role: Role): Promise<Iam.Role> => ({
  ...(await innerRole(tx, role)),
  PermissionsBoundary: boundaryShape(role.permissionsBoundary),
  Tags: tagsIfAny(role.tags),
});

export const listedRole = async (tx: ReadTx, role: Role): Promise<Iam.Role> => ({
  ...(await innerRole(tx, role)),
  Description: role.description,
  MaxSessionDuration: role.maxSessionDurationSeconds,
});

export const lastUsed = ({ lastUsed: used }: Role): Iam.RoleLastUsed =>
  used ? { LastUsedDate: new Date(used.atMs), Region: used.region } : {};

export const roleShape = async (tx: ReadTx, role: Role): Promise<Iam.Role> => ({
  ...(await listedRole(tx, role)),
  PermissionsBoundary: boundaryShape(role.permissionsBoundary),
  Tags: tagsIfAny(role.tags),
  RoleLastUsed: lastUsed(role),
  SourceRoleTemplate: role.sourceTemplate && {
    TemplateArn: role.sourceTemplate.arn,
    TemplateMinorVersion: role.sourceTemplate.minorVersion,
  },
});

/** Without description and tags, which only some answers have. */
export const policyShape = (
  policy: ManagedPolicy | AwsManagedPolicy,
  { attachments, boundaries }: PolicyUse,
): Iam.Policy => ({
  PolicyName: policy.name,
  PolicyId: policy.policyId,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersionId,
  AttachmentCount: attachments,
  PermissionsBoundaryUsageCount: boundaries,
  IsAttachable: isAttachable(policy),
  CreateDate: new Date(policy.createdAtMs),
  UpdateDate: new Date(policy.updatedAtMs),
});

/** Without the document, which only some answers have. */
export const versionShape = (
  { versionId, createdAtMs }: PolicyVersion | AwsPolicyVersion,
  policy: ManagedPolicy | AwsManagedPolicy,
): Iam.PolicyVersion => ({
  VersionId: versionId,
  IsDefaultVersion: versionId === policy.defaultVersionId,
  // Of some older versions of AWS's policies it is not known.
  CreateDate: createdAtMs === undefined ? undefined : new Date(createdAtMs),
});

export async function instanceProfileShape(
  tx: ReadTx,
  profile: InstanceProfile,
): Promise<Iam.InstanceProfile> {
  const role = profile.roleId === undefined ? undefined : await tx.roles.getBy("byId", profile.roleId);
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.instanceProfileId,
    Arn: instanceProfileArn(profile.accountId, profile.path, profile.name),
    CreateDate: new Date(profile.createdAtMs),
    Roles: role ? [await innerRole(tx, role)] : [],
  };
}
