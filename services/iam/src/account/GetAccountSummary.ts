import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { accountCheck } from "../checks.ts";
import { quotaOf } from "../quotas.ts";
import type { Quota } from "../quotas.ts";

/**
 * Real counts and the quotas in force. Kinds of entity that Rolecall does not have yet (providers, certificates,
 * passwords) are left out rather than reported as none.
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
          AccountAccessKeysPresent: rootKeys > 0 ? 1 : 0,
          AccountMFAEnabled: rootMfa > 0 ? 1 : 0,
          MFADevices: await tx.mfaDevices.count([accountId]),
          MFADevicesInUse: await tx.mfaDevices.countBy("byOwner", [accountId]),
          AccessKeysPerUserQuota: quota("AccessKeysPerUser"),
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
