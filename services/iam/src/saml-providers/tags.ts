import { requestTagContext } from "@rolecall/access";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { tagKeysContext } from "../checks.ts";
import { pageOf, truncation } from "../pagination.ts";
import { tagged, untagged, wireTags } from "../tags.ts";
import { changeSamlProvider, findSamlProvider, samlProviderCheck } from "./saml-providers.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagSAMLProvider.html */
export const TagSAMLProvider = operation(iam, "TagSAMLProvider", {
  authorization: ({ SAMLProviderArn, Tags }, context) =>
    samlProviderCheck(SAMLProviderArn, context, requestTagContext(Tags)),
  handle: ({ SAMLProviderArn, Tags }, context) =>
    changeSamlProvider(SAMLProviderArn, context, (provider) => {
      provider.tags = tagged(provider.tags, Tags, "exact");
    }),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagSAMLProvider.html */
export const UntagSAMLProvider = operation(iam, "UntagSAMLProvider", {
  authorization: ({ SAMLProviderArn, TagKeys }, context) =>
    samlProviderCheck(SAMLProviderArn, context, tagKeysContext(TagKeys)),
  handle: ({ SAMLProviderArn, TagKeys }, context) =>
    changeSamlProvider(SAMLProviderArn, context, (provider) => {
      provider.tags = untagged(provider.tags, TagKeys, "exact");
    }),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviderTags.html */
export const ListSAMLProviderTags = operation(iam, "ListSAMLProviderTags", {
  authorization: ({ SAMLProviderArn }, context) => samlProviderCheck(SAMLProviderArn, context),
  async handle(input, { store, accountId }) {
    const { tags, uuid } = await store.read((tx) => findSamlProvider(tx, accountId, input.SAMLProviderArn));
    const page = pageOf(tags, ({ key }) => key, input, ["saml-provider-tags", uuid]);
    return { Tags: wireTags(page.items), ...truncation(page) };
  },
});
