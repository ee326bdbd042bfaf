import { lint } from "@rolecall/lint";
import type { FindingType } from "@rolecall/lint";
import { serviceAuthorization } from "@rolecall/service-authorization";
import { connect } from "../connection.ts";
import { subjectsAt } from "../lint/files.ts";
import { liveSubjects } from "../lint/live.ts";
import { severities } from "../lint/options.ts";
import type { LintCommandOptions } from "../lint/options.ts";
import { sarifLog } from "../lint/sarif.ts";
import type { LintedSubject, LintSubject } from "../lint/subject.ts";
import { findingTypes, textReport } from "../lint/text.ts";
import { CliProblem } from "../problem.ts";

export interface LintOutcome {
  readonly report: string;
  /** Whether there is a finding of the type that fails, or worse. */
  readonly fails: boolean;
}

/**
 * Checks policy documents: files, directories, or by ARN or `--live` those of a running server.
 *
 * @throws CliProblem when there is nothing to check, or it cannot be read
 */
export async function runLint(
  targets: readonly string[],
  options: LintCommandOptions,
  version: string,
): Promise<LintOutcome> {
  const subjects = await gather(targets, options);
  if (subjects.length === 0)
    throw new CliProblem(
      `There is no policy document in ${targets.length === 0 ? "the account" : targets.join(", ")}.`,
      "A document is JSON with a Statement. Name a file to have it checked whatever it looks like.",
    );
  const data = serviceAuthorization();
  const linted = subjects.map((subject): LintedSubject => {
    const accountId = options.account ?? subject.accountId;
    const findings = lint(subject.text, {
      kind: subject.kind,
      data,
      ...(options.resourceType !== undefined && { resourceType: options.resourceType }),
      ...(accountId !== undefined && { accountId }),
    });
    return { ...subject, findings };
  });
  const fails =
    options.failOn !== "none" && linted.some(({ findings }) => findings.some(atLeast(options.failOn)));
  const visible = linted.map((one) => ({ ...one, findings: one.findings.filter(atLeast(options.show)) }));
  return { report: print(visible, options.format, version), fails };
}

async function gather(targets: readonly string[], options: LintCommandOptions): Promise<LintSubject[]> {
  const arns = targets.filter((target) => target.startsWith("arn:"));
  const paths = targets.filter((target) => !target.startsWith("arn:"));
  if (targets.length === 0 && options.live !== true)
    throw new CliProblem(
      "There is nothing to check.",
      "Name a file, a directory or an ARN, or say --live for all policies of the account.",
    );
  const fromFiles = paths.flatMap((path) => subjectsAt(path, options.type));
  if (options.live !== true && arns.length === 0) return fromFiles;
  return [...fromFiles, ...(await liveSubjects(connect(options), options.live === true ? [] : arns))];
}

function atLeast(severity: LintCommandOptions["show"] | "none") {
  const last = severity === "none" ? -1 : severities.indexOf(severity);
  return ({ findingType }: { findingType: FindingType }) => findingTypes.indexOf(findingType) <= last;
}

function print(
  subjects: readonly LintedSubject[],
  format: LintCommandOptions["format"],
  version: string,
): string {
  switch (format) {
    case "text":
      return textReport(subjects);
    case "json":
      return JSON.stringify(
        subjects.map(({ name, kind, findings }) => ({ name, kind, findings })),
        null,
        2,
      );
    case "sarif":
      return JSON.stringify(sarifLog(subjects, version), null, 2);
  }
}
