import { NoSuchEntity } from "@rolecall/model";
import { uuid } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { AccessReport, WriteTx } from "@rolecall/store-contract";

/** How long a report can be fetched. AWS does not say how long its own can. */
const reportLifetimeMs = 24 * 60 * 60_000;
/** Reports of one kind that an account keeps; the oldest makes room. */
const reportsPerAccount = 100;
/** A report is complete this long after it was asked for, as clients that wait for one expect to see. */
export const reportDurationMs = 1000;

type Kind = AccessReport["subject"]["kind"];

/** @returns the job's id */
export async function keepReport(
  tx: WriteTx,
  report: Pick<AccessReport, "subject" | "services" | "requestedBy">,
  { accountId, nowMs, random }: OperationContext,
): Promise<string> {
  const value = [accountId, report.subject.kind];
  const count = await tx.accessReports.countBy("byAccount", value);
  const oldest = await tx.accessReports.listBy("byAccount", value, {
    limit: Math.max(count - reportsPerAccount + 1, 0),
  });
  for (const { record } of oldest) await tx.accessReports.delete(record.jobId);
  const jobId = uuid(random);
  await tx.accessReports.insert({
    jobId,
    accountId,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + reportLifetimeMs,
    ...report,
  });
  return jobId;
}

/**
 * @throws NoSuchEntity also for reports of other accounts, of the other kind, and of another caller of the account
 *   where only the one who asked may see it; the sentence is ours
 */
export async function findReport<K extends Kind>(
  jobId: string,
  kind: K,
  { store, accountId, nowMs, caller }: OperationContext,
): Promise<AccessReport & { subject: Extract<AccessReport["subject"], { kind: K }> }> {
  const report = await store.read((tx) => tx.accessReports.get(jobId));
  if (
    report?.accountId !== accountId ||
    report.subject.kind !== kind ||
    report.expiresAtMs <= nowMs ||
    (report.requestedBy !== undefined && report.requestedBy !== caller.userId)
  )
    throw NoSuchEntity(`The job with id ${jobId} cannot be found.`);
  return report as AccessReport & { subject: Extract<AccessReport["subject"], { kind: K }> };
}

export interface JobShape {
  JobStatus: "IN_PROGRESS" | "COMPLETED";
  JobCreationDate: Date;
  /** Absent while the job runs, though the model requires it of some answers. */
  JobCompletionDate: Date;
}

export function jobShape({ createdAtMs }: AccessReport, { nowMs }: OperationContext): JobShape {
  const completedAtMs = createdAtMs + reportDurationMs;
  const shape = { JobCreationDate: new Date(createdAtMs) };
  if (nowMs < completedAtMs) return { JobStatus: "IN_PROGRESS", ...shape } as JobShape;
  return { JobStatus: "COMPLETED", ...shape, JobCompletionDate: new Date(completedAtMs) };
}
