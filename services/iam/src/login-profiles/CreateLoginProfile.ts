import { hashPassword } from "@rolecall/access";
import { EntityAlreadyExists, iam, ValidationError } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { LoginProfile, ReadTx, User } from "@rolecall/store-contract";
import { iamUserCheck, namedOrCallingIamUser } from "../caller-user.ts";
import { find, user as userKind } from "../identity-kinds.ts";
import { profileShape } from "./login-profiles.ts";
import { readPasswordRules, requireConforming } from "./password-rules.ts";

/**
 * Gives a user a password. The root user's is out of its reach: only a session of AssumeRoot may allow its recovery.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
 */
export const CreateLoginProfile = operation(iam, "CreateLoginProfile", {
  authorization: ({ UserName }, context) => iamUserCheck(UserName, context),
  async handle({ UserName, Password, PasswordResetRequired }, context) {
    const { accountId, store, random, nowMs } = context;
    const name = namedOrCallingIamUser(UserName, context);
    // The model lets it out for AssumeRoot's sake; a user's profile is nothing without it.
    if (Password === undefined)
      throw ValidationError(
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
      );
    await store.read((tx) => requireMayHave(tx, accountId, name, Password));
    const passwordHash = await hashPassword(Password, random);
    return store.write(async (tx) => {
      const user = await requireMayHave(tx, accountId, name, Password);
      const created: LoginProfile = {
        accountId,
        userId: user.userId,
        createdAtMs: nowMs,
        passwordChangedAtMs: nowMs,
        passwordHash,
        previousHashes: [],
        isResetRequired: PasswordResetRequired ?? false,
      };
      await tx.loginProfiles.insert(created);
      return { LoginProfile: profileShape(user, created) };
    });
  },
});

/** Asked before the hash is made, and again in the transaction that stores it. */
async function requireMayHave(
  tx: ReadTx,
  accountId: string,
  userName: string,
  password: string,
): Promise<User> {
  const user = await find(userKind, tx, accountId, userName);
  if (await tx.loginProfiles.get(accountId, user.userId))
    throw EntityAlreadyExists(`Login Profile for user ${userName} already exists.`);
  requireConforming(password, await readPasswordRules(tx, accountId));
  return user;
}
