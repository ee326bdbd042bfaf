import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { AccessReport } from "@rolecall/store-contract";
import { keepReport } from "./jobs.ts";
import { serviceReport } from "./service-report.ts";
import { findSubject, subjectCheck, subjectTypes } from "./subject.ts";

/**
 * Makes a report of what a user, group, role or policy could access and what it last did, from the requests that this
 * installation saw. Attempts count, allowed or denied. Unlike AWS's it tells of every action, those on data too.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
 */
export const GenerateServiceLastAccessedDetails = operation(iam, "GenerateServiceLastAccessedDetails", {
  readOnly: true,
  authorization: ({ Arn }, context) => subjectCheck(Arn, subjectTypes, context),
  async handle({ Arn, Granularity }, context) {
    const byAction = Granularity === "ACTION_LEVEL";
    const services = await context.store.read(async (tx) =>
      serviceReport(tx, await findSubject(tx, Arn, context), byAction, context),
    );
    const subject: AccessReport["subject"] = {
      kind: "identity",
      arn: Arn,
      granularity: byAction ? "ACTION_LEVEL" : "SERVICE_LEVEL",
    };
    // Only who asked can fetch it: the same user, or the same session of a role.
    const requestedBy = context.caller.userId;
    const report = { subject, services, ...(requestedBy !== undefined && { requestedBy }) };
    const JobId = await context.store.write((tx) => keepReport(tx, report, context));
    return { JobId };
  },
});
