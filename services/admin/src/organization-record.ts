import { awsError } from "@rolecall/model";
import type { Organization, ReadTx } from "@rolecall/store-contract";
import { firstAccountSetting } from "./admin-check.ts";

/** What central root access, and nothing else yet, is for. */
export const iamPrincipal = "iam.amazonaws.com";

/** The account that the installation belongs to. */
export async function firstAccount(tx: ReadTx): Promise<string> {
  const owner = await tx.settings.get(firstAccountSetting);
  if (typeof owner?.value !== "string") throw new Error("the installation has no first account");
  return owner.value;
}

/** The installation's organization: the one that its first account manages. */
export async function installationOrganization(tx: ReadTx): Promise<Organization | undefined> {
  return tx.organizations.getBy("byManagementAccount", await firstAccount(tx));
}

export const noOrganization = () =>
  awsError(
    "AWSOrganizationsNotInUseException",
    400,
    "The accounts of this installation are not an organization.",
  );

/** How the organization is told, by each of its operations. */
export interface ToldOrganization {
  id: string;
  arn: string;
  managementAccountId: string;
  createdAt: string;
  rootFeatures: string[];
  trustedServices: string[];
  delegatedAdministrators: { accountId: string; servicePrincipal: string }[];
}

export const told = (organization: Organization): ToldOrganization => ({
  id: organization.organizationId,
  arn: organizationArn(organization),
  managementAccountId: organization.managementAccountId,
  createdAt: new Date(organization.createdAtMs).toISOString(),
  rootFeatures: organization.rootFeatures,
  trustedServices: organization.trustedServices,
  delegatedAdministrators: organization.delegatedAdministrators,
});

const organizationArn = ({ managementAccountId, organizationId }: Organization): string =>
  `arn:aws:organizations::${managementAccountId}:organization/${organizationId}`;
