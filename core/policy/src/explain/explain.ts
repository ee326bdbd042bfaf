import { rcpsApply, scpsApply } from "../choices.ts";
import type { CompiledPolicy } from "../compile/compile-policy.ts";
import type { PolicyType } from "../compile/policy-ref.ts";
import { decideAllow, evaluate } from "../evaluate/evaluate.ts";
import type { PolicySet } from "../evaluate/policy-set.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { Explanation, LayerExplanation } from "./explanation.ts";
import { recordLayer } from "./record-layer.ts";

/** The decision of `evaluate` with the record of what each layer said, made by the same matchers. */
export function explain(request: AuthorizationRequest, policies: PolicySet): Explanation {
  const decision = evaluate(request, policies);
  // What would be decided if nothing denied: the layers that lack an Allow block too.
  const withoutDenies = decideAllow(request, policies);
  const lacking =
    withoutDenies.effect === "Deny" && withoutDenies.kind === "implicit" ? withoutDenies.lacking : [];
  const recorded = layersOf(request, policies).map((layer) => explainLayer(layer, request, policies));
  // A layer can be lacking without having any policy: a federated user without a session policy.
  const absent = lacking.filter((type) => recorded.every((layer) => layer.type !== type));
  const layers = [
    ...recorded,
    ...absent.map((type): LayerExplanation => ({ type, outcome: "no-allow", matched: [], nearMisses: [] })),
  ].sort((a, b) => evaluationOrder.indexOf(a.type) - evaluationOrder.indexOf(b.type));
  const blockers = layers
    .filter(({ type, outcome }) => outcome === "explicit-deny" || lacking.includes(type))
    .map(({ type }) => type);
  return { decision, layers, blockers, lacking };
}

const evaluationOrder: readonly PolicyType[] = [
  "rcp",
  "scp",
  "endpoint",
  "resource",
  "trust",
  "identity",
  "boundary",
  "session",
];

interface Layer {
  readonly type: PolicyType;
  /** Pools of policies; each must allow. */
  readonly levels: readonly (readonly CompiledPolicy[])[];
  readonly applies: boolean;
}

function layersOf(request: AuthorizationRequest, policies: PolicySet): Layer[] {
  const { principal } = request;
  const { rcp, scp, endpoint, resource, identity, boundary, session } = policies;
  const layers: Layer[] = [];
  const add = (type: PolicyType, levels: Layer["levels"] | undefined, applies = true) => {
    if (levels !== undefined) layers.push({ type, levels, applies });
  };
  const hasIdentity =
    principal.kind !== "service" && principal.kind !== "federated" && principal.kind !== "anonymous";
  add("rcp", rcp, rcpsApply(request));
  add("scp", scp, scpsApply(principal));
  add("endpoint", endpoint && [[endpoint]]);
  add(resource?.ref.type ?? "resource", resource && [[resource]]);
  // Empty for whoever has no identity policies at all.
  if (hasIdentity || identity.length > 0) add("identity", [identity]);
  add("boundary", boundary && [[boundary]]);
  add("session", session && [session]);
  return layers;
}

function explainLayer(
  { type, levels, applies }: Layer,
  request: AuthorizationRequest,
  { boundary }: PolicySet,
): LayerExplanation {
  if (!applies) return { type, outcome: "exempt", matched: [], nearMisses: [] };
  const records = levels.map((level) => recordLayer(level, request, boundary !== undefined));
  const outcomes = records.map(({ denied, allowed }) =>
    denied.length > 0 ? "explicit-deny" : allowed.length > 0 ? "allow" : "no-allow",
  );
  const denied = records.flatMap(({ denied }) => denied);
  const isDenied = denied.length > 0;
  const isAllowed = records.every(({ allowed }) => allowed.length > 0);
  return {
    type,
    outcome: isDenied ? "explicit-deny" : isAllowed ? "allow" : "no-allow",
    ...((type === "scp" || type === "rcp") && { levels: outcomes }),
    matched: isDenied ? denied : records.flatMap(({ allowed }) => allowed),
    nearMisses: records.flatMap(({ allowed, nearMisses }) => (allowed.length > 0 ? [] : nearMisses)),
  };
}
