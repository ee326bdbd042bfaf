import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { user } from "../identity-kinds.ts";
import { findProfile, findUnchanged, hashOfNewPassword, withPassword } from "./login-profiles.ts";

/**
 * Sets a user's password, or whether he must set one himself. What is not sent stays as it is.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
 */
export const UpdateLoginProfile = operation(iam, "UpdateLoginProfile", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle({ UserName, Password, PasswordResetRequired }, { store, accountId, random, nowMs }) {
    const seen = await store.read((tx) => findProfile(tx, accountId, UserName));
    const passwordHash = Password === undefined ? undefined : await hashOfNewPassword(Password, seen, random);
    await store.write(async (tx) => {
      const profile = await findUnchanged(tx, seen);
      await tx.loginProfiles.put({
        ...(passwordHash === undefined ? profile : withPassword(profile, passwordHash, nowMs)),
        isResetRequired: PasswordResetRequired ?? profile.isResetRequired,
      });
    });
  },
});
