export { createAccess } from "./access.ts";
export type { Access, AccessOptions, Authenticated, AuthenticationFacts, QuotaSettings } from "./access.ts";
export { authorize } from "./authorize.ts";
export type { Authorized, CheckExplanation, Denied } from "./authorize.ts";
export {
  anonymousCaller,
  assumedRootCaller,
  federatedUserCaller,
  roleSessionCaller,
  rootCaller,
  userCaller,
} from "./caller.ts";
export type { Caller } from "./caller.ts";
export type { Check } from "./check.ts";
export { credentialLimit } from "./credential-limits.ts";
export { compileStoredPolicy, gatherPolicies, managedDocument } from "./gather-policies.ts";
export type { CallerPolicies, ManagedPolicySource } from "./gather-policies.ts";
export { loadKeyRing, tokenKeyPurpose, WrongMasterKey } from "./key-ring.ts";
export type { KeyRing } from "./key-ring.ts";
export { opensSecretsOf, resealSecrets } from "./reseal.ts";
export { createPolicyCache } from "./policy-cache.ts";
export type { PolicyCache, PolicyCacheStats } from "./policy-cache.ts";
export { requestTagContext, resourceTagContext } from "./request-context.ts";
export { bindKnownPrincipals, bindPrincipals, displayPolicy } from "./principals.ts";
export { absentKeys, contextKeys, globalKeys, operationKeys } from "./context-keys.ts";
export type { AbsentKey, ContextKeyType, GlobalKey, OperationKey } from "./context-keys.ts";
export { organizationOf, organizationsOf } from "./organization.ts";
export type { OrganizationFacts, Organizations } from "./organization.ts";
export type { ContextEntries } from "./request-context.ts";
export type { RequestFacts } from "./request-facts.ts";
export type { BoundPrincipals } from "./principals.ts";
export { maxSessionSeconds, revocationOf } from "./revocation.ts";
export { acceptMfaCode, noteWrongMfaCode } from "./mfa.ts";
export type { AcceptedMfaCode } from "./mfa.ts";
export { createUsageRecorder, forgetUsage, usageGranularityMs, useOf } from "./usage.ts";
export type { UsageOptions, UsageRecorder, Use } from "./usage.ts";
export { callerNamed, resourceNamed } from "./simulation.ts";
export type { NamedResource } from "./simulation.ts";
export { hashPassword, isPassword } from "./passwords.ts";
export { passwordExpiryMs, verifyPassword } from "./verify-password.ts";
export type { VerifiedPassword } from "./verify-password.ts";
export {
  ensureWebIdentityKeys,
  maxWebIdentityTokenSeconds,
  rotateWebIdentityKeys,
  webIdentityAlgorithms,
  webIdentityJwks,
  webIdentityKey,
} from "./web-identity-keys.ts";
export type { KeyKeeper, WebIdentityAlgorithm, WebIdentityKey } from "./web-identity-keys.ts";
