// Every few principals that a statement can name, for every kind of caller.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileDocument } from "../compile/compile-document.ts";
import { bindPolicy, compilePolicy } from "../compile/compile-policy.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { parsePolicy } from "../parse/parse-policy.ts";
import type { PolicyKind } from "../parse/policy.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import { contextOf } from "../request/context.ts";
import type { Principal } from "../request/principal.ts";
import { setsUpTo } from "./combinations.ts";
import { reference } from "./reference.ts";
import { principals } from "./situations.ts";

const home = "111122223333";
const bob = `arn:aws:iam::${home}:user/bob`;
const role = `arn:aws:iam::${home}:role/team/R`;
const alice = `arn:aws:sts::${home}:assumed-role/R/alice`;
const oidc = `arn:aws:iam::${home}:oidc-provider/issuer.example`;
const canonical = "a".repeat(64);

/** Every form of name there is; for most a caller of `principals` bears it, and one that is like it does not. */
const names: readonly (readonly [type: string, value: string])[] = [
  ["AWS", home],
  ["AWS", `arn:aws-cn:iam::${home}:root`],
  ["AWS", "444455556666"],
  ["AWS", bob],
  ["AWS", role],
  ["AWS", `arn:aws:iam::${home}:role/R`],
  ["AWS", alice],
  ["AWS", `arn:aws:sts::${home}:federated-user/temp`],
  ["AWS", "AIDAEXAMPLEUSERIDXXXX"],
  ["AWS", "AROAEXAMPLEROLEIDXXXX"],
  ["AWS", "*"],
  ["Service", "lambda.amazonaws.com"],
  ["Federated", oidc],
  ["CanonicalUser", canonical],
];

const callers: readonly Principal[] = [
  ...principals,
  {
    kind: "federated-user",
    accountId: home,
    arn: `arn:aws:sts::${home}:federated-user/temp`,
    issuer: "user",
    userArn: bob,
  },
  {
    kind: "user",
    accountId: "444455556666",
    arn: "arn:aws:iam::444455556666:user/bob",
    uniqueId: "AIDAABROADUSERIDXXXXX",
  },
  { kind: "service", service: "Lambda.amazonaws.com" },
  { kind: "federated", provider: "accounts.google.com" },
];

/** Bound to those who bear the names now, to those who bore them before, or not at all. */
const bindings: readonly (ReadonlyMap<string, string> | undefined)[] = [
  undefined,
  new Map([
    [bob, "AIDAEXAMPLEUSERIDXXXX"],
    [role, "AROAEXAMPLEROLEIDXXXX"],
    [canonical, home],
  ]),
  new Map([
    [bob, "AIDADANGLINGIDXXXXXXX"],
    [role, "AROADANGLINGIDXXXXXXX"],
    [alice, "AROADANGLINGIDXXXXXXX"],
    [canonical, "444455556666"],
  ]),
];

function elementOf(entries: readonly (readonly [string, string])[]): Record<string, string[]> {
  const element: Record<string, string[]> = {};
  for (const [type, value] of entries) (element[type] ??= []).push(value);
  return element;
}

function documentOf(kind: PolicyKind, statement: Record<string, unknown>) {
  const parsed = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statement }), kind);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return compileDocument(parsed.policy);
}

const boundary = (() => {
  const { policy } = documentOf("boundary", { Effect: "Allow", Action: "ec2:*", Resource: "*" });
  return compilePolicy(policy, { type: "boundary" });
})();

/** What a grant is worth is seen by what is lacking besides; a key's policy is lacking when it does not speak. */
function compareAll(kind: "resource" | "trust", elements: readonly Record<string, unknown>[]): number {
  let count = 0;
  const differences: string[] = [];
  const isTrust = kind === "trust";
  const requests = callers.map((principal): AuthorizationRequest => ({
    principal,
    action: isTrust ? "sts:AssumeRole" : "kms:Decrypt",
    resource: "arn:aws:kms:us-east-1:111122223333:key/k",
    resourceAccountId: home,
    context: contextOf({}),
    resourceKind: isTrust ? "trust" : "kms-key",
  }));
  for (const element of elements)
    for (const effect of ["Allow", "Deny"]) {
      const rest = isTrust ? { Action: "sts:AssumeRole" } : { Action: "kms:*", Resource: "*" };
      const document = documentOf(kind, { Effect: effect, ...rest, ...element });
      for (const principalIds of bindings) {
        const resource = bindPolicy(document, { type: kind }, principalIds ? { principalIds } : {});
        for (const limit of "NotPrincipal" in element ? [undefined, boundary] : [boundary]) {
          const policies = { identity: [], session: [], boundary: limit, resource };
          for (const request of requests) {
            count++;
            const got = JSON.stringify(evaluate(request, policies));
            const wanted = JSON.stringify(reference(request, policies));
            if (got !== wanted)
              differences.push(
                `${effect} ${JSON.stringify(element)} ${JSON.stringify([...(principalIds ?? [])])} ${JSON.stringify(request.principal)} ${limit ? "boundary" : ""}: ${got}, not ${wanted}`,
              );
          }
        }
      }
    }
  assert.deepEqual(differences.slice(0, 10), []);
  return count;
}

test("every one, two and three names of a Principal or NotPrincipal, for every caller", (t) => {
  const elements = setsUpTo(3, names).flatMap((entries) => {
    const element = elementOf(entries);
    return [{ Principal: element }, { NotPrincipal: element }];
  });
  const count = compareAll("resource", [...elements, { Principal: "*" }, { NotPrincipal: "*" }]);
  t.diagnostic(`${count} requests`);
});

test("every one and two names of a trust policy's Principal, for every caller", (t) => {
  const elements = setsUpTo(
    2,
    names.filter(([type]) => type !== "CanonicalUser"),
  ).map((entries) => ({
    Principal: elementOf(entries),
  }));
  t.diagnostic(`${compareAll("trust", elements)} requests`);
});
