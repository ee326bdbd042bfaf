import { LimitExceeded } from "@rolecall/model";

/**
 * What one account may have, by the names that `LimitExceeded` calls them.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (autumn 2026)
 */
export const quotas = {
  UsersPerAccount: 5000,
  GroupsPerAccount: 300,
  RolesPerAccount: 1000,
  PoliciesPerAccount: 1500,
  InstanceProfilesPerAccount: 1000,
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
  /** Characters without whitespace. */
  PolicySize: 6144,
  /** Characters of a trust policy without whitespace. */
  ACLSizePerRole: 2048,
} as const;

export type Quota = keyof typeof quotas;

export const versionsPerPolicy = 5;
export const tagsPerEntity = 50;

/** @param wanted  how many there would be */
export function requireQuota(quota: Quota, wanted: number): void {
  if (wanted > quotas[quota]) throw LimitExceeded(`Cannot exceed quota for ${quota}: ${quotas[quota]}`);
}
