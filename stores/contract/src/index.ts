export { collection } from "./collection.ts";
export type { Collection, CollectionSpec } from "./collection.ts";
export { collections } from "./collections.ts";
export {
  StoreClosed,
  StoreConflict,
  StoreCorrupted,
  StoreError,
  StoreForeign,
  StoreInvalidKey,
  StoreOutcomeUnknown,
  StoreUnavailable,
} from "./errors.ts";
export { afterPrefix, compareText, keyText, parseKeyText } from "./key.ts";
export type { Key, KeyText } from "./key.ts";
export type { AccessKey, AccessKeyOwner } from "./records/access-key.ts";
export type { AccessReport, ReportedAccess, ReportedService } from "./records/access-report.ts";
export type { AccountAlias } from "./records/account-alias.ts";
export type { Account } from "./records/account.ts";
export type { Bucket } from "./records/bucket.ts";
export type { CredentialReport } from "./records/credential-report.ts";
export type { DecisionRecord } from "./records/decision-record.ts";
export type {
  DelegationApprover,
  DelegationIdentity,
  DelegationRequest,
  DelegationState,
} from "./records/delegation-request.ts";
export type { Group } from "./records/group.ts";
export type { Identity } from "./records/identity.ts";
export type { InstanceProfile } from "./records/instance-profile.ts";
export type { KeyRecord } from "./records/key-record.ts";
export type { LoginProfile } from "./records/login-profile.ts";
export type { ManagedPolicy } from "./records/managed-policy.ts";
export type { MfaDevice } from "./records/mfa-device.ts";
export type { OidcProvider } from "./records/oidc-provider.ts";
export { organizationRootId } from "./records/organization.ts";
export { latestFirst, orderedTime } from "./records/ordered-time.ts";
export type { Organization } from "./records/organization.ts";
export type { PasswordPolicy } from "./records/password-policy.ts";
export type { PolicyVersion } from "./records/policy-version.ts";
export type { InlinePolicy, StoredPolicy } from "./records/policy-text.ts";
export type { Revocation, RevocationScope } from "./records/revocation.ts";
export type { Role } from "./records/role.ts";
export type { ServerCertificate } from "./records/server-certificate.ts";
export type { ServiceSpecificCredential } from "./records/service-specific-credential.ts";
export type { SamlMetadataDocument, SamlPrivateKey, SamlProvider } from "./records/saml-provider.ts";
export type { ServiceLinkedRoleDeletion } from "./records/service-linked-role-deletion.ts";
export type { LastAccess, ServiceAccess } from "./records/service-access.ts";
export type { Setting } from "./records/setting.ts";
export type { SigningCertificate } from "./records/signing-certificate.ts";
export type { SshPublicKey } from "./records/ssh-public-key.ts";
export type { Tag } from "./records/tag.ts";
export type { User } from "./records/user.ts";
export type { Announcements, FarStore } from "./far-store.ts";
export type {
  Awaitable,
  IndexPlace,
  IndexRange,
  IndexRow,
  KeyRange,
  ReadRows,
  Stamped,
  StampedRows,
  WriteRows,
} from "./rows.ts";
export { createSharedRecords } from "./shared-records.ts";
export type { SharedRecords } from "./shared-records.ts";
export { runRead, runWrite } from "./transaction.ts";
export type { TouchedKey } from "./transaction.ts";
export type {
  Change,
  ChangeListener,
  Changes,
  IndexEntry,
  IndexPageOptions,
  PageOptions,
  Reader,
  ReadTx,
  Store,
  Writer,
  WriteTx,
} from "./store.ts";
