import { accessKeys } from "./records/access-key.ts";
import { accessReports } from "./records/access-report.ts";
import { accountAliases } from "./records/account-alias.ts";
import { accounts } from "./records/account.ts";
import { buckets } from "./records/bucket.ts";
import { credentialReports } from "./records/credential-report.ts";
import { decisions } from "./records/decision-record.ts";
import { delegationRequests } from "./records/delegation-request.ts";
import { groups } from "./records/group.ts";
import { instanceProfiles } from "./records/instance-profile.ts";
import { keys } from "./records/key-record.ts";
import { loginProfiles } from "./records/login-profile.ts";
import { policies } from "./records/managed-policy.ts";
import { mfaDevices } from "./records/mfa-device.ts";
import { oidcProviders } from "./records/oidc-provider.ts";
import { organizations } from "./records/organization.ts";
import { passwordPolicies } from "./records/password-policy.ts";
import { policyVersions } from "./records/policy-version.ts";
import { revocations } from "./records/revocation.ts";
import { roles } from "./records/role.ts";
import { serverCertificates } from "./records/server-certificate.ts";
import { serviceSpecificCredentials } from "./records/service-specific-credential.ts";
import { samlMetadataDocuments, samlProviders } from "./records/saml-provider.ts";
import { serviceLinkedRoleDeletions } from "./records/service-linked-role-deletion.ts";
import { serviceAccesses } from "./records/service-access.ts";
import { settings } from "./records/setting.ts";
import { signingCertificates } from "./records/signing-certificate.ts";
import { sshPublicKeys } from "./records/ssh-public-key.ts";
import { users } from "./records/user.ts";

/** Everything that is stored. Each is a property of the transactions: `tx.roles`. */
export const collections = {
  accounts,
  users,
  groups,
  roles,
  policies,
  policyVersions,
  accessKeys,
  accessReports,
  instanceProfiles,
  mfaDevices,
  loginProfiles,
  passwordPolicies,
  sshPublicKeys,
  signingCertificates,
  serverCertificates,
  serviceSpecificCredentials,
  credentialReports,
  accountAliases,
  buckets,
  decisions,
  delegationRequests,
  keys,
  oidcProviders,
  organizations,
  revocations,
  samlProviders,
  samlMetadataDocuments,
  serviceLinkedRoleDeletions,
  serviceAccesses,
  settings,
};
