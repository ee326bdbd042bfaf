import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { accountCheck } from "../checks.ts";
import { quotaOf } from "../quotas.ts";
import type { Quota } from "../quotas.ts";

/**
 * Real counts and the quotas in force. What Rolecall does not have is left out rather than reported as none; the
 * root user, who signs in with keys alone, has no password.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
 */
export const GetAccountSummary = operation(iam, "GetAccountSummary", {
  authorization: () => accountCheck,
  handle: (_input, context) =>
    context.store.read(async (tx) => {
      const { accountId } = context;
      const quota = (name: Quota): number => quotaOf(name, context);
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
          UsersQuota: quota("UsersPerAccount"),
          Groups: await tx.groups.count([accountId]),
          GroupsQuota: quota("GroupsPerAccount"),
          Roles: await tx.roles.count([accountId]),
          RolesQuota: quota("RolesPerAccount"),
          Policies: policies,
          PoliciesQuota: quota("PoliciesPerAccount"),
          PolicyVersionsInUse: versions,
          PolicyVersionsInUseQuota: 10_000,
          InstanceProfiles: await tx.instanceProfiles.count([accountId]),
          InstanceProfilesQuota: quota("InstanceProfilesPerAccount"),
          ServerCertificates: await tx.serverCertificates.count([accountId]),
          ServerCertificatesQuota: quota("ServerCertificatesPerAccount"),
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
          AccessKeysPerUserQuota: quota("AccessKeysPerUser"),
          SigningCertificatesPerUserQuota: quota("CertificatesPerUser"),
          GroupsPerUserQuota: quota("GroupsPerUser"),
          AttachedPoliciesPerUserQuota: quota("PoliciesPerUser"),
          AttachedPoliciesPerGroupQuota: quota("PoliciesPerGroup"),
          AttachedPoliciesPerRoleQuota: quota("PoliciesPerRole"),
          UserPolicySizeQuota: quota("UserPolicySize"),
          GroupPolicySizeQuota: quota("GroupPolicySize"),
          RolePolicySizeQuota: quota("RolePolicySize"),
          PolicySizeQuota: quota("PolicySize"),
          AssumeRolePolicySizeQuota: quota("ACLSizePerRole"),
          VersionsPerPolicyQuota: quota("VersionsPerPolicy"),
        },
      };
    }),
});
