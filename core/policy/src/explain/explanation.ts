import type { PolicyType, StatementRef } from "../compile/policy-ref.ts";
import type { Decision } from "../evaluate/decision.ts";
import type { PrincipalEntry } from "../parse/policy.ts";

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

/** What one type of policy said. */
export interface LayerExplanation {
  readonly type: PolicyType;
  /** `exempt`: policies of this type exist but do not apply to this caller (SCPs of a service-linked role). */
  readonly outcome: "explicit-deny" | "allow" | "no-allow" | "exempt";
  /** Of SCPs and RCPs what each level said, the root of the organization first. */
  readonly levels?: readonly ("explicit-deny" | "allow" | "no-allow")[];
  /** Statements that applied: the Deny statements if there are any, else the Allow statements. */
  readonly matched: readonly StatementRef[];
  /** Where no statement allows: Allow statements that came close, those that failed last first. */
  readonly nearMisses: readonly NearMiss[];
}

/** An Allow statement that did not apply, and the first of its elements that kept it from that. */
export interface NearMiss {
  readonly statement: StatementRef;
  readonly effect: "Allow";
  readonly failedAt: "principal" | "action" | "resource" | "condition";
  /** What the element asks for, unless it is a condition. */
  readonly wanted?: WantedElement;
  /** The first condition that did not hold. */
  readonly condition?: FailedCondition;
  /**
   * The policy variables of the element that failed, as written, and the text each stood for; null for one that had
   * none, so that nothing could match.
   */
  readonly variables?: Readonly<Record<string, string | null>>;
}

/** An element of a statement with its values. */
export interface WantedElement {
  readonly element: "Principal" | "NotPrincipal" | "Action" | "NotAction" | "Resource" | "NotResource";
  /** Patterns; of principals, types and names. */
  readonly values: readonly string[] | readonly PrincipalEntry[];
}

/** A condition that did not hold. */
export interface FailedCondition {
  readonly operator: string;
  readonly key: string;
  readonly wanted: readonly string[];
  /** The request's values, null when the key is not in the request. */
  readonly got: readonly string[] | null;
  /** `error`: the values could not be compared at all. */
  readonly outcome: "false" | "unknown" | "error";
}
