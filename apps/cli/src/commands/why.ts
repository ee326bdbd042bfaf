import { colors as pc } from "../colors.ts";
import { printable } from "../printable.ts";
import { evaluationLines } from "./evaluation-text.ts";
import type { PrintedEvaluation } from "./evaluation-text.ts";

/** The parts of an authorization record that are printed; the server sends more with `--json`. */
export interface PrintedRecord {
  id: string;
  at: string;
  requestId: string;
  eventSource: string;
  eventName: string;
  caller: { arn: string; accountId: string };
  sentence: string;
  reason: string;
  evaluations: PrintedEvaluation[];
}

/** A decision record for people: what was asked, what each policy layer said. */
export function recordLines(record: PrintedRecord): string[] {
  const lines = [
    pc.bold(printable(record.sentence)),
    ...[
      `  ${record.reason}`,
      "",
      `  at       ${record.at}`,
      `  request  ${record.eventSource} ${record.eventName}, id ${record.requestId}`,
      `  caller   ${record.caller.arn}`,
    ].map(printable),
  ];
  for (const evaluation of record.evaluations) lines.push("", ...evaluationLines(evaluation));
  return lines;
}
