import type { PolicySet } from "../evaluate/policy-set.ts";
import type { Statement } from "../parse/policy.ts";
import type { StatementRef } from "./policy-ref.ts";

/** A statement that decided, with what it says. */
export interface MatchedStatement {
  readonly ref: StatementRef;
  readonly statement: Statement;
}

/** What the statements say that a decision over these policies names. */
export function matchedStatements(
  refs: readonly StatementRef[],
  policies: PolicySet,
): readonly MatchedStatement[] {
  const { identity, boundary, session = [], resource, endpoint, scp = [], rcp = [] } = policies;
  const all = [...identity, boundary, ...session, resource, endpoint, ...scp.flat(), ...rcp.flat()];
  return refs.flatMap((ref) => {
    // A decision names its policies by the very reference they were bound with.
    const policy = all.find((candidate) => candidate?.ref === ref.policy);
    const statement = policy?.document.policy.statements[ref.index];
    return statement ? [{ ref, statement }] : [];
  });
}
