import type { PolicyType, StatementRef } from "../compile/policy-ref.ts";

/**
 * What was decided and why, as data; sentences are made at the edge.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export type Decision = AllowDecision | DenyDecision;
/** Refused, by a statement or for want of one. */
export type DenyDecision = ExplicitDeny | ImplicitDeny;

/** Every gate was open and something granted. */
export interface AllowDecision {
  readonly effect: "Allow";
  /** The statement that granted it; empty for the root user in its own account. */
  readonly because: readonly StatementRef[];
}

/** A Deny statement applies. */
export interface ExplicitDeny {
  readonly effect: "Deny";
  readonly kind: "explicit";
  /** The layer to report, even when several deny. */
  readonly layer: PolicyType;
  /** The first matching Deny statement of that layer. */
  readonly because: readonly StatementRef[];
}

/** Nothing denies, but an Allow is missing where one is needed. */
export interface ImplicitDeny {
  readonly effect: "Deny";
  readonly kind: "implicit";
  /** The layer to report: the first of `lacking`. */
  readonly layer: PolicyType;
  /** Every layer that would have to allow and does not, in evaluation order. */
  readonly lacking: readonly PolicyType[];
}
