import { iam, InvalidInput, ReportGenerationLimitExceeded } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { keepReport, reportDurationMs } from "./jobs.ts";
import { findEntity, organizationReport, requireManagementAccount } from "./organization-report.ts";

/** Reports of one account that may be in the making at the same time. AWS does not say how many it lets be. */
const maxRunning = 5;

/**
 * Makes a report of what the accounts of an organization last accessed, for its management account. The entity is the
 * root or an account under it; organizational units and service control policies are not kept here, so every service
 * is accessible.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateOrganizationsAccessReport.html
 */
export const GenerateOrganizationsAccessReport = operation(iam, "GenerateOrganizationsAccessReport", {
  readOnly: true,
  authorization: ({ EntityPath, OrganizationsPolicyId }, { accountId }) => ({
    resource: `arn:aws:iam::${accountId}:access-report/${EntityPath}`,
    context: { "iam:OrganizationsPolicyId": OrganizationsPolicyId },
  }),
  async handle({ EntityPath: entityPath, OrganizationsPolicyId }, context) {
    const { store, accountId, nowMs } = context;
    const services = await store.read(async (tx) => {
      const organization = await requireManagementAccount(tx, accountId);
      // The sentence is ours.
      if (OrganizationsPolicyId !== undefined)
        throw InvalidInput(`Rolecall has no Organizations policy ${OrganizationsPolicyId}.`);
      const entity = await findEntity(tx, organization, entityPath);
      return organizationReport(tx, entity, context.access.catalog);
    });
    const subject = { kind: "organization" as const, entityPath };
    const JobId = await store.write(async (tx) => {
      const latest = await tx.accessReports.countBy("byAccount", [accountId, "organization"]);
      const running = await tx.accessReports.listBy("byAccount", [accountId, "organization"], {
        limit: latest,
      });
      if (running.filter(({ record }) => record.createdAtMs + reportDurationMs > nowMs).length >= maxRunning)
        throw ReportGenerationLimitExceeded(
          `The account has ${maxRunning} reports in the making. Wait until one is complete.`,
        );
      return keepReport(tx, { subject, services }, context);
    });
    return { JobId };
  },
});
