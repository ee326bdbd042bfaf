import { organizationRootId } from "@rolecall/store-contract";
import type { ReadTx } from "@rolecall/store-contract";

/** Where an account stands in its organization. */
export interface OrganizationFacts {
  /** `o-…` */
  id: string;
  /** `o-…/r-…/` and the organizational units below, as `aws:PrincipalOrgPaths` has it: with a slash at its end. */
  path: string;
}

/** Undefined for accounts that are in no organization, and for whoever is of no account. */
export async function organizationOf(tx: ReadTx, accountId: string): Promise<OrganizationFacts | undefined> {
  const id = (await tx.accounts.get(accountId))?.organizationId;
  return id === undefined ? undefined : { id, path: `${id}/${organizationRootId(id)}/` };
}

/** Accounts to their organizations; those in none are left out. */
export type Organizations = ReadonlyMap<string, OrganizationFacts>;

export async function organizationsOf(
  tx: ReadTx,
  accountIds: readonly (string | undefined)[],
): Promise<Organizations> {
  const found = new Map<string, OrganizationFacts>();
  for (const accountId of new Set(accountIds)) {
    const organization = accountId === undefined ? undefined : await organizationOf(tx, accountId);
    if (accountId !== undefined && organization) found.set(accountId, organization);
  }
  return found;
}
