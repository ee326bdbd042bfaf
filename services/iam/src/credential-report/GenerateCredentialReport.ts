import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { ReadTx } from "@rolecall/store-contract";
import { accountCheck } from "../checks.ts";
import { reportState } from "./report-age.ts";
import { credentialReport } from "./report-rows.ts";

const started: Iam.GenerateCredentialReportResponse = {
  State: "STARTED",
  Description: "No report exists. Starting a new report generation task",
};

/** What is answered while there is a report; undefined when a new one is to be made. */
async function standing(
  tx: ReadTx,
  { accountId, nowMs }: OperationContext,
): Promise<Iam.GenerateCredentialReportResponse | undefined> {
  const report = await tx.credentialReports.get(accountId);
  const state = report && reportState(report, nowMs);
  if (state === "pending") return { State: "INPROGRESS" };
  return state === "complete" ? { State: "COMPLETE" } : undefined;
}

/**
 * Makes a report of the credentials of all users unless there is one of the last four hours.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html
 */
export const GenerateCredentialReport = operation(iam, "GenerateCredentialReport", {
  authorization: () => accountCheck,
  async handle(_input, context) {
    const { store, accountId, nowMs } = context;
    // The long part, over all users, is done on a snapshot and holds nobody up.
    const made = await store.read(async (tx) => {
      const answer = await standing(tx, context);
      return answer ? { answer } : { content: await credentialReport(tx, accountId) };
    });
    if (made.answer) return made.answer;
    return store.write(async (tx) => {
      // Somebody else may have asked for one in the meantime.
      const answer = await standing(tx, context);
      if (answer) return answer;
      await tx.credentialReports.put({ accountId, generatedAtMs: nowMs, content: made.content });
      return started;
    });
  },
});
