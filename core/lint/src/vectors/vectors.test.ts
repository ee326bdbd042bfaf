import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { serviceAuthorization } from "@rolecall/service-authorization";
import { checks, lint } from "../index.ts";
import type { Finding, LintKind, LintResourceType, PathElement } from "../index.ts";

/** The form of vectors/lint/*.json: see the README there. */
interface LintVector {
  readonly name: string;
  readonly source: string;
  readonly code: string;
  readonly as: LintKind;
  readonly resourceType?: LintResourceType;
  readonly accountId?: string;
  readonly document?: unknown;
  readonly text?: string;
  readonly raises: boolean;
  /** Where, when it is raised. */
  readonly at?: string;
  readonly skip?: string;
}

const folder = new URL("../../../../vectors/lint/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const vectorsOf = (file: string) =>
  JSON.parse(readFileSync(new URL(file, folder), "utf8")) as readonly LintVector[];
const data = serviceAuthorization();

/** `Statement[0].Condition.{Bool}`: braces for a name rather than its value. */
const printed = (path: readonly PathElement[]): string =>
  path
    .map((step, i) => {
      if ("index" in step) return `[${step.index}]`;
      const dot = i === 0 ? "" : ".";
      return "key" in step ? `${dot}{${step.key}}` : `${dot}${step.value}`;
    })
    .join("");

for (const file of files) {
  test(`vectors of lint/${file}`, async (t) => {
    const vectors = vectorsOf(file);
    assert.equal(new Set(vectors.map(({ name }) => name)).size, vectors.length, "names are unique");
    for (const vector of vectors) {
      assert.match(vector.source, /^https:\/\/|^observed/, vector.name);
      await t.test(vector.name, { skip: vector.skip ?? false }, () => check(vector));
    }
  });
}

function check({ code, as, resourceType, accountId, document, text, raises, at }: LintVector): void {
  const written = text ?? JSON.stringify(document, null, 2);
  const findings = lint(written, {
    kind: as,
    data,
    ...(resourceType !== undefined && { resourceType }),
    ...(accountId !== undefined && { accountId }),
  });
  const raised = findings.filter(({ issueCode }) => issueCode === code);
  const all = findings.map(({ issueCode }) => issueCode).join(" ");
  if (raises) {
    assert.ok(raised.length > 0, `not raised; found: ${all}`);
    const places = raised.map(({ locations }) => printed(locations[0]?.path ?? []));
    assert.ok(places.includes(at ?? ""), `at ${places.join(" and ")}, not at ${at ?? ""}`);
  } else assert.equal(raised.length, 0, raised[0]?.findingDetails);
  for (const finding of findings) checkForm(finding, written);
}

/** What holds for every finding, whatever it says. */
function checkForm({ issueCode, findingDetails, findingType, learnMoreLink, locations }: Finding, text: string): void {
  const row = checks.find(({ code }) => code === issueCode);
  assert.equal(row?.type, findingType, issueCode);
  assert.ok(findingDetails.length > 10, issueCode);
  assert.ok(URL.canParse(learnMoreLink), issueCode);
  assert.ok(locations.length > 0, issueCode);
  for (const { path, span } of locations) {
    for (const { line, column, offset } of [span.start, span.end]) {
      const before = text.slice(0, offset).split("\n");
      assert.deepEqual([line, column], [before.length, before.at(-1)?.length], issueCode);
    }
    assert.ok(span.start.offset <= span.end.offset, issueCode);
    const last = path.at(-1);
    // A statement's opening brace stands for what it lacks.
    if (last === undefined || span.end.offset - span.start.offset <= 1) continue;
    const there: unknown = JSON.parse(text.slice(span.start.offset, span.end.offset));
    assert.deepEqual(there, "key" in last ? last.key : valueAt(JSON.parse(text), path), issueCode);
  }
}

function valueAt(root: unknown, path: readonly PathElement[]): unknown {
  let value = root;
  for (const step of path) {
    const name = "index" in step ? String(step.index) : "value" in step ? step.value : step.key;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

test("every check has a vector that raises it and one that does not", () => {
  const vectors = files.flatMap(vectorsOf);
  const codes = checks.map(({ code }) => code);
  assert.equal(new Set(codes).size, codes.length, "codes are unique");
  for (const code of codes)
    for (const raises of [true, false])
      assert.ok(
        vectors.some((vector) => vector.code === code && vector.raises === raises),
        `${code} has no vector that ${raises ? "raises" : "spares"} it`,
      );
  for (const { code, name } of vectors) assert.ok(codes.includes(code), `${name}: there is no check ${code}`);
});
