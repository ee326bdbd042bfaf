import { isPassword } from "@rolecall/access";
import { AccessDenied, iam, InvalidUserType } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { user } from "../identity-kinds.ts";
import { findProfile, findUnchanged, hashOfNewPassword, withPassword } from "./login-profiles.ts";
import { selfServiceGrant } from "./self-service.ts";

/** @throws InvalidUserType for the root user and for sessions of roles */
function callingUser({ caller }: OperationContext): string {
  if (caller.principal.kind !== "user" || caller.userName === undefined)
    throw InvalidUserType("Only IAM Users can change their own password.");
  return caller.userName;
}

/**
 * Changes the caller's own password, and with it what an administrator demanded.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
 */
export const ChangePassword = operation(iam, "ChangePassword", {
  async authorization(_input, context) {
    const check = await entityCheck(user, callingUser(context), context);
    return { ...check, ...(await selfServiceGrant("iam:ChangePassword", check.resource, context)) };
  },
  async handle({ OldPassword, NewPassword }, context) {
    const { store, accountId, random, nowMs } = context;
    const seen = await store.read((tx) => findProfile(tx, accountId, callingUser(context)));
    // Recorded 09/2026: both are AccessDenied; the sentences are ours.
    if (!(await isPassword(OldPassword, seen.profile.passwordHash)))
      throw AccessDenied("The old password is incorrect.");
    if (NewPassword === OldPassword) throw AccessDenied("The new password must differ from the old one.");
    const passwordHash = await hashOfNewPassword(NewPassword, seen, random);
    await store.write(async (tx) => {
      const profile = await findUnchanged(tx, seen);
      await tx.loginProfiles.put({ ...withPassword(profile, passwordHash, nowMs), isResetRequired: false });
    });
  },
});
