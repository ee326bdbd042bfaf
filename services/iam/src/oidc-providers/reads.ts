import { oidcProviderArn } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { everyRecord } from "../pagination.ts";
import { sortedByKey, wireTags } from "../tags.ts";
import { findOidcProvider, oidcProviderCheck } from "./oidc-providers.ts";

/**
 * The URL comes without its scheme, the lists in the order in which they were given.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html
 */
export const GetOpenIDConnectProvider = operation(iam, "GetOpenIDConnectProvider", {
  authorization: ({ OpenIDConnectProviderArn }, context) =>
    oidcProviderCheck(OpenIDConnectProviderArn, context),
  async handle({ OpenIDConnectProviderArn }, { store, accountId }) {
    const provider = await store.read((tx) => findOidcProvider(tx, accountId, OpenIDConnectProviderArn));
    return {
      Url: provider.url,
      ClientIDList: provider.clientIds,
      ThumbprintList: provider.thumbprints,
      CreateDate: new Date(provider.createdAtMs),
      Tags: wireTags(sortedByKey(provider.tags)),
    };
  },
});

/** All of them, ordered by URL: AWS has no pages here. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html */
export const ListOpenIDConnectProviders = operation(iam, "ListOpenIDConnectProviders", {
  authorization: (_input, { accountId }) => ({ resource: oidcProviderArn(accountId, "*") }),
  handle: (_input, { store, accountId }) =>
    store.read(async (tx) => {
      const providers = await everyRecord(tx.oidcProviders, accountId, ({ url }) => url);
      return {
        OpenIDConnectProviderList: providers.map(({ url }) => ({ Arn: oidcProviderArn(accountId, url) })),
      };
    }),
});
