import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { ServiceAuthorization } from "@rolecall/service-authorization";
import type { ReportedService } from "@rolecall/store-contract";
import { accountCheck } from "../checks.ts";
import { pageOf, truncation } from "../pagination.ts";
import { findReport, jobShape } from "./jobs.ts";

const serviceShape = (
  { service: prefix, last, accessedBy, actions }: ReportedService,
  catalog: ServiceAuthorization,
): Iam.ServiceLastAccessed => ({
  ServiceName: catalog.service(prefix)?.name ?? prefix,
  LastAuthenticated: last && new Date(last.atMs),
  ServiceNamespace: prefix,
  LastAuthenticatedEntity: last?.by,
  LastAuthenticatedRegion: last?.region,
  TotalAuthenticatedEntities: accessedBy,
  TrackedActionsLastAccessed: actions && actionShapes(prefix, actions, catalog),
});

function actionShapes(
  prefix: string,
  { allowed, accessed }: NonNullable<ReportedService["actions"]>,
  catalog: ServiceAuthorization,
): Iam.TrackedActionLastAccessed[] {
  const names = allowed === "all" ? catalog.service(prefix)?.actions.map(({ name }) => name) : allowed;
  return (names ?? []).map((name) => {
    const last = accessed[name];
    return {
      ActionName: name,
      LastAccessedEntity: last?.by,
      LastAccessedTime: last && new Date(last.atMs),
      LastAccessedRegion: last?.region,
    };
  });
}

/**
 * Services by their namespace. A report is as it was when it was made.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
 */
export const GetServiceLastAccessedDetails = operation(iam, "GetServiceLastAccessedDetails", {
  authorization: () => accountCheck,
  async handle(input, context) {
    const report = await findReport(input.JobId, "identity", context);
    const job = jobShape(report, context);
    const common = { ...job, JobType: report.subject.granularity };
    if (job.JobStatus === "IN_PROGRESS") return { ...common, ServicesLastAccessed: [], IsTruncated: false };
    const page = pageOf(report.services, ({ service }) => service, input, ["last-accessed", report.jobId]);
    return {
      ...common,
      ServicesLastAccessed: page.items.map((service) => serviceShape(service, context.access.catalog)),
      ...truncation(page),
    };
  },
});
