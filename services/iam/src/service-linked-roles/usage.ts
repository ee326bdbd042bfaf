import type { ReadTx, Role, ServiceLinkedRoleDeletion } from "@rolecall/store-contract";

type Failure = NonNullable<ServiceLinkedRoleDeletion["failure"]>;

/**
 * What keeps a service-linked role from being deleted, as far as this installation knows the service's resources:
 * the role of AWS Organizations is in use while the account is a member of an organization.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services-using_slrs.html
 */
export async function usageOf(tx: ReadTx, { accountId, serviceLinked }: Role): Promise<Failure | undefined> {
  if (serviceLinked?.serviceName !== "organizations.amazonaws.com") return undefined;
  const organizationId = (await tx.accounts.get(accountId))?.organizationId;
  if (organizationId === undefined) return undefined;
  const organization = await tx.organizations.get(organizationId);
  const owner = organization?.managementAccountId ?? accountId;
  return {
    // Our own words.
    reason: "The account is a member of an organization, which uses the role.",
    usage: [
      {
        region: "us-east-1",
        resources: [`arn:aws:organizations::${owner}:organization/${organizationId}`],
      },
    ],
  };
}
