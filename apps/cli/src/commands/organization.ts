import { callAdmin } from "../connection.ts";
import type { Connection } from "../connection.ts";

interface ToldOrganization {
  id: string;
  managementAccountId: string;
  rootFeatures: string[];
  trustedServices: string[];
  delegatedAdministrators: { accountId: string; servicePrincipal: string }[];
}

const path = "/_rolecall/organization";

const organizationOf = (answer: unknown): ToldOrganization =>
  (answer as { organization: ToldOrganization }).organization;

export const createOrganization = async (connection: Connection): Promise<ToldOrganization> =>
  organizationOf(await callAdmin(connection, "POST", path, {}));

export const showOrganization = async (connection: Connection): Promise<ToldOrganization> =>
  organizationOf(await callAdmin(connection, "GET", path));

export const delegate = async (connection: Connection, accountId: string): Promise<ToldOrganization> =>
  organizationOf(await callAdmin(connection, "POST", `${path}/delegated-administrators`, { accountId }));

const listed = (values: readonly string[]): string => (values.length === 0 ? "none" : values.join(", "));

export const organizationLines = (organization: ToldOrganization): string[] => [
  `Organization ${organization.id}`,
  `  management account        ${organization.managementAccountId}`,
  `  root features             ${listed(organization.rootFeatures)}`,
  `  trusted services          ${listed(organization.trustedServices)}`,
  `  delegated administrators  ${listed(
    organization.delegatedAdministrators.map(
      ({ accountId, servicePrincipal }) => `${accountId} (${servicePrincipal})`,
    ),
  )}`,
];
