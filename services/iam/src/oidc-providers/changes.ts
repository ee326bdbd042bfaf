import { iam, InvalidInput } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { requireQuota } from "../quotas.ts";
import { cannotBeFound, changeOidcProvider, findOidcProvider, oidcProviderCheck } from "./oidc-providers.ts";
import { requireThumbprints } from "./thumbprints.ts";

/** Adding a client id that is there is no error. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html */
export const AddClientIDToOpenIDConnectProvider = operation(iam, "AddClientIDToOpenIDConnectProvider", {
  authorization: ({ OpenIDConnectProviderArn }, context) =>
    oidcProviderCheck(OpenIDConnectProviderArn, context),
  handle: ({ OpenIDConnectProviderArn, ClientID }, context) =>
    changeOidcProvider(OpenIDConnectProviderArn, context, (provider) => {
      if (provider.clientIds.includes(ClientID)) return;
      provider.clientIds.push(ClientID);
      requireQuota("ClientIdsPerOpenIdConnectProvider", provider.clientIds.length, context);
    }),
});

/** Removing a client id that is not there is no error. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html */
export const RemoveClientIDFromOpenIDConnectProvider = operation(
  iam,
  "RemoveClientIDFromOpenIDConnectProvider",
  {
    authorization: ({ OpenIDConnectProviderArn }, context) =>
      oidcProviderCheck(OpenIDConnectProviderArn, context),
    handle: ({ OpenIDConnectProviderArn, ClientID }, context) =>
      changeOidcProvider(OpenIDConnectProviderArn, context, (provider) => {
        provider.clientIds = provider.clientIds.filter((clientId) => clientId !== ClientID);
      }),
  },
);

/** The new list takes the place of the old one. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html */
export const UpdateOpenIDConnectProviderThumbprint = operation(iam, "UpdateOpenIDConnectProviderThumbprint", {
  authorization: ({ OpenIDConnectProviderArn }, context) =>
    oidcProviderCheck(OpenIDConnectProviderArn, context),
  handle: ({ OpenIDConnectProviderArn, ThumbprintList }, context) =>
    changeOidcProvider(OpenIDConnectProviderArn, context, (provider) => {
      if (ThumbprintList.length === 0) throw InvalidInput("Thumbprint list must contain at least one entry.");
      provider.thumbprints = requireThumbprints(ThumbprintList);
    }),
});

/**
 * Deletes a provider. That one that is not there is no error is documented; that it is one is recorded. Trust policies
 * that name it stay as they are, and let nobody in by it.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html
 */
export const DeleteOpenIDConnectProvider = operation(iam, "DeleteOpenIDConnectProvider", {
  authorization: ({ OpenIDConnectProviderArn }, context) =>
    oidcProviderCheck(OpenIDConnectProviderArn, context),
  async handle({ OpenIDConnectProviderArn }, { store, accountId }) {
    await store.write(async (tx) => {
      const { url } = await findOidcProvider(tx, accountId, OpenIDConnectProviderArn, cannotBeFound);
      await tx.oidcProviders.delete(accountId, url);
    });
  },
});
