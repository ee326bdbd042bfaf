/**
 * The grammar a document is read by: who stores it decides which elements are required and which sentence refuses it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export type PolicyKind =
  "identity" | "trust" | "resource" | "boundary" | "session" | "scp" | "rcp" | "endpoint";

/** One reason why a document is refused, with its place. Lines and columns count from 1. */
export interface Problem {
  /** Stable id of ours, e.g. `MISSING_ACTION`. */
  readonly code: string;
  /** AWS's sentence where it is known, else ours. */
  readonly message: string;
  /** Place in the document, e.g. `Statement[1].Condition`; empty for the document itself. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** `2008-10-17` is also the meaning of an absent Version: policy variables are plain text there. */
export type PolicyVersion = "2008-10-17" | "2012-10-17";

/** A checked policy document. Lists are always arrays, in the document's order. */
export interface Policy {
  readonly kind: PolicyKind;
  /** As written; undefined when the document has none. */
  readonly version: PolicyVersion | undefined;
  readonly id: string | undefined;
  readonly statements: readonly Statement[];
}

/** One statement of a policy. */
export interface Statement {
  /** From 0. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  /** Undefined in kinds that have no principal (identity, boundary, session, SCP). */
  readonly principals: PrincipalElement | undefined;
  readonly actions: ListElement;
  /** Undefined in trust policies. */
  readonly resources: ListElement | undefined;
  readonly conditions: readonly ConditionElement[];
  /** Where its `{` stands. */
  readonly line: number;
  readonly column: number;
  /** Where its `}` stands, as the policy simulator shows it. */
  readonly endLine: number;
  readonly endColumn: number;
}

/** `Action` and `Resource`, or with `not` their inversions `NotAction` and `NotResource`. */
export interface ListElement {
  readonly not: boolean;
  readonly values: readonly string[];
}

/** `Principal`, or with `not` `NotPrincipal`. The string `"*"` is one entry of type `*`. */
export interface PrincipalElement {
  readonly not: boolean;
  readonly entries: readonly PrincipalEntry[];
}

/** The keys of a Principal element; `*` for the bare string. */
export type PrincipalType = "AWS" | "Service" | "Federated" | "CanonicalUser" | "*";

/** One principal as a document names it. */
export interface PrincipalEntry {
  readonly type: PrincipalType;
  readonly value: string;
}

/** One key under one operator; all of a statement's are ANDed. */
export interface ConditionElement {
  /** Spelt as AWS does, e.g. `ForAnyValue:StringLikeIfExists`, whatever case the document used. */
  readonly operator: string;
  /** As written; compared without regard to case. */
  readonly key: string;
  readonly values: readonly string[];
}

/** A principal that a document mentions, so that its existence can be checked on save. */
export interface PrincipalRef extends PrincipalEntry {
  /** e.g. `Statement[0].Principal` */
  readonly path: string;
}
