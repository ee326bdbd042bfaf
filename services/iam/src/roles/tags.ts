import { requestTagContext } from "@rolecall/access";
import { foldName } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { Role } from "@rolecall/store-contract";
import { entityCheck, tagKeysContext } from "../checks.ts";
import { change, read, role } from "../identity-kinds.ts";
import { pageOf, truncation } from "../pagination.ts";
import { requireDescribableRole } from "./protected-roles.ts";
import { tagged, untagged, wireTags } from "../tags.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html */
export const TagRole = operation(iam, "TagRole", {
  authorization: ({ RoleName, Tags }, context) =>
    entityCheck(role, RoleName, context, { context: requestTagContext(Tags) }),
  async handle({ RoleName, Tags }, context) {
    const edit = (record: Role): void => {
      record.tags = tagged(record.tags, Tags);
    };
    await change(role, RoleName, context, edit, requireDescribableRole);
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html */
export const UntagRole = operation(iam, "UntagRole", {
  authorization: ({ RoleName, TagKeys }, context) =>
    entityCheck(role, RoleName, context, { context: tagKeysContext(TagKeys) }),
  async handle({ RoleName, TagKeys }, context) {
    const edit = (record: Role): void => {
      record.tags = untagged(record.tags, TagKeys);
    };
    await change(role, RoleName, context, edit, requireDescribableRole);
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html */
export const ListRoleTags = operation(iam, "ListRoleTags", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context),
  async handle(input, context) {
    const { tags, name } = await read(role, input.RoleName, context);
    const listing = ["role-tags", context.accountId, foldName(name)];
    const page = pageOf(tags, ({ key }) => key.toLowerCase(), input, listing);
    return { Tags: wireTags(page.items), ...truncation(page) };
  },
});
