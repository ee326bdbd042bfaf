import { parseIssuerUrl } from "@rolecall/federation";
import { oidcProviderArn } from "@rolecall/identifiers";
import { EntityAlreadyExists, iam, InvalidInput, ValidationError } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { StoreConflict } from "@rolecall/store-contract";
import type { OidcProvider } from "@rolecall/store-contract";
import { creationChecks } from "../checks.ts";
import { requireQuota } from "../quotas.ts";
import { requestedTags, tagsIfAny } from "../tags.ts";
import { requireThumbprints } from "./thumbprints.ts";

/** The URL without the scheme and its port. @throws ValidationError, InvalidInput for a query or a fragment (recorded) */
function requireUrl(text: string): string {
  const issuer = parseIssuerUrl(text);
  if (issuer.ok) return issuer.url.replace(/^([^/]*):443(?=\/|$)/, "$1");
  const refusal = /^https:.*[?#]/.test(text) ? InvalidInput : ValidationError;
  throw refusal("Invalid Open ID Connect Provider URL");
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
      // As they were sent (recorded); GetOpenIDConnectProvider alone sorts them.
      Tags: tagsIfAny(provider.tags),
    };
  },
});
