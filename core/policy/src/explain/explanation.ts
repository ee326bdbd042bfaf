import type { PolicyType, StatementRef } from "../compile/policy-ref.ts";
import type { Decision } from "../evaluate/decision.ts";

/** A decision with its whole record. Plain JSON. */
export interface Explanation {
  readonly decision: Decision;
  /** One entry per policy type that bears on the request, in evaluation order. */
  readonly layers: readonly LayerExplanation[];
  /** All layers that would have to change for the request to be allowed; empty when it is. */
  readonly blockers: readonly PolicyType[];
  /** Those of them that lack an Allow, whatever they deny besides. */
  readonly lacking: readonly PolicyType[];
}

export interface LayerExplanation {
  readonly type: PolicyType;
  /** `exempt`: policies of this type exist but do not apply to this caller (SCPs of a service-linked role). */
  readonly outcome: "explicit-deny" | "allow" | "no-allow" | "exempt";
  /** Statements that applied: the Deny statements if there are any, else the Allow statements. */
  readonly matched: readonly StatementRef[];
  /** Allow statements that came close, those that failed last first. */
  readonly nearMisses: readonly NearMiss[];
}

export interface NearMiss {
  readonly statement: StatementRef;
  readonly effect: "Allow" | "Deny";
  readonly failedAt: "principal" | "action" | "resource" | "condition";
  /** The first condition that did not hold. */
  readonly condition?: FailedCondition;
}

export interface FailedCondition {
  readonly operator: string;
  readonly key: string;
  readonly wanted: readonly string[];
  /** The request's values, null when the key is not in the request. */
  readonly got: readonly string[] | null;
  /** `error`: the values could not be compared at all. */
  readonly outcome: "false" | "unknown" | "error";
}
