import { accessKeys } from "./records/access-key.ts";
import { accountAliases } from "./records/account-alias.ts";
import { accounts } from "./records/account.ts";
import { buckets } from "./records/bucket.ts";
import { decisions } from "./records/decision-record.ts";
import { groups } from "./records/group.ts";
import { instanceProfiles } from "./records/instance-profile.ts";
import { keys } from "./records/key-record.ts";
import { policies } from "./records/managed-policy.ts";
import { mfaDevices } from "./records/mfa-device.ts";
import { organizations } from "./records/organization.ts";
import { policyVersions } from "./records/policy-version.ts";
import { revocations } from "./records/revocation.ts";
import { roles } from "./records/role.ts";
import { settings } from "./records/setting.ts";
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
  instanceProfiles,
  mfaDevices,
  accountAliases,
  buckets,
  decisions,
  keys,
  organizations,
  revocations,
  settings,
};
