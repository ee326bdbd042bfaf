import type { AllowDecision, ExplicitDeny } from "../evaluate/decision.ts";
import type { Policy } from "../parse/policy.ts";
import type { PrincipalIds, Worth } from "./compile-principals.ts";
import type { CompiledStatement } from "./compile-statement.ts";
import type { PolicyRef, StatementRef } from "./policy-ref.ts";
import { sliceStatements } from "./slices.ts";
import type { Compiled, Slices } from "./slices.ts";

/** The matchers of one document text: safe to share and to keep for as long as the text is in use. */
export interface CompiledDocument extends Compiled {
  readonly policy: Policy;
  /** @internal */
  readonly compiled: (CompiledStatement | undefined)[];
  /** @internal */
  readonly allow: Slices;
  /** @internal */
  readonly deny: Slices;
}

/** A document bound to its place: cheap to make from a compiled document. */
export interface CompiledPolicy {
  readonly ref: PolicyRef;
  readonly document: CompiledDocument;
  /** @internal */
  readonly principalIds: PrincipalIds;
  /** @internal What a decision says of the statement at an index; made when first needed. */
  readonly verdicts: (Verdict | undefined)[];
}

/** The decisions a statement can cause, made once so that deciding allocates nothing. */
export interface Verdict {
  readonly statement: StatementRef;
  readonly allow: AllowDecision;
  readonly deny: ExplicitDeny;
  /** Together with a statement of another account's policy: the last one it was needed with. */
  both: { readonly grant: Verdict; readonly allow: AllowDecision } | undefined;
  /** By worth. */
  readonly grants: (Grant | undefined)[];
}

/** What a resource policy grants by a statement. */
export interface Grant {
  readonly verdict: Verdict;
  readonly worth: Worth;
}

/** What a document does not say of the place it stands in. */
export interface BindOptions {
  /**
   * Principal ARN as it stands in the document -> unique id (AIDA…, AROA…) it was bound to on save. A mapped ARN matches
   * only the caller with that id, so a deleted and recreated user or role is not trusted; others match by ARN.
   * A canonical user id may be mapped to its account id; without that it matches nobody.
   */
  readonly principalIds?: ReadonlyMap<string, string>;
}

/** Makes the matchers of a document, once for all who have the same text. */
export function compileDocument(policy: Policy): CompiledDocument {
  const withEffect = (effect: "Allow" | "Deny") =>
    sliceStatements(policy.statements.filter((statement) => statement.effect === effect));
  return { policy, compiled: [], allow: withEffect("Allow"), deny: withEffect("Deny") };
}

/** Ties a compiled document to its place, at next to no cost. */
export function bindPolicy(
  document: CompiledDocument,
  ref: PolicyRef,
  options: BindOptions = {},
): CompiledPolicy {
  return { ref, document, principalIds: options.principalIds, verdicts: [] };
}

/** compileDocument and bindPolicy in one. Keep the compiled document where one text serves many places. */
export function compilePolicy(policy: Policy, ref: PolicyRef, options: BindOptions = {}): CompiledPolicy {
  return bindPolicy(compileDocument(policy), ref, options);
}

export function verdictOf(policy: CompiledPolicy, { statement }: CompiledStatement): Verdict {
  return (policy.verdicts[statement.index] ??= makeVerdict(policy.ref, statement));
}

export function grantOf(policy: CompiledPolicy, one: CompiledStatement, worth: Worth): Grant {
  const verdict = verdictOf(policy, one);
  return (verdict.grants[worth] ??= { verdict, worth });
}

/** What is decided when statements of both accounts are needed. */
export function allowByBoth(identity: Verdict, grant: Verdict): AllowDecision {
  if (identity.both?.grant !== grant) {
    const because = [identity.statement, grant.statement];
    identity.both = { grant, allow: { effect: "Allow", because } };
  }
  return identity.both.allow;
}

function makeVerdict(ref: PolicyRef, { index, sid, line }: CompiledStatement["statement"]): Verdict {
  const statement: StatementRef = { policy: ref, index, ...(sid === undefined ? {} : { sid }), line };
  const because = [statement];
  return {
    statement,
    allow: { effect: "Allow", because },
    deny: { effect: "Deny", kind: "explicit", layer: ref.type, because },
    both: undefined,
    grants: [],
  };
}
