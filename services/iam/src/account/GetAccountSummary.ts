import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { accountCheck } from "../checks.ts";
import { group, role, user } from "../identity-kinds.ts";
import { quotas, versionsPerPolicy } from "../quotas.ts";

/**
 * Real counts and the quotas in force. What Rolecall does not have is left out rather than reported as none; the
 * root user, who signs in with keys alone, has no password.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
 */
export const GetAccountSummary = operation(iam, "GetAccountSummary", {
  authorization: () => accountCheck,
  handle: (_input, { store, accountId }) =>
    store.read(async (tx) => {
      const policies = await tx.policies.count([accountId]);
      let versions = 0;
      for (let after: string[] | undefined; ;) {
        const page = await tx.policies.list([accountId], { limit: 500, ...(after && { after }) });
        for (const { policyId } of page) versions += await tx.policyVersions.count([policyId]);
        const last = page.at(-1);
        if (!last || page.length < 500) break;
        after = [accountId, last.name];
      }
      const rootMfa = await tx.mfaDevices.countBy("byOwner", [accountId, "root"]);
      const rootKeys = await tx.accessKeys.countBy("byOwner", [accountId, "root"]);
      const rootCertificates = await tx.signingCertificates.countBy("byOwner", [accountId, "root"]);
      return {
        SummaryMap: {
          Users: await tx.users.count([accountId]),
          UsersQuota: quotas.UsersPerAccount,
          Groups: await tx.groups.count([accountId]),
          GroupsQuota: quotas.GroupsPerAccount,
          Roles: await tx.roles.count([accountId]),
          RolesQuota: quotas.RolesPerAccount,
          Policies: policies,
          PoliciesQuota: quotas.PoliciesPerAccount,
          PolicyVersionsInUse: versions,
          PolicyVersionsInUseQuota: 10_000,
          InstanceProfiles: await tx.instanceProfiles.count([accountId]),
          InstanceProfilesQuota: quotas.InstanceProfilesPerAccount,
          ServerCertificates: await tx.serverCertificates.count([accountId]),
          ServerCertificatesQuota: quotas.ServerCertificatesPerAccount,
          Providers:
            (await tx.samlProviders.count([accountId])) + (await tx.oidcProviders.count([accountId])),
          GlobalEndpointTokenVersion:
            (await tx.accounts.get(accountId))?.globalEndpointTokenVersion === "v2Token" ? 2 : 1,
          AccountAccessKeysPresent: rootKeys > 0 ? 1 : 0,
          AccountPasswordPresent: 0,
          AccountSigningCertificatesPresent: rootCertificates > 0 ? 1 : 0,
          AccountMFAEnabled: rootMfa > 0 ? 1 : 0,
          MFADevices: await tx.mfaDevices.count([accountId]),
          MFADevicesInUse: await tx.mfaDevices.countBy("byOwner", [accountId]),
          AccessKeysPerUserQuota: quotas.AccessKeysPerUser,
          SigningCertificatesPerUserQuota: quotas.CertificatesPerUser,
          GroupsPerUserQuota: quotas.GroupsPerUser,
          AttachedPoliciesPerUserQuota: quotas.PoliciesPerUser,
          AttachedPoliciesPerGroupQuota: quotas.PoliciesPerGroup,
          AttachedPoliciesPerRoleQuota: quotas.PoliciesPerRole,
          UserPolicySizeQuota: user.inlinePolicySize,
          GroupPolicySizeQuota: group.inlinePolicySize,
          RolePolicySizeQuota: role.inlinePolicySize,
          PolicySizeQuota: quotas.PolicySize,
          AssumeRolePolicySizeQuota: quotas.ACLSizePerRole,
          VersionsPerPolicyQuota: versionsPerPolicy,
        },
      };
    }),
});
