/**
 * Who is calling. A role is never itself the caller: its session is.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type Principal =
  | RootPrincipal
  | UserPrincipal
  | RoleSessionPrincipal
  | FederatedUserPrincipal
  | AssumedRootPrincipal
  | ServicePrincipal
  | FederatedPrincipal
  | AnonymousPrincipal;

/** Credentials that somebody got by an accepted delegation request: the identity of who accepted it, within a policy. */
interface Delegated {
  readonly delegated?: true;
}

/** An account's root user. */
export interface RootPrincipal extends Delegated {
  readonly kind: "root";
  readonly accountId: string;
  /** `arn:aws:iam::ACCOUNT:root` */
  readonly arn: string;
}

/** An IAM user, with its own keys or a session of GetSessionToken. */
export interface UserPrincipal extends Delegated {
  readonly kind: "user";
  readonly accountId: string;
  readonly arn: string;
  /** AIDA… */
  readonly uniqueId: string;
  /** Set when the credentials come from GetSessionToken. */
  readonly sessionKind?: "get-session-token";
}

/** A session of a role, however it was made. */
export interface RoleSessionPrincipal extends Delegated {
  readonly kind: "role-session";
  readonly accountId: string;
  /** `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION` */
  readonly arn: string;
  /** `arn:aws:iam::ACCOUNT:role/PATH/NAME` */
  readonly roleArn: string;
  /** AROA… */
  readonly uniqueId: string;
  readonly sessionName: string;
  /** A session of a service-linked role: SCPs and RCPs do not restrict it. */
  readonly serviceLinked?: boolean;
  /** The provider of the SAML or web identity login that began the session, as `aws:FederatedProvider` has it. */
  readonly federatedProvider?: string;
}

/** A session of GetFederationToken. */
export interface FederatedUserPrincipal {
  readonly kind: "federated-user";
  readonly accountId: string;
  /** `arn:aws:sts::ACCOUNT:federated-user/NAME` */
  readonly arn: string;
  /** Who called GetFederationToken. */
  readonly issuer: "user" | "root";
  /** ARN of the issuing user, or of the root user. */
  readonly userArn: string;
  /** AIDA… of the issuing user. */
  readonly userUniqueId?: string;
}

/** A session of AssumeRoot: root of a member account, limited by its task policy. */
export interface AssumedRootPrincipal {
  readonly kind: "assumed-root";
  /** The member account. */
  readonly accountId: string;
  readonly arn: string;
}

/** An AWS service acting for itself. */
export interface ServicePrincipal {
  readonly kind: "service";
  /** e.g. `lambda.amazonaws.com`; case-sensitive. */
  readonly service: string;
}

/** The unsigned caller of AssumeRoleWithSAML or AssumeRoleWithWebIdentity, its assertion already verified. */
export interface FederatedPrincipal {
  readonly kind: "federated";
  /** Provider ARN, or the host name of a built-in provider (`accounts.google.com`). */
  readonly provider: string;
}

/** A caller without credentials. */
export interface AnonymousPrincipal {
  readonly kind: "anonymous";
}
