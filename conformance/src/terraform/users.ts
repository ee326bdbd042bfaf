import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteGroupCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetGroupCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  PutUserPermissionsBoundaryCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  UpdateGroupCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import type { IAMClient } from "@aws-sdk/client-iam";
import { changeTags, tagList, tagMap, unlessGone } from "./kind.ts";
import type { Kind, Tags } from "./kind.ts";

export interface UserArguments {
  name: string;
  path: string;
  permissionsBoundary: string | undefined;
  tags: Tags;
}

async function groupsOf(iam: IAMClient, UserName: string): Promise<string[]> {
  const { Groups = [] } = await iam.send(new ListGroupsForUserCommand({ UserName }));
  return Groups.map(({ GroupName = "" }) => GroupName);
}

/** aws_iam_user */
export const user: Kind<UserArguments> = {
  async create(iam, { name, path, permissionsBoundary, tags }) {
    const { User } = await iam.send(
      new CreateUserCommand({
        UserName: name,
        Path: path,
        ...(permissionsBoundary !== undefined && { PermissionsBoundary: permissionsBoundary }),
        Tags: tagList(tags),
      }),
    );
    return User?.UserName ?? "";
  },
  read: (iam, UserName) =>
    unlessGone(async () => {
      const { User } = await iam.send(new GetUserCommand({ UserName }));
      return {
        arguments: {
          name: User?.UserName ?? "",
          path: User?.Path ?? "",
          permissionsBoundary: User?.PermissionsBoundary?.PermissionsBoundaryArn,
          tags: tagMap(User?.Tags),
        },
        // The ARN follows name and path.
        computed: { id: User?.UserId, created: User?.CreateDate?.toISOString() },
      };
    }),
  async update(iam, UserName, before, after) {
    if (before.name !== after.name || before.path !== after.path)
      // Both, whichever changed.
      await iam.send(new UpdateUserCommand({ UserName, NewUserName: after.name, NewPath: after.path }));
    const named = { UserName: after.name };
    if (after.permissionsBoundary !== undefined)
      await iam.send(
        new PutUserPermissionsBoundaryCommand({ ...named, PermissionsBoundary: after.permissionsBoundary }),
      );
    else if (before.permissionsBoundary !== undefined)
      await iam.send(new DeleteUserPermissionsBoundaryCommand(named));
    await changeTags(
      before.tags,
      after.tags,
      (TagKeys) => iam.send(new UntagUserCommand({ ...named, TagKeys })),
      (Tags) => iam.send(new TagUserCommand({ ...named, Tags })),
    );
    return after.name;
  },
  async destroy(iam, UserName) {
    for (const GroupName of await groupsOf(iam, UserName))
      await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName }));
    await iam.send(new DeleteUserCommand({ UserName }));
  },
};

export interface GroupArguments {
  name: string;
  path: string;
}

/** aws_iam_group */
export const group: Kind<GroupArguments> = {
  async create(iam, { name, path }) {
    const { Group } = await iam.send(new CreateGroupCommand({ GroupName: name, Path: path }));
    return Group?.GroupName ?? "";
  },
  read: (iam, GroupName) =>
    unlessGone(async () => {
      const { Group } = await iam.send(new GetGroupCommand({ GroupName }));
      return {
        arguments: { name: Group?.GroupName ?? "", path: Group?.Path ?? "" },
        computed: { id: Group?.GroupId },
      };
    }),
  async update(iam, GroupName, _before, after) {
    await iam.send(new UpdateGroupCommand({ GroupName, NewGroupName: after.name, NewPath: after.path }));
    return after.name;
  },
  async destroy(iam, GroupName) {
    await iam.send(new DeleteGroupCommand({ GroupName }));
  },
};

export interface GroupMembershipArguments {
  user: string;
  /** The groups that this resource knows of; others are not its business. */
  groups: string[];
}

/** aws_iam_user_group_membership; the id is the user and the groups. */
export const groupMembership: Kind<GroupMembershipArguments> = {
  async create(iam, { user: UserName, groups }) {
    for (const GroupName of groups) await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
    return [UserName, ...groups].join("/");
  },
  async read(iam, id) {
    const [UserName = "", ...own] = id.split("/");
    const groups = (await unlessGone(() => groupsOf(iam, UserName)))?.filter((name) => own.includes(name));
    return groups && groups.length > 0 ? { arguments: { user: UserName, groups }, computed: {} } : undefined;
  },
  async update(iam, _id, before, { user: UserName, groups }) {
    for (const GroupName of before.groups)
      if (!groups.includes(GroupName))
        await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName }));
    for (const GroupName of groups)
      if (!before.groups.includes(GroupName))
        await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
    return [UserName, ...groups].join("/");
  },
  async destroy(iam, id) {
    const [UserName = "", ...groups] = id.split("/");
    for (const GroupName of groups) await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName }));
  },
};

export interface AccessKeyArguments {
  user: string;
  status: "Active" | "Inactive";
}

/** aws_iam_access_key; the id is the user and the key's. */
export const accessKey: Kind<AccessKeyArguments> = {
  async create(iam, { user: UserName, status }) {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const AccessKeyId = AccessKey?.AccessKeyId ?? "";
    if (status === "Inactive")
      await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: status }));
    return `${UserName}/${AccessKeyId}`;
  },
  read: (iam, id) =>
    unlessGone(async () => {
      const [UserName = "", AccessKeyId] = id.split("/");
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
      const key = AccessKeyMetadata.find((one) => one.AccessKeyId === AccessKeyId);
      return (
        key && {
          arguments: {
            user: key.UserName ?? "",
            status: key.Status === "Active" ? ("Active" as const) : ("Inactive" as const),
          },
          computed: { created: key.CreateDate?.toISOString() },
        }
      );
    }),
  async update(iam, id, _before, { user: UserName, status }) {
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: id.split("/")[1], Status: status }));
    return id;
  },
  async destroy(iam, id) {
    const [UserName, AccessKeyId] = id.split("/");
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  },
};
