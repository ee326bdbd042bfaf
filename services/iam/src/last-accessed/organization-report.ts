import { AccessDenied, InvalidInput } from "@rolecall/model";
import type { ServiceAuthorization } from "@rolecall/service-authorization";
import { organizationRootId } from "@rolecall/store-contract";
import type { Organization, ReadTx, ReportedService } from "@rolecall/store-contract";

/** The sentences are ours: AWS's for these are not recorded. @throws AccessDenied */
export async function requireManagementAccount(tx: ReadTx, accountId: string): Promise<Organization> {
  const organization = await tx.organizations.getBy("byManagementAccount", accountId);
  if (!organization)
    throw AccessDenied("Only the management account of an organization can ask for this report.");
  return organization;
}

/** Accounts that a report is about, and the path under which each is told. */
export interface OrganizationEntity {
  accountIds: string[];
  pathOf(accountId: string): string;
}

/**
 * The entity that a path names: `o-…/r-…` is the root, `o-…/r-…/ACCOUNT` an account.
 * @throws InvalidInput (its sentence is ours)
 */
export async function findEntity(
  tx: ReadTx,
  { organizationId }: Organization,
  entityPath: string,
): Promise<OrganizationEntity> {
  const [organization, root = "", ...rest] = entityPath.replace(/\/$/, "").split("/");
  const unknown = (): Error => InvalidInput(`The organization has no entity with the path ${entityPath}.`);
  if (organization !== organizationId || root !== organizationRootId(organizationId) || rest.length > 1)
    throw unknown();
  const pathOf = (accountId: string): string => [organization, root, accountId].join("/");
  const [accountId] = rest;
  if (accountId === undefined) return { accountIds: await accountsOf(tx, organizationId), pathOf };
  const account = await tx.accounts.get(accountId);
  if (account?.organizationId !== organizationId) throw unknown();
  return { accountIds: [accountId], pathOf };
}

async function accountsOf(tx: ReadTx, organizationId: string): Promise<string[]> {
  const found: string[] = [];
  const limit = 1000;
  for (let after: string | undefined; ;) {
    const page = await tx.accounts.listBy("byOrganization", [organizationId], {
      limit,
      ...(after !== undefined && { after }),
    });
    found.push(...page.map(({ record }) => record.accountId));
    if (page.length < limit) return found;
    after = page.at(-1)?.cursor;
  }
}

/** Every service there is, with the latest access in any of the accounts and how many of them accessed it. */
export async function organizationReport(
  tx: ReadTx,
  { accountIds, pathOf }: OrganizationEntity,
  catalog: ServiceAuthorization,
): Promise<ReportedService[]> {
  const services = new Map<string, ReportedService>();
  for (const service of catalog.servicePrefixes) services.set(service, { service, accessedBy: 0 });
  for (const accountId of accountIds) {
    // Most accounts use few services: those that used none at all are passed over.
    if ((await tx.serviceAccesses.list([accountId], { limit: 1 })).length === 0) continue;
    for (const reported of services.values()) {
      const [latest] = await tx.serviceAccesses.listBy("byService", [accountId, reported.service], {
        limit: 1,
      });
      if (!latest) continue;
      const { atMs, region } = latest.record;
      reported.accessedBy++;
      if (reported.last === undefined || reported.last.atMs < atMs)
        reported.last = { atMs, region, by: pathOf(accountId) };
    }
  }
  return [...services.values()];
}
