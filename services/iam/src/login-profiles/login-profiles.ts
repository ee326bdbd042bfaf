import { hashPassword, isPassword } from "@rolecall/access";
import type { Random } from "@rolecall/identifiers";
import { EntityTemporarilyUnmodifiable, NoSuchEntity } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import type { LoginProfile, ReadTx, User } from "@rolecall/store-contract";
import { find, user as userKind } from "../identity-kinds.ts";
import { doesNotConform, readPasswordRules, requireConforming } from "./password-rules.ts";
import type { PasswordRules } from "./password-rules.ts";

// AWS refuses to change a login profile in the seconds after it was made (EntityTemporarilyUnmodifiable). Here it
// can be changed at once: clients that wait for AWS's delay lose nothing. The code stays for its one real cause, a
// change under another's hands.

/** As many as a policy can forbid to use again, the password in force not counted. */
const maxPreviousHashes = 23;

/** A user's login profile and what bears on a new password, as they were when they were read. */
export interface SeenProfile {
  user: User;
  profile: LoginProfile;
  rules: PasswordRules;
}

/** @throws NoSuchEntity for the user, then for his profile */
export async function findProfile(tx: ReadTx, accountId: string, userName: string): Promise<SeenProfile> {
  const user = await find(userKind, tx, accountId, userName);
  const profile = await tx.loginProfiles.get(accountId, user.userId);
  if (!profile) throw NoSuchEntity(`Login Profile for User ${userName} cannot be found.`);
  return { user, profile, rules: await readPasswordRules(tx, accountId) };
}

/**
 * The hash of a new password that keeps the account's rules. Takes its time, so it runs before the transaction,
 * which asks {@link findUnchanged} whether anything came between.
 * @throws PasswordPolicyViolation
 */
export async function hashOfNewPassword(
  password: string,
  { profile, rules }: SeenProfile,
  random: Random,
): Promise<string> {
  requireConforming(password, rules);
  const barred = [profile.passwordHash, ...profile.previousHashes].slice(
    0,
    rules.policy?.reusePrevention ?? 0,
  );
  for (const hash of barred) if (await isPassword(password, hash)) throw doesNotConform();
  return hashPassword(password, random);
}

/** The profile, if it and the password policy are as they were. @throws EntityTemporarilyUnmodifiable */
export async function findUnchanged(
  tx: ReadTx,
  { user, profile, rules }: SeenProfile,
): Promise<LoginProfile> {
  const [now, rulesNow] = [
    await tx.loginProfiles.get(user.accountId, user.userId),
    await readPasswordRules(tx, user.accountId),
  ];
  if (!now || now.passwordHash !== profile.passwordHash || JSON.stringify(rulesNow) !== JSON.stringify(rules))
    throw EntityTemporarilyUnmodifiable(
      `Login Profile for User ${user.name} cannot be modified while login profile is being modified.`,
    );
  return now;
}

/** A profile with another password; the one before is remembered. */
export const withPassword = (profile: LoginProfile, passwordHash: string, nowMs: number): LoginProfile => ({
  ...profile,
  passwordHash,
  passwordChangedAtMs: nowMs,
  previousHashes: [profile.passwordHash, ...profile.previousHashes].slice(0, maxPreviousHashes),
});

export const profileShape = ({ name }: User, profile: LoginProfile): Iam.LoginProfile => ({
  UserName: name,
  CreateDate: new Date(profile.createdAtMs),
  PasswordResetRequired: profile.isResetRequired,
});
