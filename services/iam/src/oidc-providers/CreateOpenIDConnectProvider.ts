import { parseIssuerUrl } from "@rolecall/federation";
import { oidcProviderArn } from "@rolecall/identifiers";
import { EntityAlreadyExists, iam, ValidationError } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { StoreConflict } from "@rolecall/store-contract";
import type { OidcProvider } from "@rolecall/store-contract";
import { creationChecks } from "../checks.ts";
import { requireQuota } from "../quotas.ts";
import { requestedTags, sortedByKey, tagsIfAny } from "../tags.ts";
import { requireThumbprints } from "./thumbprints.ts";

/** @throws ValidationError */
function requireUrl(text: string): string {
  const issuer = parseIssuerUrl(text);
  if (!issuer.ok) throw ValidationError("Invalid Open ID Connect Provider URL");
  return issuer.url;
}

/**
 * Registers an issuer. Nothing is fetched from it: when no thumbprints are given none are kept, and its certificate
 * must be one of a public authority.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
export const CreateOpenIDConnectProvider = operation(iam, "CreateOpenIDConnectProvider", {
  authorization: ({ Url, Tags }, { accountId }) =>
    creationChecks(oidcProviderArn(accountId, requireUrl(Url)), Tags, "iam:TagOpenIDConnectProvider"),
  async handle({ Url, ClientIDList, ThumbprintList, Tags }, context) {
    const { accountId, store, nowMs } = context;
    const provider: OidcProvider = {
      accountId,
      url: requireUrl(Url),
      createdAtMs: nowMs,
      clientIds: [...new Set(ClientIDList)],
      thumbprints: requireThumbprints(ThumbprintList ?? []),
      tags: requestedTags(Tags, "exact"),
    };
    requireQuota("ClientIdsPerOpenIdConnectProvider", provider.clientIds.length, context);
    await store.write(async (tx) => {
      try {
        await tx.oidcProviders.insert(provider);
      } catch (error) {
        if (error instanceof StoreConflict)
          throw EntityAlreadyExists(`Provider with url ${Url} already exists.`);
        throw error;
      }
      requireQuota("OpenIdConnectProvidersPerAccount", await tx.oidcProviders.count([accountId]), context);
    });
    return {
      OpenIDConnectProviderArn: oidcProviderArn(accountId, provider.url),
      Tags: tagsIfAny(sortedByKey(provider.tags)),
    };
  },
});
