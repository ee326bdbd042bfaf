import type { PolicyType } from "../compile/policy-ref.ts";
import type { ImplicitDeny } from "./decision.ts";

/** In the order of evaluation. */
const layers = ["rcp", "scp", "endpoint", "resource", "trust", "identity", "boundary", "session"] as const;

/** Layers that lack an Allow, as bits of one number. */
export const lacks = {
  rcp: 1,
  scp: 2,
  endpoint: 4,
  resource: 8,
  trust: 16,
  identity: 32,
  boundary: 64,
  session: 128,
} as const satisfies Record<PolicyType, number>;

/** Every decision there can be, so that denying allocates nothing. */
const decisions: readonly ImplicitDeny[] = Array.from({ length: 1 << layers.length }, (_, set) => {
  const lacking = layers.filter((layer) => (set & lacks[layer]) !== 0);
  return { effect: "Deny", kind: "implicit", layer: lacking[0] ?? "identity", lacking };
});

/** @param set of `lacks`, or-ed */
export function implicitDeny(set: number): ImplicitDeny {
  // There is one for every set.
  return decisions[set] as ImplicitDeny;
}
