import { requestTagContext } from "@rolecall/access";
import { foldName } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck, tagKeysContext } from "../checks.ts";
import { change, read, user } from "../identity-kinds.ts";
import { pageOf, truncation } from "../pagination.ts";
import { tagged, untagged, wireTags } from "../tags.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html */
export const TagUser = operation(iam, "TagUser", {
  authorization: ({ UserName, Tags }, context) =>
    entityCheck(user, UserName, context, { context: requestTagContext(Tags) }),
  async handle({ UserName, Tags }, context) {
    await change(user, UserName, context, (record) => {
      record.tags = tagged(record.tags, Tags);
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html */
export const UntagUser = operation(iam, "UntagUser", {
  authorization: ({ UserName, TagKeys }, context) =>
    entityCheck(user, UserName, context, { context: tagKeysContext(TagKeys) }),
  async handle({ UserName, TagKeys }, context) {
    await change(user, UserName, context, (record) => {
      record.tags = untagged(record.tags, TagKeys);
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html */
export const ListUserTags = operation(iam, "ListUserTags", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle(input, context) {
    const { tags, name } = await read(user, input.UserName, context);
    const listing = ["user-tags", context.accountId, foldName(name)];
    const page = pageOf(tags, ({ key }) => key.toLowerCase(), input, listing);
    return { Tags: wireTags(page.items), ...truncation(page) };
  },
});
