import { LimitExceeded } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";

/**
 * What one account may have unless its operator says otherwise, by the names that `LimitExceeded` calls them; those
 * that it does not call by name are named after their members of `GetAccountSummary`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (autumn 2026)
 */
export const quotas = {
  UsersPerAccount: 5000,
  GroupsPerAccount: 300,
  RolesPerAccount: 1000,
  PoliciesPerAccount: 1500,
  InstanceProfilesPerAccount: 1000,
  SAMLProvidersPerAccount: 100,
  OpenIdConnectProvidersPerAccount: 100,
  GroupsPerUser: 10,
  AccessKeysPerUser: 2,
  MFADevicesPerUser: 8,
  /** As many as users; the name is ours. */
  VirtualMFADevicesPerAccount: 5000,
  CertificatesPerUser: 2,
  SSHPublicKeysPerUser: 5,
  /** Service-specific credentials, for each service. */
  ContextSpecificCredentialsPerUserPerContext: 2,
  ServerCertificatesPerAccount: 20,
  PoliciesPerUser: 10,
  PoliciesPerGroup: 10,
  PoliciesPerRole: 20,
  InstanceSessionsPerInstanceProfile: 1,
  IdentityProvidersPerSAMLProvider: 10,
  /** Signing certificates in a metadata document. */
  KeysPerSAMLProvider: 10,
  PrivateKeysPerSAMLProvider: 2,
  ClientIdsPerOpenIdConnectProvider: 100,
  /** Characters without whitespace. */
  PolicySize: 6144,
  /** Characters of a trust policy without whitespace. */
  ACLSizePerRole: 2048,
  /** Characters, without whitespace, of all inline policies together. */
  UserPolicySize: 2048,
  GroupPolicySize: 5120,
  RolePolicySize: 10_240,
  VersionsPerPolicy: 5,
} as const;

export type Quota = keyof typeof quotas;

export const quotaNames = Object.keys(quotas) as readonly Quota[];

export const tagsPerEntity = 50;

type QuotaContext = Pick<OperationContext, "access" | "accountId">;

/** The quota in force for the account that is worked on. */
export const quotaOf = (quota: Quota, { access, accountId }: QuotaContext): number =>
  access.quotas(accountId)[quota] ?? quotas[quota];

/** @param wanted  how many there would be */
export function requireQuota(quota: Quota, wanted: number, context: QuotaContext): void {
  const limit = quotaOf(quota, context);
  if (wanted > limit) throw LimitExceeded(`Cannot exceed quota for ${quota}: ${limit}`);
}
