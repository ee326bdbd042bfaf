import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CompiledPolicy } from "../compile/compile-policy.ts";
import { printPolicy } from "../parse/print-policy.ts";
import { reference } from "../reference/reference.ts";
import type { Situation } from "../reference/situations.ts";
import type { Principal } from "../request/principal.ts";
import type { DecisionVector, PoliciesData } from "./vector.ts";

const folder = new URL("../../../../vectors/policy/", import.meta.url);

/** A bug found becomes a vector first: the situation, and what the reference says of it. Returns the file. */
export function saveVector(situation: Situation, seed: number): string {
  const vector = { name: `found with seed ${seed}`, source: "observed by the differential test", ...vectorOf(situation) };
  const file = fileURLToPath(new URL(`found-${seed}.json`, folder));
  writeFileSync(file, `${JSON.stringify([vector], undefined, 2)}\n`);
  return file;
}

/** A situation in the form that vectors have. */
export function vectorOf({ request, policies }: Situation): DecisionVector {
  const { principal, action, resource, resourceAccountId, resourceKind, context } = request;
  const kind = resourceKind === "other" ? undefined : resourceKind;
  const decision = reference(request, policies);
  const ids = policies.resource?.principalIds;
  const one = (policy: CompiledPolicy | undefined) => policy && [documentOf(policy)];
  const data: PoliciesData = {
    identity: policies.identity.map(documentOf),
    ...some("boundary", one(policies.boundary)),
    ...some("session", policies.session?.map(documentOf)),
    ...some("resource", one(policies.resource)),
    ...some("principalIds", ids && Object.fromEntries(ids)),
    ...some("endpoint", one(policies.endpoint)),
    ...some("scp", policies.scp?.map((level) => level.map(documentOf))),
    ...some("rcp", policies.rcp?.map((level) => level.map(documentOf))),
  };
  return {
    request: {
      principal: principalData(principal),
      action,
      resource,
      ...some("account", resourceAccountId),
      ...some("kind", kind),
      context: Object.fromEntries(context.entries()),
    },
    policies: data,
    expect:
      decision.effect === "Allow"
        ? { effect: "Allow" }
        : { effect: "Deny", kind: decision.kind, layer: decision.layer },
  };
}

const documentOf = (policy: CompiledPolicy) =>
  JSON.parse(printPolicy(policy.document.policy)) as Readonly<Record<string, unknown>>;

const some = <Name extends string, T>(name: Name, value: T | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: T };

function principalData(principal: Principal): Readonly<Record<string, unknown>> {
  switch (principal.kind) {
    case "federated":
      return { federated: principal.provider };
    case "service":
      return { arn: principal.service };
    case "anonymous":
      return { arn: "anonymous" };
    default: {
      const { kind: _kind, accountId: _account, ...rest } = principal;
      return { ...rest };
    }
  }
}
