/** An identity that stood earlier in a chain of assumed roles, oldest first. */
export interface ChainLink {
  /** The caller's ARN as `GetCallerIdentity` gave it; left out in the middle of a long chain. */
  arn?: string;
  accessKeyId: string;
  /** The unique id of the role whose session it was. */
  roleId?: string;
}

/** What a session token says of its session. Times are whole seconds since 1970, as clients see them. */
export interface SessionClaims {
  kind: "assumed-role" | "session-token" | "federated-user" | "assumed-root";
  accountId: string;
  /** `ASIA…` */
  accessKeyId: string;
  /** Unique id of the role (`AROA…`) or of the user (`AIDA…`) behind the session; the account id for root. */
  entityId: string;
  issuedAtSeconds: number;
  expiresAtSeconds: number;
  /** Role session name, or the name of a federated user. */
  sessionName?: string | undefined;
  /** The inline session policy, as it was passed. */
  policy?: string | undefined;
  /** Managed session policies. */
  policyArns?: readonly string[] | undefined;
  /** Session tags, incoming transitive ones included. */
  tags?: Readonly<Record<string, string>> | undefined;
  transitiveTagKeys?: readonly string[] | undefined;
  sourceIdentity?: string | undefined;
  /** When the second factor was given, if it was. */
  mfaAtSeconds?: number | undefined;
  /** Provider ARN or host of a SAML or web-identity session, and the claims that stay with it. */
  federatedProvider?: string | undefined;
  /** Context keys fixed at issue that no other member holds, e.g. `ec2:RoleDelivery`. */
  context?: Readonly<Record<string, string>> | undefined;
  /** The delegation request that the session comes from: it belongs to who accepted it, within `policy`. */
  delegationRequestId?: string | undefined;
  chain?: readonly ChainLink[] | undefined;
}
