import type { Finding, LintKind } from "@rolecall/lint";

/** A document to check: a file, or a policy of a running server. */
export interface LintSubject {
  /** A path, or an ARN with what of it. */
  readonly name: string;
  readonly text: string;
  readonly kind: LintKind;
  /** The account it belongs to, when that is known. */
  readonly accountId?: string;
}

export interface LintedSubject extends LintSubject {
  readonly findings: readonly Finding[];
}
