import { iam, ReportExpired, ReportInProgress, ReportNotPresent } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { accountCheck } from "../checks.ts";
import { reportState } from "./report-age.ts";

/**
 * The report as it was made, whatever has changed since. AWS refuses without any sentence, on which some clients
 * stumble; the sentences are ours.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html
 */
export const GetCredentialReport = operation(iam, "GetCredentialReport", {
  authorization: () => accountCheck,
  async handle(_input, { store, accountId, nowMs }) {
    const report = await store.read((tx) => tx.credentialReports.get(accountId));
    if (!report)
      throw ReportNotPresent("No credential report exists. Use GenerateCredentialReport to make one.");
    const state = reportState(report, nowMs);
    if (state === "pending") throw ReportInProgress("The credential report is still being generated.");
    if (state === "expired")
      throw ReportExpired(
        "The credential report is more than four hours old. Use GenerateCredentialReport to make a new one.",
      );
    return {
      Content: Buffer.from(report.content),
      ReportFormat: "text/csv",
      GeneratedTime: new Date(report.generatedAtMs),
    };
  },
});
