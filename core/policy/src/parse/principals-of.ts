import type { Policy, PrincipalRef } from "./policy.ts";

/** Every principal a document mentions, in order, `Principal` and `NotPrincipal` alike. */
export function principalsOf(policy: Policy): PrincipalRef[] {
  return policy.statements.flatMap(({ index, principals }) =>
    principals === undefined
      ? []
      : principals.entries.map((entry) => ({
          ...entry,
          path: `Statement[${index}].${principals.not ? "NotPrincipal" : "Principal"}`,
        })),
  );
}
