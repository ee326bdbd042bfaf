import { resourceTagContext } from "@rolecall/access";
import type { ContextEntries } from "@rolecall/access";
import { samlProviderArn } from "@rolecall/identifiers";
import { NoSuchEntity } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { ReadTx, SamlProvider, WriteTx } from "@rolecall/store-contract";
import { factsOf } from "../checks.ts";
import { requireProviderArn } from "../provider-arns.ts";

/** A provider of the account that its ARN names, in any case of its name. @throws NoSuchEntity */
export async function findSamlProvider(tx: ReadTx, accountId: string, arn: string): Promise<SamlProvider> {
  const named = requireProviderArn(arn, "saml-provider");
  const provider =
    named.accountId === accountId ? await tx.samlProviders.get(accountId, named.name) : undefined;
  if (!provider) throw NoSuchEntity(`Manifest not found for arn ${arn}`);
  return provider;
}

/** Changes one provider in one transaction; nothing is kept when `edit` throws. */
export async function changeSamlProvider(
  arn: string,
  { store, accountId }: OperationContext,
  edit: (provider: SamlProvider, tx: WriteTx) => Promise<void> | void,
): Promise<void> {
  await store.write(async (tx) => {
    const provider = await findSamlProvider(tx, accountId, arn);
    await edit(provider, tx);
    await tx.samlProviders.put(provider);
  });
}

/** The check on a provider that its ARN names: decided on the ARN as it is stored. */
export async function samlProviderCheck(
  arn: string,
  context: OperationContext,
  entries: ContextEntries = {},
): Promise<CheckFacts> {
  const { accountId, name } = requireProviderArn(arn, "saml-provider");
  return factsOf(
    context,
    (tx) => tx.samlProviders.get(accountId, name),
    (provider) => ({
      resource: samlProviderArn(accountId, provider?.name ?? name),
      resourceAccountId: accountId,
      context: { ...resourceTagContext(provider?.tags, ["aws"]), ...entries },
    }),
  );
}
