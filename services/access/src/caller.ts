import { assumedRoleArn, federatedUserArn, roleArn, rootArn, userArn } from "@rolecall/identifiers";
import type { SessionClaims } from "@rolecall/credentials";
import type { Principal } from "@rolecall/policy";
import type { Role, Tag, User } from "@rolecall/store-contract";

/** Who is calling: the principal of the policy engine, and the records behind it as they stand now. */
export interface Caller {
  principal: Principal;
  /** `anonymous` for unsigned callers, as `aws:PrincipalAccount` says it. */
  accountId: string;
  /** The ARN that `GetCallerIdentity` gives and denials name. */
  arn: string;
  /** `aws:userid`: `AIDA…`, `AROA…:session`, `ACCOUNT:name`, or the account id of a root user. */
  userId: string | undefined;
  /** `aws:username`: IAM users only. */
  userName: string | undefined;
  accessKeyId: string | undefined;
  /** The user whose permissions count: also behind its session-token and federated-user sessions. */
  user: User | undefined;
  role: Role | undefined;
  /** What the session token said, when the credentials are temporary. */
  claims: SessionClaims | undefined;
  /** `aws:PrincipalTag`: role or user tags, under the session's own; keys as spelt. */
  tags: readonly Tag[];
}

export const anonymousCaller: Caller = {
  principal: { kind: "anonymous" },
  accountId: "anonymous",
  arn: "anonymous",
  userId: undefined,
  userName: undefined,
  accessKeyId: undefined,
  user: undefined,
  role: undefined,
  claims: undefined,
  tags: [],
};

const none = { user: undefined, role: undefined, userName: undefined, claims: undefined } as const;

const delegated = (claims: SessionClaims | undefined): { delegated?: true } =>
  claims?.delegationRequestId === undefined ? {} : { delegated: true };

export function rootCaller(accountId: string, accessKeyId: string, claims?: SessionClaims): Caller {
  const arn = rootArn(accountId);
  return {
    ...none,
    principal: { kind: "root", accountId, arn, ...delegated(claims) },
    accountId,
    arn,
    userId: accountId,
    accessKeyId,
    claims,
    tags: [],
  };
}

/** A session of AssumeRoot: the member account's root user, within the task policy that the session carries. */
export function assumedRootCaller(claims: SessionClaims): Caller {
  const { accountId, accessKeyId } = claims;
  const arn = rootArn(accountId);
  return {
    ...none,
    principal: { kind: "assumed-root", accountId, arn },
    accountId,
    arn,
    userId: accountId,
    accessKeyId,
    claims,
    tags: [],
  };
}

export function userCaller(user: User, accessKeyId: string, claims?: SessionClaims): Caller {
  const arn = userArn(user.accountId, user.path, user.name);
  const { accountId, userId: uniqueId } = user;
  return {
    role: undefined,
    principal: claims
      ? {
          kind: "user",
          accountId,
          arn,
          uniqueId,
          sessionKind: "get-session-token",
          ...delegated(claims),
        }
      : { kind: "user", accountId, arn, uniqueId },
    accountId,
    arn,
    userId: user.userId,
    userName: user.name,
    accessKeyId,
    user,
    claims,
    tags: user.tags,
  };
}

export function roleSessionCaller(role: Role, claims: SessionClaims): Caller {
  const sessionName = claims.sessionName ?? "";
  const arn = assumedRoleArn(role.accountId, role.name, sessionName);
  return {
    ...none,
    principal: {
      kind: "role-session",
      accountId: role.accountId,
      arn,
      roleArn: roleArn(role.accountId, role.path, role.name),
      uniqueId: role.roleId,
      sessionName,
      ...(role.serviceLinked && { serviceLinked: true }),
      ...delegated(claims),
      ...(claims.federatedProvider !== undefined && { federatedProvider: claims.federatedProvider }),
    },
    accountId: role.accountId,
    arn,
    userId: `${role.roleId}:${sessionName}`,
    accessKeyId: claims.accessKeyId,
    role,
    claims,
    tags: overlaid(role.tags, claims.tags),
  };
}

/** A `GetFederationToken` session: of a user, or of the account's root when `user` is undefined. */
export function federatedUserCaller(user: User | undefined, claims: SessionClaims): Caller {
  const name = claims.sessionName ?? "";
  const arn = federatedUserArn(claims.accountId, name);
  const issuer = user
    ? {
        issuer: "user" as const,
        userArn: userArn(user.accountId, user.path, user.name),
        userUniqueId: user.userId,
      }
    : { issuer: "root" as const, userArn: rootArn(claims.accountId) };
  return {
    ...none,
    principal: { kind: "federated-user", accountId: claims.accountId, arn, ...issuer },
    accountId: claims.accountId,
    arn,
    userId: `${claims.accountId}:${name}`,
    accessKeyId: claims.accessKeyId,
    user,
    claims,
    tags: overlaid(user?.tags ?? [], claims.tags),
  };
}

/**
 * Session tags over the entity's own; keys are compared without regard to case.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
function overlaid(own: readonly Tag[], session: Readonly<Record<string, string>> | undefined): Tag[] {
  const tags = new Map(own.map((tag) => [tag.key.toLowerCase(), tag]));
  for (const [key, value] of Object.entries(session ?? {})) tags.set(key.toLowerCase(), { key, value });
  return [...tags.values()];
}
