import type { Check } from "@rolecall/access";
import type { OperationContext } from "@rolecall/pipeline";

/** Name of the setting that holds the id of the installation's first account. */
export const firstAccountSetting = "first-account";

/**
 * The installation belongs to its first account: its root user may administer, and whoever the account's
 * policies allow `rolecall:` actions. To principals of other accounts it is a foreign resource without a
 * resource policy, and so closed.
 */
export async function adminCheck(
  context: OperationContext,
  name: string,
  resource: string,
): Promise<Check[]> {
  const owner = await context.store.read((tx) => tx.settings.get(firstAccountSetting));
  if (typeof owner?.value !== "string") throw new Error("the installation has no first account");
  const accountId = owner.value;
  return [
    {
      action: `rolecall:${name}`,
      resource: `arn:aws:rolecall::${accountId}:${resource}`,
      resourceAccountId: accountId,
    },
  ];
}
