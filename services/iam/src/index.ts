import { iam } from "@rolecall/model";
import { queryService } from "@rolecall/pipeline";
import { CreateAccessKey } from "./access-keys/CreateAccessKey.ts";
import { DeleteAccessKey } from "./access-keys/DeleteAccessKey.ts";
import { GetAccessKeyLastUsed } from "./access-keys/GetAccessKeyLastUsed.ts";
import { ListAccessKeys } from "./access-keys/ListAccessKeys.ts";
import { UpdateAccessKey } from "./access-keys/UpdateAccessKey.ts";
import * as aliases from "./account/aliases.ts";
import { GetAccountAuthorizationDetails } from "./account/GetAccountAuthorizationDetails.ts";
import { GetAccountSummary } from "./account/GetAccountSummary.ts";
import { credentialReportOperations } from "./credential-report/operations.ts";
import { SetSecurityTokenServicePreferences } from "./account/SetSecurityTokenServicePreferences.ts";
import { delegationOperations } from "./delegation/operations.ts";
import * as groupAttachments from "./groups/attachments.ts";
import { CreateGroup } from "./groups/CreateGroup.ts";
import { DeleteGroup } from "./groups/DeleteGroup.ts";
import { GetGroup } from "./groups/GetGroup.ts";
import * as groupInlinePolicies from "./groups/inline-policies.ts";
import { ListGroups } from "./groups/ListGroups.ts";
import * as membership from "./groups/membership.ts";
import { UpdateGroup } from "./groups/UpdateGroup.ts";
import { CreateInstanceProfile } from "./instance-profiles/CreateInstanceProfile.ts";
import { DeleteInstanceProfile } from "./instance-profiles/DeleteInstanceProfile.ts";
import { GetInstanceProfile } from "./instance-profiles/GetInstanceProfile.ts";
import * as instanceProfileLists from "./instance-profiles/lists.ts";
import * as roleOfProfile from "./instance-profiles/role-of-profile.ts";
import * as instanceProfileTags from "./instance-profiles/tags.ts";
import { loginProfileOperations } from "./login-profiles/operations.ts";
import { lastAccessedOperations } from "./last-accessed/operations.ts";
import * as mfaAssignment from "./mfa/assignment.ts";
import { CreateVirtualMFADevice } from "./mfa/CreateVirtualMFADevice.ts";
import { DeleteVirtualMFADevice } from "./mfa/DeleteVirtualMFADevice.ts";
import * as mfaReads from "./mfa/reads.ts";
import * as mfaTags from "./mfa/tags.ts";
import { oidcProviderOperations } from "./oidc-providers/operations.ts";
import { organizationOperations } from "./organization/operations.ts";
import { outboundFederationOperations } from "./outbound-federation/operations.ts";
import { CreatePolicy } from "./policies/CreatePolicy.ts";
import { DeletePolicy } from "./policies/DeletePolicy.ts";
import { GetPolicy } from "./policies/GetPolicy.ts";
import { ListEntitiesForPolicy } from "./policies/ListEntitiesForPolicy.ts";
import { ListPolicies } from "./policies/ListPolicies.ts";
import * as policyTags from "./policies/tags.ts";
import * as policyVersions from "./policies/versions.ts";
import { roleTemplateOperations } from "./role-templates/operations.ts";
import * as roleAttachments from "./roles/attachments.ts";
import * as roleBoundary from "./roles/boundary.ts";
import { CreateRole } from "./roles/CreateRole.ts";
import { DeleteRole } from "./roles/DeleteRole.ts";
import { GetRole } from "./roles/GetRole.ts";
import * as roleInlinePolicies from "./roles/inline-policies.ts";
import { ListRoles } from "./roles/ListRoles.ts";
import * as roleTags from "./roles/tags.ts";
import { UpdateAssumeRolePolicy } from "./roles/UpdateAssumeRolePolicy.ts";
import { UpdateRole, UpdateRoleDescription } from "./roles/UpdateRole.ts";
import { serverCertificateOperations } from "./server-certificates/operations.ts";
import { serviceSpecificCredentialOperations } from "./service-specific-credentials/operations.ts";
import { signingCertificateOperations } from "./signing-certificates/operations.ts";
import { sshPublicKeyOperations } from "./ssh-public-keys/operations.ts";
import { samlProviderOperations } from "./saml-providers/operations.ts";
import { serviceLinkedRoleOperations } from "./service-linked-roles/operations.ts";
import { simulationOperations } from "./simulation/operations.ts";
import * as userAttachments from "./users/attachments.ts";
import * as userBoundary from "./users/boundary.ts";
import { CreateUser } from "./users/CreateUser.ts";
import { DeleteUser } from "./users/DeleteUser.ts";
import { GetUser } from "./users/GetUser.ts";
import * as userInlinePolicies from "./users/inline-policies.ts";
import { ListGroupsForUser } from "./users/ListGroupsForUser.ts";
import { ListUsers } from "./users/ListUsers.ts";
import * as userTags from "./users/tags.ts";
import { UpdateUser } from "./users/UpdateUser.ts";

export { quotaNames } from "./quotas.ts";

/** Operations that share a file; such files export operations only. */
const shared = [
  aliases,
  groupAttachments,
  groupInlinePolicies,
  instanceProfileLists,
  instanceProfileTags,
  membership,
  mfaAssignment,
  mfaReads,
  mfaTags,
  policyTags,
  policyVersions,
  roleAttachments,
  roleBoundary,
  roleInlinePolicies,
  roleOfProfile,
  roleTags,
  userAttachments,
  userBoundary,
  userInlinePolicies,
  userTags,
].flatMap((file) => Object.values(file));

/** SAML metadata may have 10,000,000 characters, of which a form writes each with three at most when they are ASCII. */
const maxFormBytesOfCallers = 33_554_432;

/** AWS Identity and Access Management. What its model has and this list lacks answers `NotImplemented`. */
export const iamService = queryService(
  iam,
  [
    ...shared,
    ...outboundFederationOperations,
    ...oidcProviderOperations,
    ...samlProviderOperations,
    ...serviceLinkedRoleOperations,
    ...lastAccessedOperations,
    CreateUser,
    DeleteUser,
    GetUser,
    ListGroupsForUser,
    ListUsers,
    UpdateUser,
    CreateGroup,
    DeleteGroup,
    GetGroup,
    ListGroups,
    UpdateGroup,
    CreateRole,
    DeleteRole,
    GetRole,
    ListRoles,
    UpdateAssumeRolePolicy,
    UpdateRole,
    UpdateRoleDescription,
    CreatePolicy,
    DeletePolicy,
    GetPolicy,
    ListEntitiesForPolicy,
    ListPolicies,
    CreateInstanceProfile,
    DeleteInstanceProfile,
    GetInstanceProfile,
    ...credentialReportOperations,
    ...loginProfileOperations,
    ...serverCertificateOperations,
    ...serviceSpecificCredentialOperations,
    ...signingCertificateOperations,
    ...sshPublicKeyOperations,
    CreateVirtualMFADevice,
    DeleteVirtualMFADevice,
    CreateAccessKey,
    DeleteAccessKey,
    GetAccessKeyLastUsed,
    ListAccessKeys,
    UpdateAccessKey,
    GetAccountAuthorizationDetails,
    GetAccountSummary,
    SetSecurityTokenServicePreferences,
    ...delegationOperations,
    ...organizationOperations,
    ...roleTemplateOperations,
    ...simulationOperations,
  ],
  { homeRegion: "us-east-1", maxFormBytesOfCallers },
);
