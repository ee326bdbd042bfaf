import { EntityAlreadyExists, iam, NoSuchEntity, ValidationError } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { accountCheck } from "../checks.ts";
import { pageOfIndex, truncation } from "../pagination.ts";

/**
 * An account has one alias at most: a new one takes the place of the old one. Aliases are unique over all accounts.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
 */
export const CreateAccountAlias = operation(iam, "CreateAccountAlias", {
  authorization: () => accountCheck,
  async handle({ AccountAlias: alias }, { store, accountId }) {
    // Documented; the sentence is ours. Such an alias would read as another account's number.
    if (/^\d{12}$/.test(alias)) throw ValidationError("An account alias cannot be 12 digits.");
    await store.write(async (tx) => {
      if (await tx.accountAliases.get(alias))
        throw EntityAlreadyExists(`The account alias ${alias} already exists.`);
      for (const { record } of await tx.accountAliases.listBy("byAccount", [accountId], { limit: 10 }))
        await tx.accountAliases.delete(record.alias);
      await tx.accountAliases.insert({ alias, accountId });
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html */
export const DeleteAccountAlias = operation(iam, "DeleteAccountAlias", {
  authorization: () => accountCheck,
  async handle({ AccountAlias: alias }, { store, accountId }) {
    await store.write(async (tx) => {
      const found = await tx.accountAliases.get(alias);
      if (found?.accountId !== accountId)
        throw NoSuchEntity(`The account alias with name ${alias} cannot be found.`);
      await tx.accountAliases.delete(alias);
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html */
export const ListAccountAliases = operation(iam, "ListAccountAliases", {
  authorization: () => accountCheck,
  handle: (input, { store, accountId }) =>
    store.read(async (tx) => {
      const listing = ["aliases", accountId];
      const page = await pageOfIndex(tx.accountAliases, "byAccount", [accountId], input, listing);
      return { AccountAliases: page.items.map(({ alias }) => alias), ...truncation(page) };
    }),
});
