import { collection } from "../collection.ts";
import { orderedTime } from "./ordered-time.ts";
import type { LastAccess } from "./service-access.ts";

/** The last access and who made it: an ARN, or the path of an entity of an organization. */
export interface ReportedAccess extends LastAccess {
  by: string;
}

/** One service of a report; without `last` nobody accessed it. */
export interface ReportedService {
  /** Prefix of the service's actions, `s3`. */
  service: string;
  last?: ReportedAccess;
  /** Entities, or accounts of an organization, that accessed it. */
  accessedBy: number;
  /** Of reports by action. */
  actions?: {
    /** Names of the actions that the policies could allow; `all` saves the names of whole services. */
    allowed: "all" | string[];
    accessed: Record<string, ReportedAccess>;
  };
}

/** A last accessed report as it was when it was asked for. */
export interface AccessReport {
  jobId: string;
  /** Of the caller who asked for it: nobody else sees it. */
  accountId: string;
  /** `aws:userid` of who asked for it, where nobody else of the account may see it. */
  requestedBy?: string;
  createdAtMs: number;
  expiresAtMs: number;
  subject:
    | { kind: "identity"; arn: string; granularity: "SERVICE_LEVEL" | "ACTION_LEVEL" }
    | { kind: "organization"; entityPath: string };
  services: ReportedService[];
}

/** Key [job id]. */
export const accessReports = collection({
  name: "accessReports",
  key: ({ jobId }: AccessReport) => [jobId],
  indexes: {
    /** [account id, kind, creation time] */
    byAccount: ({ accountId, subject, createdAtMs }) => [[accountId, subject.kind, orderedTime(createdAtMs)]],
    /** [expiry time] */
    byExpiry: ({ expiresAtMs }) => [[orderedTime(expiresAtMs)]],
  },
});
