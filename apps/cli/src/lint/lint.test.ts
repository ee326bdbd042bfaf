import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runLint } from "../commands/lint.ts";
import { CliProblem } from "../problem.ts";
import { subjectsAt } from "./files.ts";
import type { LintCommandOptions } from "./options.ts";

const root = mkdtempSync(join(tmpdir(), "rolecall-lint-"));
after(() => rmSync(root, { recursive: true, force: true }));

const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/*" };
const policy = (more: object = {}) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, ...more }] }, null, 2);

function write(path: string, text: string): string {
  const whole = join(root, path);
  mkdirSync(join(whole, ".."), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}
const good = write("good.json", policy());
const bad = write("bad.json", policy({ Action: "s3:GetObjekt" }));
write("deep/scp-region.json", policy({ Effect: "Deny", Action: "*", Resource: "*" }));
write("deep/rcp.json", policy({ Effect: "Deny", Principal: "*" }));
write(
  "deep/trust.json",
  policy({ Resource: undefined, Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }),
);
write("deep/broken.json", '{"Statement": [{"Action": }]}');
write("package.json", '{"name": "x"}');
write("node_modules/x/policy.json", policy());
write(".hidden/policy.json", policy());
write("notes.txt", policy());

const options: LintCommandOptions = { format: "text", failOn: "security-warning", show: "suggestion" };
const run = (targets: string[], more: Partial<LintCommandOptions> = {}) =>
  runLint(targets, { ...options, ...more }, "1.2.3");

test("a directory is walked for what looks like a policy, each of the kind that name or content say", () => {
  const found = subjectsAt(root, undefined).map(({ name, kind }) => `${name.slice(root.length + 1)} ${kind}`);
  assert.deepEqual(found, [
    "bad.json identity",
    "deep/broken.json identity",
    "deep/rcp.json rcp",
    "deep/scp-region.json scp",
    "deep/trust.json trust",
    "good.json identity",
  ]);
  assert.ok(subjectsAt(root, "scp").every(({ kind }) => kind === "scp"));
});

test("a policy is found in each encoding that PowerShell and editors write", () => {
  const text = `\uFEFF${policy()}`;
  const swapped = Buffer.from(text, "utf16le").swap16();
  mkdirSync(join(root, ".encodings"));
  for (const [name, bytes] of [
    ["8.json", Buffer.from(text)],
    ["16le.json", Buffer.from(text, "utf16le")],
    ["16be.json", swapped],
  ] as const)
    writeFileSync(join(root, ".encodings", name), bytes);
  const found = subjectsAt(join(root, ".encodings"), undefined);
  assert.deepEqual(
    found.map((one) => one.text),
    [policy(), policy(), policy()],
  );
});

test("a named file is checked whatever it is", async () => {
  const { report, fails } = await run([join(root, "package.json")]);
  assert.ok(fails);
  assert.match(report, /MISSING_STATEMENT/);
});

test("text has file, line, column, code, the line and the totals", async () => {
  const { report, fails } = await run([good, bad]);
  assert.ok(fails);
  const lines = report.split("\n");
  assert.equal(lines[0], `${bad}:6:17: error INVALID_ACTION`);
  assert.equal(lines[1], "  There is no action s3:GetObjekt. Did you mean s3:GetObject?");
  assert.equal(lines[2], '  6 |       "Action": "s3:GetObjekt",');
  assert.equal(lines[3], `    | ${" ".repeat(16)}${"^".repeat(14)}`);
  assert.equal(lines.at(-1), "2 policies: 1 error, 0 security warnings, 0 warnings, 0 suggestions.");
});

test("severities decide what is printed and what fails", async () => {
  const file = write("suggestion.json", policy({ Action: ["s3:Get*", "s3:GetObject"] }));
  assert.equal((await run([file])).fails, false);
  assert.equal((await run([file], { failOn: "suggestion" })).fails, true);
  assert.equal((await run([bad], { failOn: "none" })).fails, false);
  assert.match((await run([file])).report, /REDUNDANT_ACTION/);
  assert.doesNotMatch((await run([file], { show: "warning" })).report, /REDUNDANT_ACTION/);
});

test("what a document says never reaches the terminal as control characters", async () => {
  const file = write("control.json", policy({ Sid: "\u0085\u009b31m" }));
  const { report } = await run([file]);
  assert.match(report, /UNSUPPORTED_SID/);
  assert.doesNotMatch(report, /[\u0080-\u009f]/);
});

test("JSON has the findings in Access Analyzer's form", async () => {
  const { report } = await run([bad], { format: "json" });
  const [first] = JSON.parse(report) as { name: string; kind: string; findings: Record<string, unknown>[] }[];
  assert.equal(first?.name, bad);
  assert.equal(first.kind, "identity");
  assert.deepEqual(Object.keys(first.findings[0] ?? {}), [
    "findingType",
    "issueCode",
    "findingDetails",
    "learnMoreLink",
    "locations",
  ]);
});

interface Sarif {
  version: string;
  runs: {
    tool: { driver: { name: string; version: string; rules: { id: string }[] } };
    columnKind: string;
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: {
        physicalLocation: { artifactLocation: { uri: string }; region: Record<string, number> };
      }[];
    }[];
  }[];
}

test("SARIF names rules by index, and regions by lines and columns from 1", async () => {
  const { report } = await run([bad], { format: "sarif" });
  const log = JSON.parse(report) as Sarif;
  assert.equal(log.version, "2.1.0");
  const [only] = log.runs;
  assert.equal(only?.tool.driver.name, "Rolecall");
  assert.equal(only.tool.driver.version, "1.2.3");
  assert.equal(only.columnKind, "utf16CodeUnits");
  const [result] = only.results;
  assert.equal(only.tool.driver.rules[result?.ruleIndex ?? -1]?.id, "INVALID_ACTION");
  assert.equal(result?.level, "error");
  assert.match(result.message.text, /GetObjekt/);
  const { artifactLocation, region } = result.locations[0]?.physicalLocation ?? {};
  assert.match(artifactLocation?.uri ?? "", /^file:\/\/\/.*\/bad\.json$/);
  assert.deepEqual(region, {
    startLine: 6,
    startColumn: 17,
    endLine: 6,
    endColumn: 31,
    charOffset: policy({ Action: "s3:GetObjekt" }).indexOf('"s3:GetObjekt"'),
    charLength: 14,
  });
});

test("nothing to check is a problem with a hint", async () => {
  const empty = join(root, "empty");
  mkdirSync(empty);
  for (const targets of [[], [empty], [join(root, "missing.json")]])
    await assert.rejects(run(targets), (error) => error instanceof CliProblem && error.hint !== "");
});
