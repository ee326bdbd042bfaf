import { setTimeout as wait } from "node:timers/promises";
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteServiceLinkedRoleCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  TagRoleCommand,
  UntagInstanceProfileCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
  waitUntilInstanceProfileExists,
} from "@aws-sdk/client-iam";
import type { IAMClient } from "@aws-sdk/client-iam";
import { changeTags, decoded, lastOf, tagList, tagMap, unlessGone } from "./kind.ts";
import type { Kind, Tags } from "./kind.ts";

export interface RoleArguments {
  name: string;
  path: string;
  assumeRolePolicy: unknown;
  description: string;
  maxSessionDuration: number;
  permissionsBoundary: string | undefined;
  tags: Tags;
  /** Name to document. */
  inlinePolicies: Record<string, unknown>;
  /** A set: kept in order of the alphabet. */
  managedPolicyArns: string[];
}

async function inlinePolicies(iam: IAMClient, RoleName: string): Promise<Record<string, unknown>> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const documents = PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return [PolicyName, decoded(PolicyDocument)] as const;
  });
  return Object.fromEntries(await Promise.all(documents));
}

const roleTags = (iam: IAMClient, RoleName: string, before: Tags, after: Tags): Promise<void> =>
  changeTags(
    before,
    after,
    (TagKeys) => iam.send(new UntagRoleCommand({ RoleName, TagKeys })),
    (Tags) => iam.send(new TagRoleCommand({ RoleName, Tags })),
  );

async function changePolicies(
  iam: IAMClient,
  RoleName: string,
  before: Pick<RoleArguments, "inlinePolicies" | "managedPolicyArns">,
  after: Pick<RoleArguments, "inlinePolicies" | "managedPolicyArns">,
): Promise<void> {
  for (const PolicyName of Object.keys(before.inlinePolicies))
    if (!(PolicyName in after.inlinePolicies))
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  for (const [PolicyName, document] of Object.entries(after.inlinePolicies))
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }),
    );
  for (const PolicyArn of before.managedPolicyArns)
    if (!after.managedPolicyArns.includes(PolicyArn))
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  for (const PolicyArn of after.managedPolicyArns)
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
}

/** aws_iam_role, its inline policies and attachments with it. */
export const role: Kind<RoleArguments> = {
  async create(iam, wanted) {
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: wanted.name,
        Path: wanted.path,
        AssumeRolePolicyDocument: JSON.stringify(wanted.assumeRolePolicy),
        MaxSessionDuration: wanted.maxSessionDuration,
        ...(wanted.description !== "" && { Description: wanted.description }),
        ...(wanted.permissionsBoundary !== undefined && { PermissionsBoundary: wanted.permissionsBoundary }),
        Tags: tagList(wanted.tags),
      }),
    );
    await changePolicies(iam, wanted.name, { inlinePolicies: {}, managedPolicyArns: [] }, wanted);
    return Role?.RoleName ?? "";
  },
  read: (iam, RoleName) =>
    unlessGone(async () => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      return {
        arguments: {
          name: Role?.RoleName ?? "",
          path: Role?.Path ?? "",
          assumeRolePolicy: decoded(Role?.AssumeRolePolicyDocument),
          description: Role?.Description ?? "",
          maxSessionDuration: Role?.MaxSessionDuration ?? 0,
          permissionsBoundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
          tags: tagMap(Role?.Tags),
          inlinePolicies: await inlinePolicies(iam, RoleName),
          managedPolicyArns: AttachedPolicies.map(({ PolicyArn = "" }) => PolicyArn).toSorted(),
        },
        computed: { arn: Role?.Arn, id: Role?.RoleId, created: Role?.CreateDate?.toISOString() },
      };
    }),
  async update(iam, RoleName, before, after) {
    const document = JSON.stringify(after.assumeRolePolicy);
    if (document !== JSON.stringify(before.assumeRolePolicy))
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: document }));
    if (before.description !== after.description)
      await iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description: after.description }));
    if (before.maxSessionDuration !== after.maxSessionDuration)
      await iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: after.maxSessionDuration }));
    if (after.permissionsBoundary === undefined && before.permissionsBoundary !== undefined)
      await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
    else if (after.permissionsBoundary !== undefined)
      await iam.send(
        new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: after.permissionsBoundary }),
      );
    await changePolicies(iam, RoleName, before, after);
    await roleTags(iam, RoleName, before.tags, after.tags);
    return RoleName;
  },
  async destroy(iam, RoleName) {
    const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }));
    for (const { InstanceProfileName } of InstanceProfiles)
      await iam.send(new RemoveRoleFromInstanceProfileCommand({ RoleName, InstanceProfileName }));
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    for (const { PolicyArn } of AttachedPolicies)
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    for (const PolicyName of Object.keys(await inlinePolicies(iam, RoleName)))
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
  },
};

export interface InstanceProfileArguments {
  name: string;
  path: string;
  role: string | undefined;
  tags: Tags;
}

/** aws_iam_instance_profile */
export const instanceProfile: Kind<InstanceProfileArguments> = {
  async create(iam, { name, path, role: RoleName, tags }) {
    await iam.send(
      new CreateInstanceProfileCommand({ InstanceProfileName: name, Path: path, Tags: tagList(tags) }),
    );
    await waitUntilInstanceProfileExists({ client: iam, maxWaitTime: 30 }, { InstanceProfileName: name });
    if (RoleName !== undefined)
      await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName }));
    return name;
  },
  read: (iam, InstanceProfileName) =>
    unlessGone(async () => {
      const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
      const RoleName = InstanceProfile?.Roles?.[0]?.RoleName;
      if (RoleName !== undefined) await iam.send(new GetRoleCommand({ RoleName }));
      return {
        arguments: {
          name: InstanceProfile?.InstanceProfileName ?? "",
          path: InstanceProfile?.Path ?? "",
          role: RoleName,
          tags: tagMap(InstanceProfile?.Tags),
        },
        computed: {
          arn: InstanceProfile?.Arn,
          id: InstanceProfile?.InstanceProfileId,
          created: InstanceProfile?.CreateDate?.toISOString(),
        },
      };
    }),
  async update(iam, InstanceProfileName, before, after) {
    if (before.role !== after.role) {
      if (before.role !== undefined)
        await iam.send(
          new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: before.role }),
        );
      if (after.role !== undefined)
        await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: after.role }));
    }
    await changeTags(
      before.tags,
      after.tags,
      (TagKeys) => iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys })),
      (Tags) => iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags })),
    );
    return InstanceProfileName;
  },
  async destroy(iam, InstanceProfileName) {
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
    for (const { RoleName } of InstanceProfile?.Roles ?? [])
      await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
    await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
  },
};

export interface ServiceLinkedRoleArguments {
  serviceName: string;
  customSuffix: string | undefined;
  description: string;
  tags: Tags;
}

/** aws_iam_service_linked_role. Its id is the ARN, which must have exactly these parts. */
export const serviceLinkedRole: Kind<ServiceLinkedRoleArguments> = {
  async create(iam, { serviceName, customSuffix, description, tags }) {
    const { Role } = await iam.send(
      new CreateServiceLinkedRoleCommand({
        AWSServiceName: serviceName,
        ...(customSuffix !== undefined && { CustomSuffix: customSuffix }),
        ...(description !== "" && { Description: description }),
      }),
    );
    await iam.send(new TagRoleCommand({ RoleName: Role?.RoleName, Tags: tagList(tags) }));
    return Role?.Arn ?? "";
  },
  read: (iam, arn) =>
    unlessGone(async () => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: lastOf(arn) }));
      const [type, prefix, serviceName = "", name = "", ...more] = arn
        .split(":")
        .slice(5)
        .join(":")
        .split("/");
      if (type !== "role" || prefix !== "aws-service-role" || more.length > 0)
        throw new Error(`not the ARN of a service-linked role: ${arn}`);
      return {
        arguments: {
          serviceName,
          customSuffix: name.split("_")[1],
          description: Role?.Description ?? "",
          tags: tagMap(Role?.Tags),
        },
        computed: { arn: Role?.Arn, path: Role?.Path, name: Role?.RoleName, id: Role?.RoleId },
      };
    }),
  async update(iam, arn, before, after) {
    const RoleName = lastOf(arn);
    if (before.description !== after.description)
      await iam.send(new UpdateRoleCommand({ RoleName, Description: after.description }));
    await roleTags(iam, RoleName, before.tags, after.tags);
    return arn;
  },
  async destroy(iam, arn) {
    const { DeletionTaskId } = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName: lastOf(arn) }));
    for (let tries = 0; tries < 100; tries++) {
      const { Status } = await iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }));
      if (Status === "SUCCEEDED") return;
      if (Status === "FAILED") throw new Error(`the deletion of ${arn} failed`);
      await wait(100);
    }
    throw new Error(`${arn} is not deleted`);
  },
};
