import { requestTagContext } from "@rolecall/access";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { tagKeysContext } from "../checks.ts";
import { pageOf, truncation } from "../pagination.ts";
import { tagged, untagged, wireTags } from "../tags.ts";
import { cannotBeFound, changeOidcProvider, findOidcProvider, oidcProviderCheck } from "./oidc-providers.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html */
export const TagOpenIDConnectProvider = operation(iam, "TagOpenIDConnectProvider", {
  authorization: ({ OpenIDConnectProviderArn, Tags }, context) =>
    oidcProviderCheck(OpenIDConnectProviderArn, context, requestTagContext(Tags)),
  handle: ({ OpenIDConnectProviderArn, Tags }, context) =>
    changeOidcProvider(
      OpenIDConnectProviderArn,
      context,
      (provider) => {
        provider.tags = tagged(provider.tags, Tags, "exact");
      },
      cannotBeFound,
    ),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html */
export const UntagOpenIDConnectProvider = operation(iam, "UntagOpenIDConnectProvider", {
  authorization: ({ OpenIDConnectProviderArn, TagKeys }, context) =>
    oidcProviderCheck(OpenIDConnectProviderArn, context, tagKeysContext(TagKeys)),
  handle: ({ OpenIDConnectProviderArn, TagKeys }, context) =>
    changeOidcProvider(
      OpenIDConnectProviderArn,
      context,
      (provider) => {
        provider.tags = untagged(provider.tags, TagKeys, "exact");
      },
      cannotBeFound,
    ),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html */
export const ListOpenIDConnectProviderTags = operation(iam, "ListOpenIDConnectProviderTags", {
  authorization: ({ OpenIDConnectProviderArn }, context) =>
    oidcProviderCheck(OpenIDConnectProviderArn, context),
  async handle(input, { store, accountId }) {
    const arn = input.OpenIDConnectProviderArn;
    const found = await store.read((tx) => findOidcProvider(tx, accountId, arn, cannotBeFound));
    const listing = ["oidc-provider-tags", accountId, found.url];
    const page = pageOf(found.tags, ({ key }) => key, input, listing);
    return { Tags: wireTags(page.items), ...truncation(page) };
  },
});
