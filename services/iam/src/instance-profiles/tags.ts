import { requestTagContext } from "@rolecall/access";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { tagKeysContext } from "../checks.ts";
import { pageOf, truncation } from "../pagination.ts";
import { tagged, untagged, wireTags } from "../tags.ts";
import { changeProfile, findProfile, profileCheck } from "./instance-profiles.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html */
export const TagInstanceProfile = operation(iam, "TagInstanceProfile", {
  authorization: ({ InstanceProfileName, Tags }, context) =>
    profileCheck(InstanceProfileName, context, requestTagContext(Tags)),
  handle: ({ InstanceProfileName, Tags }, context) =>
    changeProfile(InstanceProfileName, context, (profile) => {
      profile.tags = tagged(profile.tags, Tags, "exact");
    }),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html */
export const UntagInstanceProfile = operation(iam, "UntagInstanceProfile", {
  authorization: ({ InstanceProfileName, TagKeys }, context) =>
    profileCheck(InstanceProfileName, context, tagKeysContext(TagKeys)),
  handle: ({ InstanceProfileName, TagKeys }, context) =>
    changeProfile(InstanceProfileName, context, (profile) => {
      profile.tags = untagged(profile.tags, TagKeys, "exact");
    }),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html */
export const ListInstanceProfileTags = operation(iam, "ListInstanceProfileTags", {
  authorization: ({ InstanceProfileName }, context) => profileCheck(InstanceProfileName, context),
  async handle(input, { store, accountId }) {
    const profile = await store.read((tx) => findProfile(tx, accountId, input.InstanceProfileName));
    const listing = ["instance-profile-tags", profile.instanceProfileId];
    const page = pageOf(profile.tags, ({ key }) => key, input, listing);
    return { Tags: wireTags(page.items), ...truncation(page) };
  },
});
