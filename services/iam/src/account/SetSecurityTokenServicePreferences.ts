import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { accountCheck } from "../checks.ts";

/**
 * The version of the tokens of the global STS endpoint. Ours are the same at every endpoint, so it is remembered and
 * shown by GetAccountSummary, and changes nothing else.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
 */
export const SetSecurityTokenServicePreferences = operation(iam, "SetSecurityTokenServicePreferences", {
  authorization: () => accountCheck,
  async handle({ GlobalEndpointTokenVersion }, { store, accountId }) {
    await store.write(async (tx) => {
      const account = await tx.accounts.get(accountId);
      if (!account) throw new Error(`the account ${accountId} has no record`);
      await tx.accounts.put({
        ...account,
        globalEndpointTokenVersion: GlobalEndpointTokenVersion === "v2Token" ? "v2Token" : "v1Token",
      });
    });
  },
});
