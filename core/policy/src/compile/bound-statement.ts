import type { AllowDecision, ExplicitDeny } from "../evaluate/decision.ts";
import type { PrincipalIds, Worth } from "./compile-principals.ts";
import type { CompiledStatement } from "./compile-statement.ts";
import type { PolicyRef, StatementRef } from "./policy-ref.ts";

/** A statement in its place, and the decisions it can cause, made once so that deciding allocates nothing. */
export interface BoundStatement {
  readonly matchers: CompiledStatement;
  readonly principalIds: PrincipalIds;
  readonly ref: StatementRef;
  readonly allow: AllowDecision;
  readonly deny: ExplicitDeny;
  /** Together with a statement of another account's policy: the last one it was needed with. */
  both: { readonly grant: BoundStatement; readonly allow: AllowDecision } | undefined;
  /** By worth. */
  readonly grants: (Grant | undefined)[];
}

/** What a resource policy grants by a statement. */
export interface Grant {
  readonly statement: BoundStatement;
  readonly worth: Worth;
}

export function bindStatement(
  matchers: CompiledStatement,
  policy: PolicyRef,
  principalIds: PrincipalIds,
): BoundStatement {
  const { index, sid, line } = matchers.statement;
  const ref: StatementRef = { policy, index, ...(sid === undefined ? {} : { sid }), line };
  const because = [ref];
  return {
    matchers,
    principalIds,
    ref,
    allow: { effect: "Allow", because },
    deny: { effect: "Deny", kind: "explicit", layer: policy.type, because },
    both: undefined,
    grants: [],
  };
}

export function grantOf(statement: BoundStatement, worth: Worth): Grant {
  return (statement.grants[worth] ??= { statement, worth });
}

/** What is decided when statements of both accounts are needed. */
export function allowByBoth(identity: BoundStatement, grant: BoundStatement): AllowDecision {
  if (identity.both?.grant !== grant) {
    const because = [identity.ref, grant.ref];
    identity.both = { grant, allow: { effect: "Allow", because } };
  }
  return identity.both.allow;
}
