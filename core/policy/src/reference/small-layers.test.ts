// Every layer with and without an Allow and a Deny, in every combination that can matter, for every kind of caller.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy } from "../compile/compile-policy.ts";
import type { CompiledPolicy } from "../compile/compile-policy.ts";
import type { PolicyType } from "../compile/policy-ref.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { preparePolicySet } from "../evaluate/plan.ts";
import type { PolicySet } from "../evaluate/policy-set.ts";
import { explain } from "../explain/explain.ts";
import { parsePolicy } from "../parse/parse-policy.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import { contextOf } from "../request/context.ts";
import { reference } from "./reference.ts";
import { principals, printable } from "./situations.ts";

const home = "111122223333";
const abroad = "444455556666";
const action = "s3:GetObject";

type Elements = Readonly<Record<string, unknown>>;
const allows = { Effect: "Allow", Action: "s3:*" };
const denies = { Effect: "Deny", Action: "s3:Get*" };
const other = { Effect: "Allow", Action: "ec2:*" };
/** Of the right action, with a condition that is false. */
const misses = { Effect: "Allow", Action: "s3:*", Condition: { StringEquals: { "x:y": "z" } } };
/** The same, for another resource. */
const elsewhere = { Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::other/*" };

let made = 0;

function policy(type: PolicyType, ...statements: Elements[]): CompiledPolicy {
  const isTrust = type === "trust";
  const hasPrincipal = type === "resource" || type === "endpoint" || type === "rcp" || isTrust;
  const document = {
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({
      ...(hasPrincipal ? { Principal: isTrust ? { AWS: "*" } : "*" } : {}),
      ...(isTrust ? {} : { Resource: "*" }),
      ...statement,
      ...(isTrust ? { Action: statement["Action"] === "ec2:*" ? "sts:TagSession" : "sts:AssumeRole" } : {}),
    })),
  };
  const parsed = parsePolicy(JSON.stringify(document), type);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return compilePolicy(parsed.policy, { type, name: `${type} ${made++}` });
}

/** Decides in every way there is; all must agree, and what is explained must be what was decided. */
function check(request: AuthorizationRequest, policies: PolicySet, prepared: PolicySet): void {
  const text = JSON.stringify(reference(request, policies));
  try {
    assert.equal(JSON.stringify(evaluate(request, policies)), text);
    assert.equal(JSON.stringify(evaluate(request, { ...prepared, resource: policies.resource })), text);
    const { decision, layers, blockers, lacking } = explain(request, policies);
    assert.equal(JSON.stringify(decision), text);
    assert.equal(blockers.length === 0, decision.effect === "Allow");
    const denying = layers.filter(({ outcome }) => outcome === "explicit-deny");
    if (decision.effect === "Deny" && decision.kind === "explicit") {
      const layer = denying.find(({ type }) => type === decision.layer);
      assert.equal(layer?.matched[0], decision.because[0]);
    } else assert.equal(denying.length, 0);
    if (decision.effect === "Deny" && decision.kind === "implicit") {
      assert.equal(blockers.join(), decision.lacking.join());
      assert.equal(lacking.join(), decision.lacking.join());
      assert.equal(blockers[0], decision.layer);
    }
    if (decision.effect === "Allow") {
      assert.equal(lacking.length, 0);
      for (const ref of decision.because)
        assert.ok(layers.some(({ type, matched }) => type === ref.policy.type && matched.includes(ref)));
    }
    // What blocks either denies or does not allow; what does neither says so.
    for (const { type, outcome } of layers)
      if (outcome === "explicit-deny") assert.ok(blockers.includes(type));
      else if (outcome === "exempt") assert.ok(!blockers.includes(type));
      else if (outcome === "allow") assert.ok(!lacking.includes(type), type);
  } catch (error) {
    throw new Error(printable({ request, policies }), { cause: error });
  }
}

const context = contextOf({});

/** Requests of every caller, at home and abroad. */
function requestsOf(
  kinds: readonly AuthorizationRequest["resourceKind"][],
  accounts: readonly (string | undefined)[],
) {
  return principals.flatMap((principal) =>
    kinds.flatMap((resourceKind) =>
      accounts.map((resourceAccountId): AuthorizationRequest => ({
        principal,
        action: resourceKind === "trust" ? "sts:AssumeRole" : action,
        resource: "arn:aws:s3:::b/x",
        resourceAccountId,
        context,
        ...(resourceKind && { resourceKind }),
      })),
    ),
  );
}

const maybe = <T>(all: readonly T[]): (T | undefined)[] => [undefined, ...all];

test("identity policies, boundaries, session policies and resource policies in every combination", (t) => {
  let count = 0;
  const identities = [
    [],
    [policy("identity", allows)],
    [policy("identity", misses, elsewhere), policy("identity", other, denies, allows)],
  ];
  const boundaries = maybe([
    policy("boundary", allows),
    policy("boundary", misses),
    policy("boundary", allows, denies),
  ]);
  const sessions = maybe([
    [],
    [policy("session", misses), policy("session", allows)],
    [policy("session", allows, denies)],
  ]);
  const session = principals.find(({ kind }) => kind === "role-session");
  assert.ok(session?.kind === "role-session");
  const names: unknown[] = [
    "*",
    { AWS: home },
    { AWS: `arn:aws:iam::${home}:user/bob` },
    { AWS: session.roleArn },
    { AWS: session.arn },
    { AWS: `arn:aws:sts::${home}:federated-user/temp` },
    { Service: "lambda.amazonaws.com", Federated: `arn:aws:iam::${home}:oidc-provider/issuer.example` },
    { AWS: abroad },
  ];
  const own = (type: "resource" | "trust") => [
    undefined,
    ...names.flatMap((Principal) =>
      type === "trust" && Principal === "*" ? [] : [policy(type, { ...allows, Principal })],
    ),
    // The Allow that is worth most counts, wherever it stands.
    policy(
      type,
      { ...allows, Principal: { AWS: home } },
      { ...allows, Principal: { AWS: [session.arn, `arn:aws:iam::${home}:user/bob`] } },
    ),
    policy(
      type,
      { ...allows, Principal: { AWS: session.roleArn } },
      { ...allows, Principal: { AWS: "*" } },
      denies,
    ),
    policy(type, other),
  ];
  const requests = requestsOf(["other", "kms-key", "trust"], [home, abroad]);
  const resources = { resource: own("resource"), trust: own("trust") };
  const trustAllows = { Effect: "Allow", Action: "sts:*" };
  const forTrust = {
    identities: [[], [policy("identity", trustAllows)]],
    boundaries: maybe([policy("boundary", trustAllows), policy("boundary", other)]),
    sessions: maybe([[policy("session", trustAllows)], [policy("session", other)]]),
  };
  const forOther = { identities, boundaries, sessions };
  for (const isTrust of [false, true]) {
    const of = isTrust ? forTrust : forOther;
    const asked = requests.filter(({ resourceKind }) => (resourceKind === "trust") === isTrust);
    for (const identity of of.identities)
      for (const boundary of of.boundaries)
        for (const passed of of.sessions) {
          const prepared = preparePolicySet({ identity, boundary, session: passed });
          for (const resource of resources[isTrust ? "trust" : "resource"])
            for (const request of asked) {
              count++;
              check(request, { identity, boundary, session: passed, resource }, prepared);
            }
        }
  }
  t.diagnostic(`${count} requests`);
});

test("organizations and endpoints in every combination, before whatever the caller has", (t) => {
  let count = 0;
  const [allow, miss, deny] = [
    policy("scp", allows),
    policy("scp", misses, elsewhere),
    policy("scp", denies),
  ];
  const all = policy("scp", { Effect: "Allow", Action: "*" });
  const scps: PolicySet["scp"][] = [
    undefined,
    [],
    [[]],
    [[allow], [all]],
    [[allow], [miss]],
    [[miss], [all]],
    [[all], [miss, allow, deny]],
    [[deny], [all]],
    [[all, deny], [miss]],
  ];
  const full = policy("rcp", { Effect: "Allow", Action: "*" });
  const rcps: PolicySet["rcp"][] = [
    undefined,
    [[full]],
    [[full], []],
    [[full], [full, policy("rcp", { ...denies, Action: ["kms:*", "s3:Get*"] })]],
  ];
  const endpoints = maybe([
    policy("endpoint", allows),
    policy("endpoint", { ...allows, Principal: { AWS: abroad } }),
    policy("endpoint", denies, allows),
  ]);
  const granting = policy("resource", {
    ...allows,
    Principal: { AWS: "*", Service: "lambda.amazonaws.com" },
  });
  const callers: Omit<PolicySet, "scp" | "rcp" | "endpoint">[] = [
    { identity: [] },
    { identity: [policy("identity", allows)] },
    { identity: [], resource: granting, boundary: policy("boundary", misses) },
    { identity: [policy("identity", denies)], session: [], resource: policy("resource", denies) },
    {
      identity: [policy("identity", allows)],
      session: [policy("session", allows, denies)],
      boundary: policy("boundary", denies),
    },
  ];
  const requests = requestsOf(["other"], [undefined, abroad]).flatMap((request): AuthorizationRequest[] => [
    request,
    { ...request, resource: "*" },
  ]);
  const retired = requestsOf(["kms-key"], [home]).map((request) => ({
    ...request,
    action: "KMS:RetireGrant",
  }));
  for (const scp of scps)
    for (const rcp of rcps)
      for (const endpoint of endpoints)
        for (const caller of callers) {
          const policies = { ...caller, scp, rcp, endpoint };
          const { resource: _, ...ofCaller } = policies;
          const prepared = preparePolicySet(ofCaller);
          for (const request of [...requests, ...retired]) {
            count++;
            check(request, policies, prepared);
          }
        }
  t.diagnostic(`${count} requests`);
});
