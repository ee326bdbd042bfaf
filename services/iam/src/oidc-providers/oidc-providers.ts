import { resourceTagContext } from "@rolecall/access";
import type { ContextEntries } from "@rolecall/access";
import { oidcProviderArn } from "@rolecall/identifiers";
import { NoSuchEntity } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { OidcProvider, ReadTx } from "@rolecall/store-contract";
import { factsOf } from "../checks.ts";
import { requireProviderArn } from "../provider-arns.ts";

/** A provider of the account that its ARN names, in any case of its URL. @throws NoSuchEntity */
export async function findOidcProvider(tx: ReadTx, accountId: string, arn: string): Promise<OidcProvider> {
  const named = requireProviderArn(arn, "oidc-provider");
  const provider =
    named.accountId === accountId ? await tx.oidcProviders.get(accountId, named.name) : undefined;
  if (!provider) throw NoSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return provider;
}

/** Changes one provider in one transaction; nothing is kept when `edit` throws. */
export async function changeOidcProvider(
  arn: string,
  { store, accountId }: OperationContext,
  edit: (provider: OidcProvider) => void,
): Promise<void> {
  await store.write(async (tx) => {
    const provider = await findOidcProvider(tx, accountId, arn);
    edit(provider);
    await tx.oidcProviders.put(provider);
  });
}

/** The check on a provider that its ARN names: decided on the ARN as it is stored. */
export async function oidcProviderCheck(
  arn: string,
  context: OperationContext,
  entries: ContextEntries = {},
): Promise<CheckFacts> {
  const { accountId, name } = requireProviderArn(arn, "oidc-provider");
  return factsOf(
    context,
    (tx) => tx.oidcProviders.get(accountId, name),
    (provider) => ({
      resource: oidcProviderArn(accountId, provider?.url ?? name),
      resourceAccountId: accountId,
      context: { ...resourceTagContext(provider?.tags, ["aws"]), ...entries },
    }),
  );
}
