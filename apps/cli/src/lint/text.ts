import { colors } from "../colors.ts";
import type { Finding, FindingType } from "@rolecall/lint";
import type { LintedSubject } from "./subject.ts";

/** The worst first. */
export const findingTypes: readonly FindingType[] = ["ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION"];

const shown: Readonly<Record<FindingType, { one: string; many: string; paint: (text: string) => string }>> = {
  ERROR: { one: "error", many: "errors", paint: colors.red },
  SECURITY_WARNING: { one: "security warning", many: "security warnings", paint: colors.magenta },
  WARNING: { one: "warning", many: "warnings", paint: colors.yellow },
  SUGGESTION: { one: "suggestion", many: "suggestions", paint: colors.cyan },
};

/** A block per finding with the line it is about, and a line of totals. Lines and columns count from 1, as editors do. */
export function textReport(subjects: readonly LintedSubject[]): string {
  const blocks = subjects.flatMap(({ name, text, findings }) => {
    const lines = text.split("\n");
    return findings.map((finding) => block(name, lines, finding));
  });
  return [...blocks, totals(subjects)].join("\n");
}

function block(name: string, lines: readonly string[], finding: Finding): string {
  const { findingType, issueCode, findingDetails, learnMoreLink, locations } = finding;
  const { one, paint } = shown[findingType];
  const span = locations[0]?.span;
  const place = span === undefined ? name : `${name}:${span.start.line}:${span.start.column + 1}`;
  const head = `${colors.bold(place)}: ${paint(`${one} ${issueCode}`)}`;
  const rows = [head, `  ${printable(findingDetails)}`];
  if (span !== undefined) rows.push(...excerpt(lines[span.start.line - 1] ?? "", span, paint));
  rows.push(`  ${colors.dim(learnMoreLink)}`, "");
  return rows.join("\n");
}

const widest = 120;

/** The line with marks under the place; of a long line the part around it. */
function excerpt(
  line: string,
  { start, end }: Finding["locations"][number]["span"],
  paint: (text: string) => string,
): string[] {
  const from = line.length <= widest ? 0 : Math.max(0, Math.min(start.column - 40, line.length - widest));
  const piece = printable(line.slice(from, from + widest));
  const last = end.line === start.line ? end.column : line.length;
  const length = Math.max(1, Math.min(last, from + widest) - start.column);
  const gutter = `${start.line}`;
  return [
    `  ${colors.dim(`${gutter} |`)} ${piece}`,
    `  ${colors.dim(`${" ".repeat(gutter.length)} |`)} ${" ".repeat(start.column - from)}${paint("^".repeat(length))}`,
  ];
}

/** Control characters of a document must not reach the terminal. */
function printable(text: string): string {
  let plain = "";
  for (const char of text) {
    const unit = char.charCodeAt(0);
    plain += unit < 0x20 || (unit >= 0x7f && unit < 0xa0) ? " " : char;
  }
  return plain;
}

function totals(subjects: readonly LintedSubject[]): string {
  const count = (type: FindingType) =>
    subjects.reduce(
      (sum, { findings }) => sum + findings.filter((one) => one.findingType === type).length,
      0,
    );
  const parts = findingTypes.map((type) => {
    const number = count(type);
    return `${number} ${number === 1 ? shown[type].one : shown[type].many}`;
  });
  return `${subjects.length} ${subjects.length === 1 ? "policy" : "policies"}: ${parts.join(", ")}.`;
}
