// The form that code scanners exchange: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
import { pathToFileURL } from "node:url";
import { isAbsolute, sep } from "node:path";
import { checks, isOurs, learnMoreLink } from "@rolecall/lint";
import type { Finding, FindingType, Location } from "@rolecall/lint";
import type { LintedSubject } from "./subject.ts";

const levels: Readonly<Record<FindingType, "error" | "warning" | "note">> = {
  ERROR: "error",
  SECURITY_WARNING: "error",
  WARNING: "warning",
  SUGGESTION: "note",
};

/** A log with one run. Rules are all checks, so that a result's index holds from run to run. */
export function sarifLog(subjects: readonly LintedSubject[], version: string): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Rolecall", version, rules: checks.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        results: subjects.flatMap((subject) => subject.findings.map((finding) => resultOf(subject, finding))),
      },
    ],
  };
}

function ruleOf(check: (typeof checks)[number]): object {
  const { code, type, when } = check;
  return {
    id: code,
    shortDescription: { text: `${when.charAt(0).toUpperCase()}${when.slice(1)}.` },
    helpUri: learnMoreLink(check),
    defaultConfiguration: { level: levels[type] },
    properties: { findingType: type, tags: [isOurs(code) ? "rolecall" : "access-analyzer"] },
  };
}

function resultOf({ name }: LintedSubject, finding: Finding): object {
  const { findingType, issueCode, findingDetails, locations } = finding;
  const [first, ...more] = locations.map((location) => locationOf(name, location));
  return {
    ruleId: issueCode,
    ruleIndex: checks.findIndex(({ code }) => code === issueCode),
    level: levels[findingType],
    message: { text: findingDetails },
    locations: first === undefined ? [] : [first],
    ...(more.length > 0 && { relatedLocations: more }),
  };
}

function locationOf(name: string, { path, span: { start, end } }: Location): object {
  const steps = path.map((step) =>
    "index" in step ? `[${step.index}]` : "key" in step ? step.key : step.value,
  );
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(name) },
      // Lines and columns from 1, the end behind the last character.
      region: {
        startLine: start.line,
        startColumn: start.column + 1,
        endLine: end.line,
        endColumn: end.column + 1,
        charOffset: start.offset,
        charLength: end.offset - start.offset,
      },
    },
    ...(steps.length > 0 && { logicalLocations: [{ fullyQualifiedName: steps.join("/") }] }),
  };
}

/** Relative to where the command ran, as scanners want it; an ARN is a URI already. */
function uriOf(name: string): string {
  if (isAbsolute(name)) return pathToFileURL(name).href;
  return name.split(sep).map(encodeURIComponent).join("/").replaceAll("%3A", ":");
}
