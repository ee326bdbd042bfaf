import assert from "node:assert/strict";
import type { CompiledPolicy } from "../compile/compile-policy.ts";
import { compilePolicy } from "../compile/compile-policy.ts";
import type { PolicyRef, PolicyType } from "../compile/policy-ref.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import type { Decision } from "../evaluate/decision.ts";
import { preparePolicySet } from "../evaluate/plan.ts";
import type { PolicySet } from "../evaluate/policy-set.ts";
import type { DenialSentenceArgs } from "../explain/denial-sentence.ts";
import { denialSentence } from "../explain/denial-sentence.ts";
import { explain } from "../explain/explain.ts";
import { parsePolicy } from "../parse/parse-policy.ts";
import type { PolicyKind } from "../parse/policy.ts";
import { reference } from "../reference/reference.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import { contextOf, unknownValue } from "../request/context.ts";
import type { Principal } from "../request/principal.ts";
import type {
  ConditionVector,
  DecisionVector,
  DocumentVector,
  ExplanationVector,
  PatternVector,
  PoliciesData,
  RequestData,
  SentenceVector,
  SeveralChecksVector,
  Vector,
} from "./vector.ts";

/** Checks one vector of any form, the reference along with the engine. */
export function check(vector: Vector): void {
  if ("expect" in vector) checkDecision(vector);
  else if ("checks" in vector) checkSeveral(vector);
  else if ("holds" in vector) checkCondition(vector);
  else if ("matches" in vector) checkPattern(vector);
  else if ("result" in vector) checkDocument(vector);
  else if ("sentence" in vector) checkSentence(vector);
  else checkExplanation(vector);
}

function decide(request: AuthorizationRequest, policies: PolicySet, hasUnknown = false) {
  const decision = evaluate(request, policies);
  // The reference knows its context.
  if (!hasUnknown) assert.deepEqual(reference(request, policies), decision, "the reference says something else");
  assert.deepEqual(explain(request, policies).decision, decision);
  checkPrepared(request, policies, decision);
  return decision;
}

/** A prepared set decides the same, with a plan that is new and with one that was kept, and knows when it is no longer what it was. */
function checkPrepared(request: AuthorizationRequest, policies: PolicySet, decision: Decision): void {
  const { resource, ...ofCaller } = policies;
  const prepared = { ...preparePolicySet(ofCaller), resource };
  for (let times = 0; times < 2; times++) assert.deepEqual(evaluate(request, prepared), decision, "prepared");
  for (const layer of ["identity", "boundary", "session", "resource", "endpoint", "scp", "rcp"]) {
    const without = { [layer]: layer === "identity" ? [] : undefined };
    const expected = evaluate(request, { ...policies, ...without });
    assert.deepEqual(evaluate(request, { ...prepared, ...without }), expected, `prepared, without ${layer}`);
  }
}

function checkSeveral({ checks, allowed }: SeveralChecksVector): void {
  assert.equal(checks.map(checkDecision).every(({ effect }) => effect === "Allow"), allowed);
}

function checkDecision({ request, policies, expect }: DecisionVector): Decision {
  const decision = decide(requestOf(request), policySetOf(policies, request));
  const because = "because" in decision ? decision.because : [];
  const actual: Record<string, unknown> = { ...decision, statement: because[0]?.sid };
  for (const [name, wanted] of Object.entries(expect)) assert.deepEqual(actual[name], wanted, name);
  return decision;
}

const caller = "arn:aws:iam::111122223333:user/bob";

function checkCondition({ condition, context, version, holds }: ConditionVector): void {
  const outcome = (effect: "Allow" | "Deny") => {
    const statement = { Effect: effect, Action: "*", Resource: "*", Condition: condition };
    // Only session policies may have values that cannot be evaluated.
    const document = { Version: version ?? "2012-10-17", Statement: [statement] };
    const allowAll = { Effect: "Allow", Action: "*", Resource: "*" };
    const request = { principal: caller, action: "iam:TagUser", resource: caller, context };
    const policies: PoliciesData =
      effect === "Allow"
        ? { identity: [allowAll], session: [document] }
        : { identity: [allowAll], session: [allowAll, document] };
    const hasUnknown = Object.values(context).includes(null);
    return decide(requestOf(request), policySetOf(policies, request), hasUnknown).effect;
  };
  assert.equal(outcome("Allow"), holds === true ? "Allow" : "Deny", "in an Allow");
  assert.equal(outcome("Deny"), holds === false ? "Allow" : "Deny", "in a Deny");
}

function checkPattern({ element, pattern, version, text, context, matches }: PatternVector): void {
  const isAction = element.endsWith("Action");
  const statement = {
    Effect: "Allow",
    ...(isAction ? { Resource: "*" } : { Action: "*" }),
    [element]: pattern,
  };
  const request: RequestData = {
    principal: caller,
    action: isAction ? text : "s3:GetObject",
    resource: isAction ? "*" : text,
    context: context ?? {},
  };
  const document = { Version: version ?? "2012-10-17", Statement: [statement] };
  const { effect } = decide(requestOf(request), policySetOf({ identity: [document] }, request));
  assert.equal(effect, matches ? "Allow" : "Deny");
}

function checkDocument({ document, text, as, options, result }: DocumentVector): void {
  const parsed = parsePolicy(text ?? documentText(document), as, options);
  if (parsed.ok) {
    assert.equal("accepted", result);
    return;
  }
  assert.ok(result !== "accepted", parsed.problems[0]?.message);
  const first: Readonly<Record<string, unknown>> = { ...parsed.problems[0] };
  for (const [name, wanted] of Object.entries(result)) assert.equal(first[name], wanted, name);
}

function checkSentence({ sentence, denial }: SentenceVector): void {
  assert.equal(denialSentence(denial as unknown as DenialSentenceArgs), sentence);
}

function checkExplanation({ request, policies, explains }: ExplanationVector): void {
  const explanation = explain(requestOf(request), policySetOf(policies, request));
  assert.deepEqual(JSON.parse(JSON.stringify(explanation)), explanation, "plain JSON");
  assert.deepEqual(explanation.blockers, explains.blockers);
  const outcomes = explanation.layers.map(({ type, outcome }) => [type, outcome] as const);
  assert.deepEqual(Object.fromEntries(outcomes), explains.layers);
  for (const { type, levels, matched } of explanation.layers) {
    if (explains.levels !== undefined) assert.deepEqual(levels, explains.levels[type], `levels of ${type}`);
    const sids = explains.matched?.[type];
    if (sids !== undefined)
      assert.deepEqual(
        matched.map(({ sid }) => sid),
        sids,
        `matched of ${type}`,
      );
  }
  const misses = explanation.layers.flatMap(({ type, nearMisses }) => nearMisses.slice(0, 1).map((miss) => ({ layer: type, ...miss })));
  if (explains.nearest === undefined) return;
  const [nearest] = misses;
  assert.ok(nearest !== undefined, "a near miss");
  const { statement, ...rest } = nearest;
  assert.deepEqual({ ...rest, sid: statement.sid }, explains.nearest);
}

/** Characters above U+00FF must be escaped in a policy. */
const documentText = (document: unknown) =>
  JSON.stringify(document).replaceAll(/[^ -\u00ff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

function requestOf({ principal, action, resource, account, kind, context }: RequestData): AuthorizationRequest {
  return {
    principal: principalOf(typeof principal === "string" ? { arn: principal } : principal),
    action,
    resource,
    resourceAccountId: account,
    context: contextOf(
      Object.fromEntries(
        Object.entries(context ?? {}).map(([key, value]) => [key, value === null ? unknownValue : value]),
      ),
    ),
    ...(kind === undefined ? {} : { resourceKind: kind }),
  };
}

function principalOf(data: Readonly<Record<string, unknown>>): Principal {
  const text = (name: string) => (typeof data[name] === "string" ? data[name] : undefined);
  const provider = text("federated");
  if (provider !== undefined) return { kind: "federated", provider };
  const arn = text("arn") ?? "anonymous";
  if (arn === "anonymous") return { kind: "anonymous" };
  if (!arn.startsWith("arn:")) return { kind: "service", service: arn };
  const [, , , , accountId = "", resource = ""] = arn.split(":");
  const [type, name = "", sessionName = ""] = resource.split("/");
  const userUniqueId = text("userUniqueId");
  const federatedProvider = text("federatedProvider");
  const delegated = data["delegated"] === true ? { delegated: true as const } : {};
  switch (type) {
    case "root":
      return { kind: "root", accountId, arn, ...delegated };
    case "user": {
      const session = data["sessionKind"] === "get-session-token" ? { sessionKind: "get-session-token" as const } : {};
      return { kind: "user", accountId, arn, uniqueId: text("uniqueId") ?? "AIDAEXAMPLEUSERIDXXXX", ...session, ...delegated };
    }
    case "assumed-role":
      return {
        kind: "role-session",
        accountId,
        arn,
        roleArn: text("roleArn") ?? `arn:aws:iam::${accountId}:role/${name}`,
        uniqueId: text("uniqueId") ?? "AROAEXAMPLEROLEIDXXXX",
        sessionName,
        ...(data["serviceLinked"] === true ? { serviceLinked: true } : {}),
        ...delegated,
        ...(federatedProvider === undefined ? {} : { federatedProvider }),
      };
    case "federated-user":
      return {
        kind: "federated-user",
        accountId,
        arn,
        issuer: data["issuer"] === "root" ? "root" : "user",
        userArn: text("userArn") ?? "",
        ...(userUniqueId === undefined ? {} : { userUniqueId }),
      };
    case "assumed-root":
      return { kind: "assumed-root", accountId, arn };
    default:
      throw new Error(`no principal: ${arn}`);
  }
}

function policySetOf(data: PoliciesData, { kind, resource }: RequestData): PolicySet {
  const compile = (type: PolicyType, as: PolicyKind = type) => {
    // Unique ids are noted when a resource's policy is saved; an endpoint policy names whoever bears the name.
    const isResourcePolicy = type === "resource" || type === "trust";
    const options = isResourcePolicy ? { principalIds: new Map(Object.entries(data.principalIds ?? {})) } : {};
    return (document: Readonly<Record<string, unknown>>): CompiledPolicy => {
      const whole = "Statement" in document ? document : { Version: "2012-10-17", Statement: [document] };
      const parsed = parsePolicy(documentText(whole), as);
      if (!parsed.ok) throw new Error(`${JSON.stringify(whole)}: ${JSON.stringify(parsed.problems[0])}`);
      const ref: PolicyRef = as === "resource" || as === "trust" ? { type, arn: resource } : { type };
      return compilePolicy(parsed.policy, ref, options);
    };
  };
  // Several documents of a layer with one document are its statements.
  const one = (documents: PoliciesData["resource"], type: PolicyType) => {
    if (documents === undefined) return undefined;
    const [only] = documents;
    if (documents.length === 1 && only !== undefined) return compile(type)(only);
    return compile(type)({ Version: "2012-10-17", Statement: documents });
  };
  return {
    identity: (data.identity ?? []).map(compile("identity")),
    boundary: one(data.boundary, "boundary"),
    session: data.session?.map(compile("session")),
    resource: one(data.resource, kind === "trust" ? "trust" : "resource"),
    endpoint: one(data.endpoint, "endpoint"),
    scp: data.scp?.map((level) => level.map(compile("scp"))),
    rcp: data.rcp?.map((level) => level.map(compile("rcp"))),
  };
}
