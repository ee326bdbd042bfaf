import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { ServiceAuthorization } from "@rolecall/service-authorization";
import { latestFirst, orderedTime } from "@rolecall/store-contract";
import type { ReportedService } from "@rolecall/store-contract";
import { accountCheck } from "../checks.ts";
import { pageOf, truncation } from "../pagination.ts";
import { findReport, jobShape } from "./jobs.ts";

const accessDetail = (
  { service, last, accessedBy }: ReportedService,
  catalog: ServiceAuthorization,
): Iam.AccessDetail => ({
  ServiceName: catalog.service(service)?.name ?? service,
  ServiceNamespace: service,
  Region: last?.region,
  EntityPath: last?.by,
  LastAuthenticatedTime: last && new Date(last.atMs),
  TotalAuthenticatedEntities: accessedBy,
});

/** Turns the order of texts of lower-case letters, digits and hyphens around; an end stands behind every letter. */
const backwards = (text: string): string =>
  [...text, "\u{1}"].map((letter) => String.fromCharCode(0xff - letter.charCodeAt(0))).join("");

/** Services that were never accessed stand first or last, as if that were long ago. */
const orders: Record<string, (service: ReportedService) => string> = {
  SERVICE_NAMESPACE_ASCENDING: ({ service }) => service,
  SERVICE_NAMESPACE_DESCENDING: ({ service }) => backwards(service),
  LAST_AUTHENTICATED_TIME_ASCENDING: ({ last, service }) => `${orderedTime(last?.atMs ?? 0)} ${service}`,
  LAST_AUTHENTICATED_TIME_DESCENDING: ({ last, service }) => `${latestFirst(last?.atMs ?? 0)} ${service}`,
};

const byNamespace = (service: ReportedService): string => service.service;

/**
 * TotalAuthenticatedEntities counts accounts.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOrganizationsAccessReport.html
 */
export const GetOrganizationsAccessReport = operation(iam, "GetOrganizationsAccessReport", {
  authorization: () => accountCheck,
  async handle(input, context) {
    const report = await findReport(input.JobId, "organization", context);
    const job = jobShape(report, context);
    if (job.JobStatus === "IN_PROGRESS") return { ...job, IsTruncated: false };
    const order = input.SortKey ?? "SERVICE_NAMESPACE_ASCENDING";
    const listing = ["organization-report", report.jobId, order];
    const page = pageOf(report.services, orders[order] ?? byNamespace, input, listing);
    return {
      ...job,
      NumberOfServicesAccessible: report.services.length,
      NumberOfServicesNotAccessed: report.services.filter(({ last }) => last === undefined).length,
      AccessDetails: page.items.map((service) => accessDetail(service, context.access.catalog)),
      ...truncation(page),
    };
  },
});
