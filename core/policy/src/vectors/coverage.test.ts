// What the vectors must not lack: every operator in every presence of its key, every row of the pages' tables.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { operators, parseOperator } from "../conditions/operators.ts";
import type { OperatorName, ParsedOperator } from "../conditions/operators.ts";
import type { ContextValue } from "../request/context.ts";
import type { PoliciesData, Vector } from "./vector.ts";

const folder = new URL("../../../../vectors/policy/", import.meta.url);
const vectors = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Vector[]);

const presences = ["present", "absent", "an empty text", "an empty list", "many"] as const;

function presenceOf(value: ContextValue | null | undefined): (typeof presences)[number] | "unknown" {
  if (value === null) return "unknown";
  if (value === undefined) return "absent";
  if (value === "") return "an empty text";
  if (typeof value === "string") return "present";
  return value.length === 0 ? "an empty list" : value.length === 1 ? "present" : "many";
}

const forms = ["", "IfExists", "ForAllValues:", "ForAnyValue:"] as const;

const formOf = ({ set, ifExists }: ParsedOperator) =>
  set !== undefined ? (`${set}:` as const) : ifExists ? "IfExists" : "";

test("every operator, in every form, is tried on keys that are present, absent, empty and many", () => {
  const tried = new Set<string>();
  for (const vector of vectors) {
    if (!("holds" in vector)) continue;
    const values = new Map(Object.entries(vector.context).map(([key, value]) => [key.toLowerCase(), value]));
    for (const [name, keys] of Object.entries(vector.condition)) {
      const operator = parseOperator(name);
      if (operator === undefined) continue;
      // Each such vector is tried in an Allow and in a Deny.
      for (const key of Object.keys(keys as object))
        tried.add(
          `${operator.base} ${formOf(operator)} ${presenceOf(values.get(key.toLowerCase()))}`,
        );
    }
  }
  const missing = (Object.keys(operators) as OperatorName[]).flatMap((base) =>
    forms
      .filter((form) => base !== "Null" || form !== "IfExists")
      .flatMap((form) => presences.map((presence) => `${base} ${form} ${presence}`))
      .filter((cell) => !tried.has(cell)),
  );
  assert.deepEqual(missing, []);
});

/** Rows of "what a resource policy's Allow is worth at home". */
const sameAccountRows = [
  "user ARN, that user",
  "user ARN, a GetSessionToken session",
  "user ARN, a GetFederationToken session",
  "federated-user ARN, that session",
  "role ARN, a session of the role",
  "session ARN, that session",
  "everyone",
  "account",
  "service principal, that service",
];

const numbered = (what: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${what} ${i + 1}`);

test("every row, worked case and trap has its vector", () => {
  const pinned = new Set(vectors.map(({ pins }) => pins));
  const wanted = [
    ...sameAccountRows.map((row) => `same account: ${row}`),
    ...numbered("worked case", 10),
    ...numbered("condition trap", 12),
  ];
  assert.deepEqual(
    wanted.filter((name) => !pinned.has(name)),
    [],
  );
});

test("each row is tried without identity policies, against a boundary, a Deny and an SCP", () => {
  for (const row of sameAccountRows.filter((name) => !name.startsWith("service"))) {
    const names = vectors.filter(({ pins }) => pins === `same account: ${row}`).map(({ name }) => name);
    for (const limit of ["no identity policy", "a boundary", "an identity policy that denies", "an SCP"])
      assert.ok(
        names.some((name) => name.includes(`: ${limit}`)),
        `${row}: ${limit}`,
      );
  }
});

const decisions = vectors.flatMap((vector) =>
  "checks" in vector ? vector.checks : "expect" in vector ? [vector] : [],
);

test("every kind of caller is decided on, and both ways", () => {
  const kinds = new Map<string, Set<string>>();
  for (const { request, expect } of decisions) {
    const { principal } = request;
    const text = typeof principal === "string" ? principal : String(principal["arn"] ?? "federated");
    const kind = text.startsWith("arn:") ? (text.split(":")[5] ?? "").split("/")[0] : text.includes(".") ? "service" : text;
    const seen = kinds.get(kind ?? "") ?? new Set();
    kinds.set(kind ?? "", seen.add(expect.effect));
  }
  for (const kind of [
    "root",
    "user",
    "assumed-role",
    "federated-user",
    "assumed-root",
    "service",
    "federated",
    "anonymous",
  ])
    assert.deepEqual([...(kinds.get(kind) ?? [])].toSorted(), ["Allow", "Deny"], kind);
});

test("every layer allows, lacks an Allow, and denies", () => {
  const layers = ["identity", "boundary", "session", "resource", "endpoint", "scp", "rcp"] as const;
  for (const layer of layers) {
    const having = decisions.filter(({ policies }) => (policies satisfies PoliciesData)[layer] !== undefined);
    assert.ok(having.some(({ expect }) => expect.effect === "Allow"), `${layer} allows`);
    assert.ok(
      having.some(({ expect }) => expect.kind === "explicit" && expect.layer === layer),
      `${layer} denies`,
    );
    // RCPFullAWSAccess cannot be detached, so an RCP never lacks an Allow.
    if (layer !== "rcp")
      assert.ok(having.some(({ expect }) => expect.lacking?.includes(layer)), `${layer} lacks an Allow`);
  }
});

test("there are many, and each names its source", () => {
  const semantic = vectors.filter((vector) => !("result" in vector || "sentence" in vector));
  assert.ok(semantic.length >= 600, String(semantic.length));
  for (const { name, source } of vectors) assert.match(source, /^https:\/\/\S+$|^observed|^our own/, name);
});
