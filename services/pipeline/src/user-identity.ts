import { roleArn, rootArn, userArn } from "@rolecall/identifiers";
import { eventTime } from "@rolecall/audit";
import type { SessionContext, UserIdentity } from "@rolecall/audit";
import type { Caller } from "@rolecall/access";

/** The caller as its own account's audit record shows it. */
export function userIdentity(caller: Caller): UserIdentity {
  const keyId = caller.accessKeyId === undefined ? {} : { accessKeyId: caller.accessKeyId };
  const session = sessionContext(caller);
  const common = {
    arn: caller.arn,
    accountId: caller.accountId,
    ...keyId,
    ...(session && { sessionContext: session }),
  };
  switch (caller.principal.kind) {
    case "root":
    case "assumed-root":
      return { type: "Root", principalId: caller.accountId, ...common };
    case "user":
      return {
        type: "IAMUser",
        principalId: caller.userId ?? "",
        ...common,
        userName: caller.userName ?? "",
      };
    case "role-session":
      return { type: "AssumedRole", principalId: caller.userId ?? "", ...common };
    case "federated-user":
      return { type: "FederatedUser", principalId: caller.userId ?? "", ...common };
    case "service":
      return { type: "AWSService", invokedBy: caller.principal.service };
    case "anonymous":
      return { type: "AWSAccount", principalId: "", accountId: "anonymous" };
    default:
      return { type: "Unknown" };
  }
}

/** The caller as the record of another account shows it: its account and id, no name. */
export function foreignIdentity(caller: Caller): UserIdentity {
  return { type: "AWSAccount", principalId: caller.userId ?? "", accountId: caller.accountId };
}

function sessionContext(caller: Caller): SessionContext | undefined {
  const { claims, role, user } = caller;
  if (!claims) return undefined;
  return {
    sessionIssuer: sessionIssuer(),
    webIdFederationData: {},
    attributes: {
      creationDate: eventTime(claims.issuedAtSeconds * 1000),
      mfaAuthenticated: claims.mfaAtSeconds === undefined ? "false" : "true",
    },
    ...(claims.sourceIdentity !== undefined && { sourceIdentity: claims.sourceIdentity }),
    ...(claims.kind === "assumed-root" && { assumedRoot: "true" as const }),
  };

  function sessionIssuer(): SessionContext["sessionIssuer"] {
    if (role)
      return {
        type: "Role",
        principalId: role.roleId,
        arn: roleArn(role.accountId, role.path, role.name),
        accountId: role.accountId,
        userName: role.name,
      };
    if (claims?.kind !== "federated-user") return {};
    if (user)
      return {
        type: "IAMUser",
        principalId: user.userId,
        arn: userArn(user.accountId, user.path, user.name),
        accountId: user.accountId,
        userName: user.name,
      };
    return {
      type: "Root",
      principalId: caller.accountId,
      arn: rootArn(caller.accountId),
      accountId: caller.accountId,
    };
  }
}
