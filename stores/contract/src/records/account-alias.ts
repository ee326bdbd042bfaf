import { collection } from "../collection.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/console-account-alias.html */
export interface AccountAlias {
  alias: string;
  accountId: string;
}

/** Key [alias]: unique over all accounts. */
export const accountAliases = collection({
  name: "accountAliases",
  key: ({ alias }: AccountAlias) => [alias],
  indexes: {
    /** [account id] */
    byAccount: ({ accountId }) => [[accountId]],
  },
});
