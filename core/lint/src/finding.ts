/** As Access Analyzer names them on the wire; its guide prints GENERAL_WARNING for the third. */
export type FindingType = "ERROR" | "SECURITY_WARNING" | "WARNING" | "SUGGESTION";

/**
 * One thing to say about a policy document, in the form of Access Analyzer's ValidatePolicy.
 *
 * @see https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicyFinding.html
 */
export interface Finding {
  readonly findingType: FindingType;
  /** A code of Access Analyzer's policy checks, or one of ours, which begin with `ROLECALL_`. */
  readonly issueCode: string;
  /** What is wrong and what to do, in our words. */
  readonly findingDetails: string;
  readonly learnMoreLink: string;
  /** At least one; the first is where to look. */
  readonly locations: readonly Location[];
}

/** @see https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Location.html */
export interface Location {
  readonly path: readonly PathElement[];
  readonly span: Span;
}

/** A step into the document: an entry of an array, the value of a member, or the member's name itself. */
export type PathElement = { readonly index: number } | { readonly value: string } | { readonly key: string };

/** From the first character to behind the last. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 0, in UTF-16 units, as `offset`. */
  readonly column: number;
  readonly offset: number;
}

/** The place of a value or a name in the document, before it has lines. */
export interface Place {
  readonly path: readonly PathElement[];
  readonly at: number;
  readonly end: number;
}
