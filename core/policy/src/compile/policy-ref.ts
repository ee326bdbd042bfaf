/** Where a policy sits in the evaluation, and what denial sentences call it. */
export type PolicyType =
  "identity" | "resource" | "trust" | "boundary" | "session" | "scp" | "rcp" | "endpoint";

/** Which policy it is; part of every decision, so plain data. */
export interface PolicyRef {
  readonly type: PolicyType;
  /** ARN of a managed policy, SCP or RCP; for a resource policy that of the resource. */
  readonly arn?: string;
  /** Name of an inline policy. */
  readonly name?: string;
  /** ARN of the entity or organization target the policy is attached to. */
  readonly attachedTo?: string;
}

/** A statement that decided. `index` counts from 0, `line` from 1 in the document's text. */
export interface StatementRef {
  readonly policy: PolicyRef;
  readonly index: number;
  readonly sid?: string;
  readonly line: number;
}
