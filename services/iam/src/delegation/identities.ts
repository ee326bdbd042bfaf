import type { Caller } from "@rolecall/access";
import { AccessDenied } from "@rolecall/model";
import type { DelegationApprover, DelegationIdentity } from "@rolecall/store-contract";

/**
 * The user, role or root user behind a caller: sessions end, and their role stays. The refusals are ours.
 * @throws AccessDenied for federated users, and sessions of AssumeRoot
 */
export function identityOf({ principal, accountId, arn, user, role }: Caller): DelegationIdentity {
  if (principal.kind === "user" && user) return { kind: "user", arn, entityId: user.userId };
  if (principal.kind === "role-session" && role)
    return { kind: "role", arn: principal.roleArn, entityId: role.roleId };
  if (principal.kind === "root") return { kind: "root", arn, entityId: accountId };
  throw AccessDenied("Delegation requests are for users, roles and the root user.");
}

export const isIdentity = (caller: Caller, identity: DelegationIdentity | undefined): boolean =>
  identity !== undefined && identityOf(caller).entityId === identity.entityId;

/** Seconds that the root user may approve. */
const maxRootSeconds = 14_400;

/**
 * Who approves, and as what. A session with a policy of its own approves nothing: access in its name would not be within
 * that policy.
 * @throws AccessDenied
 */
export function approverOf(caller: Caller, sessionDurationSeconds: number): DelegationApprover {
  const identity = identityOf(caller);
  const { claims } = caller;
  if (claims?.policy !== undefined || claims?.policyArns !== undefined)
    throw AccessDenied("Sessions with a session policy cannot accept a delegation request.");
  if (identity.kind === "root" && sessionDurationSeconds > maxRootSeconds)
    throw AccessDenied("The root user can accept requests for at most four hours.");
  return {
    ...identity,
    callerArn: caller.arn,
    ...(identity.kind === "role" && {
      ...(claims?.sessionName !== undefined && { sessionName: claims.sessionName }),
      ...(claims?.tags && { tags: claims.tags }),
      ...(claims?.sourceIdentity !== undefined && { sourceIdentity: claims.sourceIdentity }),
    }),
  };
}
