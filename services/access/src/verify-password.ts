import type { LoginProfile, PasswordPolicy, ReadTx, Store, User } from "@rolecall/store-contract";
import { isPassword } from "./passwords.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** Of several uses within this time only the first is noted, as by AWS. */
const lastUsedGranularityMs = 5 * 60 * 1000;

/** When the password in force stops being good; undefined for never. */
export function passwordExpiryMs(
  { passwordChangedAtMs }: LoginProfile,
  policy: PasswordPolicy | undefined,
): number | undefined {
  return policy?.maxAgeDays === undefined ? undefined : passwordChangedAtMs + policy.maxAgeDays * dayMs;
}

export type VerifiedPassword =
  /** Right. With `mustChange` he may do nothing but set a new password. */
  | { outcome: "accepted"; user: User; mustChange: "reset-required" | "expired" | undefined }
  /** No such user, no password, or another one: whoever asks is not told which. */
  | { outcome: "refused" }
  /** Right, but expired under a policy with hard expiry: an administrator must set a new one. */
  | { outcome: "hard-expired" };

/** The hash of no password, with the cost of all others: an unknown user takes as long as a wrong password. */
const noPassword =
  "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/**
 * Whether a password is the one that a user signs in with; notes the use when it is. MFA is asked for beside it.
 * The root user has no password here, so no sign-in finds one.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords.html
 */
export async function verifyPassword(
  store: Store,
  given: { accountId: string; userName: string; password: string },
  nowMs: number,
): Promise<VerifiedPassword> {
  const { accountId, userName, password } = given;
  const found = await store.read((tx) => profileOf(tx, accountId, userName));
  const isRight = await isPassword(password, found?.profile.passwordHash ?? noPassword);
  if (!found || !isRight) return { outcome: "refused" };
  const { user, profile, policy } = found;
  const expiresAtMs = passwordExpiryMs(profile, policy);
  const isExpired = expiresAtMs !== undefined && nowMs >= expiresAtMs;
  if (isExpired && policy?.hasHardExpiry) return { outcome: "hard-expired" };

  const noted = await store.write(async (tx) => {
    const now = await tx.users.getBy("byId", user.userId);
    const still = await tx.loginProfiles.get(accountId, user.userId);
    // The password was changed or taken away while the hash was made: what was verified is not in force any more.
    if (!now || still?.passwordHash !== profile.passwordHash) return undefined;
    if (nowMs - (now.passwordLastUsedAtMs ?? Number.NEGATIVE_INFINITY) < lastUsedGranularityMs) return now;
    const used = { ...now, passwordLastUsedAtMs: nowMs };
    await tx.users.put(used);
    return used;
  });
  if (!noted) return { outcome: "refused" };
  const mustChange = profile.isResetRequired ? "reset-required" : isExpired ? "expired" : undefined;
  return { outcome: "accepted", user: noted, mustChange };
}

async function profileOf(
  tx: ReadTx,
  accountId: string,
  userName: string,
): Promise<{ user: User; profile: LoginProfile; policy: PasswordPolicy | undefined } | undefined> {
  const user = await tx.users.get(accountId, userName);
  const profile = user && (await tx.loginProfiles.get(accountId, user.userId));
  return profile && { user, profile, policy: await tx.passwordPolicies.get(accountId) };
}
