import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { CompiledPolicy } from "../compile/compile-policy.ts";
import { compilePolicy } from "../compile/compile-policy.ts";
import type { PolicyType, StatementRef } from "../compile/policy-ref.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import type { PolicySet } from "../evaluate/policy-set.ts";
import { parsePolicy } from "../parse/parse-policy.ts";
import type { Policy } from "../parse/policy.ts";
import { printPolicy } from "../parse/print-policy.ts";
import type { Situation } from "../reference/situations.ts";
import { printable, situation } from "../reference/situations.ts";
import { contextOf } from "../request/context.ts";
import { explain } from "./explain.ts";
import type { Remedy } from "./remedy.ts";
import { remedyOf } from "./remedy.ts";

function read(text: string, type: PolicyType): CompiledPolicy {
  const parsed = parsePolicy(text, type, { isStored: true });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return compilePolicy(parsed.policy, { type });
}

/** The policies after everything that the remedy says was done to them. */
function applied({ changes }: Remedy, { policies }: Situation): PolicySet {
  const isNarrowed = (policy: CompiledPolicy, index: number): boolean =>
    changes.some(
      (change) =>
        change.kind === "narrow-deny" &&
        change.statement.index === index &&
        isSamePolicy(change.statement, policy),
    );
  const narrowed = (policy: CompiledPolicy): CompiledPolicy => {
    const { policy: parsed } = policy.document;
    const statements = parsed.statements.filter(({ index }) => !isNarrowed(policy, index));
    const options = policy.principalIds === undefined ? {} : { principalIds: policy.principalIds };
    return compilePolicy({ ...parsed, statements }, policy.ref, options);
  };
  const added = (type: PolicyType): CompiledPolicy[] =>
    changes.flatMap((change) =>
      change.kind === "add-statement" && change.layer === type
        ? [read(JSON.stringify({ Version: "2012-10-17", Statement: [change.statement] }), type)]
        : [],
    );
  /** One document with the statement added, as an editor would. */
  const joined = (policy: CompiledPolicy | undefined, type: PolicyType): CompiledPolicy | undefined => {
    const [more] = added(type);
    const before = policy && narrowed(policy);
    if (!more) return before;
    if (!before) return more;
    const { policy: parsed } = before.document;
    const statements = [...parsed.statements, ...more.document.policy.statements];
    // An older document keeps its version, or text of the form ${…} in it would become variables.
    const escapes = JSON.stringify(added(type).map(({ document }) => document.policy)).includes("${");
    const both: Policy = { ...parsed, version: escapes ? "2012-10-17" : parsed.version, statements };
    const options = before.principalIds === undefined ? {} : { principalIds: before.principalIds };
    return compilePolicy(
      { ...both, statements: statements.map((one, index) => ({ ...one, index })) },
      before.ref,
      options,
    );
  };
  const resourceType =
    changes.some(({ layer }) => layer === "trust") || policies.resource?.ref.type === "trust"
      ? "trust"
      : "resource";
  const session = [...(policies.session ?? []).map(narrowed), ...added("session")];
  return {
    identity: [...policies.identity.map(narrowed), ...added("identity")],
    boundary: joined(policies.boundary, "boundary"),
    session: policies.session === undefined && session.length === 0 ? undefined : session,
    resource: joined(policies.resource, resourceType),
    endpoint: joined(policies.endpoint, "endpoint"),
    scp: policies.scp?.map((level) => [...level.map(narrowed), ...added("scp")]),
    rcp: policies.rcp?.map((level) => [...level.map(narrowed), ...added("rcp")]),
  };
}

const isSamePolicy = ({ policy }: StatementRef, { ref }: CompiledPolicy): boolean =>
  JSON.stringify(policy) === JSON.stringify(ref);

/** Told with the situation and the remedy in full: fast-check would print compiled functions. */
function check(one: Situation): void {
  const { request, policies } = one;
  const remedy = remedyOf(request, explain(request, policies));
  const told = (what: string): string => `${what}\n${printable(one)}\n${JSON.stringify(remedy)}`;
  if (remedy === undefined) {
    assert.equal(evaluate(request, policies).effect, "Allow", told("no remedy"));
    return;
  }
  assert.ok(remedy.changes.length > 0, told("an empty remedy"));
  assert.equal(evaluate(request, applied(remedy, one)).effect, "Allow", told("not enough"));
  for (const change of remedy.changes.filter(({ kind }) => kind === "add-statement")) {
    const others: Remedy = { ...remedy, changes: remedy.changes.filter((other) => other !== change) };
    const without = evaluate(request, applied(others, one)).effect;
    assert.equal(without, "Deny", told(`idle: ${JSON.stringify(change)}`));
  }
}

/** A document cannot name what is no ARN, a trust policy nobody, and a bound ARN means the one it was bound to. */
function isNameable({ request: { resource, principal, resourceKind }, policies }: Situation): boolean {
  if (resource !== "*" && resource.split(":").length < 6) return false;
  if (principal.kind === "anonymous") return resourceKind !== "trust";
  if (!("uniqueId" in principal)) return true;
  const arns = [principal.arn, ...("roleArn" in principal ? [principal.roleArn] : [])];
  return arns.every((arn) => {
    const id = policies.resource?.principalIds?.get(arn);
    return id === undefined || id === principal.uniqueId;
  });
}

test("what a remedy names allows the request, and nothing of it is idle", () => {
  const told = (one: Situation): void => {
    try {
      check(one);
    } catch (error) {
      throw new Error(error instanceof Error ? error.message : String(error), { cause: error });
    }
  };
  fc.assert(fc.property(situation().filter(isNameable), told), {
    numRuns: 3_000 * Number(process.env["ROLECALL_POLICY_TIMES"] ?? 1),
    includeErrorInReport: true,
  });
});

const bob = {
  kind: "user",
  accountId: "111122223333",
  arn: "arn:aws:iam::111122223333:user/Bob",
  uniqueId: "AIDAEXAMPLEUSERIDXXXX",
} as const;

test("a remedy names the request and no more, wildcards in a key included", () => {
  const request = {
    principal: bob,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/a*?${x}",
    resourceAccountId: "444455556666",
    context: contextOf({}),
  };
  const Action = "s3:GetObject";
  const Resource = "arn:aws:s3:::b/a${*}${?}${$}{x}";
  assert.deepEqual(remedyOf(request, explain(request, { identity: [] })), {
    changes: [
      {
        kind: "add-statement",
        layer: "resource",
        statement: { Effect: "Allow", Principal: { AWS: bob.arn }, Action, Resource },
      },
      { kind: "add-statement", layer: "identity", statement: { Effect: "Allow", Action, Resource } },
    ],
    warnings: [],
    unmet: [],
  });
});

test("a resource policy that names a delegated caller does not make up for a session policy", () => {
  const request = {
    principal: { ...bob, delegated: true },
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/a",
    resourceAccountId: "111122223333",
    resourceKind: "kms-key",
    context: contextOf({}),
  } as const;
  const remedy = remedyOf(request, explain(request, { identity: [] }));
  assert.deepEqual(
    remedy?.changes.map(({ layer }) => layer),
    ["resource", "session"],
  );
});

test("a statement that only its condition keeps from applying is said to be unmet", () => {
  const identity = [
    read(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Action: "s3:GetObject",
          Resource: "*",
          Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
        },
      }),
      "identity",
    ),
  ];
  const request = {
    principal: bob,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/a",
    resourceAccountId: undefined,
    context: contextOf({}),
  };
  const remedy = remedyOf(request, explain(request, { identity }));
  assert.deepEqual(
    remedy?.unmet.map(({ condition }) => condition),
    [{ operator: "Bool", key: "aws:MultiFactorAuthPresent", wanted: ["true"], got: null, outcome: "false" }],
  );
});

test("printing a document with an added statement keeps it readable", () => {
  const policy = read(
    JSON.stringify({ Version: "2012-10-17", Statement: [] }).replace(
      "[]",
      '[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]',
    ),
    "identity",
  );
  assert.ok(parsePolicy(printPolicy(policy.document.policy), "identity").ok);
});
