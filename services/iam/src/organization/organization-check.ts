import {
  AccountNotManagementOrDelegatedAdministratorException,
  CallerIsNotManagementAccountException,
  OrganizationNotFoundException,
  ServiceAccessNotEnabledException,
} from "@rolecall/model";
import type { Organization, ReadTx } from "@rolecall/store-contract";

/** IAM's own principal: the service that trusted access and delegated administration are for. */
const iamPrincipal = "iam.amazonaws.com";

/**
 * The organization that the account may ask about: it manages it, or administers IAM for it.
 *
 * The order of the refusals is ours. AWS's sentence is known of missing trusted access alone (observed 2026-09).
 * Organizations of this installation always have all features, so
 * `OrganizationNotInAllFeaturesModeException` cannot happen.
 */
export async function administeredOrganization(tx: ReadTx, accountId: string): Promise<Organization> {
  const organizationId = (await tx.accounts.get(accountId))?.organizationId;
  const organization = organizationId === undefined ? undefined : await tx.organizations.get(organizationId);
  if (!organization)
    throw OrganizationNotFoundException(`Account ${accountId} is not a member of an organization.`);
  const isDelegated = organization.delegatedAdministrators.some(
    (administrator) =>
      administrator.accountId === accountId && administrator.servicePrincipal === iamPrincipal,
  );
  if (organization.managementAccountId !== accountId && !isDelegated)
    throw AccountNotManagementOrDelegatedAdministratorException(
      `Account ${accountId} is neither the management account of its organization nor a delegated administrator for IAM.`,
    );
  if (!organization.trustedServices.includes(iamPrincipal))
    throw ServiceAccessNotEnabledException(
      `Trusted Access for IAM not enabled by organization of input account ${accountId}.`,
    );
  return organization;
}

/** Features are enabled by the management account alone: only `Enable…` declares this error. */
export function requireManagementAccount(organization: Organization, accountId: string): void {
  if (organization.managementAccountId !== accountId)
    throw CallerIsNotManagementAccountException(
      `Account ${accountId} is not the management account of its organization.`,
    );
}
