import { pairedTotpSteps } from "@rolecall/credentials";
import type { TotpClock } from "@rolecall/credentials";
import { AccessDenied, EntityAlreadyExists, iam, InvalidAuthenticationCode } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { ReadTx } from "@rolecall/store-contract";
import { keyOwner, userOrRootCheck } from "../caller-user.ts";
import { entityCheck } from "../checks.ts";
import { find, user } from "../identity-kinds.ts";
import { requireQuota } from "../quotas.ts";
import { findDevice, findOwnDevice, seedOf } from "./devices.ts";

/** The codes of a pair have been shown, as those of a sign-in: they sign nobody in any more. */
const usedWith = ({ lastStep }: TotpClock, before: readonly number[] = []): number[] => [
  ...before,
  lastStep - 1,
  lastStep,
];

const wrongCodes = (): Error => InvalidAuthenticationCode("Authentication code for device is not valid.");

/**
 * Whoever has a device gives himself another, or takes one away, only when he signed in with one, whatever his
 * policies allow; an access key alone is enough for the first. Asked before anything about the device is told.
 * @see https://aws.amazon.com/security/security-bulletins/AWS-2023-001/
 */
async function requireOwnMfa(tx: ReadTx, userId: string, context: OperationContext): Promise<void> {
  const { accountId, caller } = context;
  if (caller.principal.kind !== "user" || caller.user?.userId !== userId) return;
  if (caller.claims?.mfaAtSeconds !== undefined) return;
  if ((await tx.mfaDevices.countBy("byOwner", [accountId, userId])) > 0)
    throw AccessDenied(
      "To complete this action, please ensure that you are authenticated with an MFA device that is enabled for this user.",
    );
}

/**
 * Gives a device to a user who proves by two consecutive codes that he holds it.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
 */
export const EnableMFADevice = operation(iam, "EnableMFADevice", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle(input, context) {
    const { store, accountId, nowMs } = context;
    await store.write(async (tx) => {
      const { userId, name } = await find(user, tx, accountId, input.UserName);
      await requireOwnMfa(tx, userId, context);
      const device = await findDevice(tx, accountId, input.SerialNumber);
      const holder = device.assigned?.owner;
      if (holder)
        throw EntityAlreadyExists(
          holder.kind === "user" && holder.userId === userId
            ? `MFA Device for user ${name} already exists.`
            : "MFA Device is already in use.",
        );
      const { AuthenticationCode1, AuthenticationCode2 } = input;
      const clock = pairedTotpSteps(
        seedOf(device, context),
        AuthenticationCode1,
        AuthenticationCode2,
        nowMs,
        device.lastAssigned,
      );
      if (!clock) throw wrongCodes();
      const own = await tx.mfaDevices.countBy("byOwner", [accountId, userId]);
      requireQuota("MFADevicesPerUser", own + 1, context);
      await tx.mfaDevices.put({
        ...device,
        assigned: { owner: { kind: "user", userId }, enabledAtMs: nowMs, ...clock },
        usedSteps: usedWith(clock, device.usedSteps),
      });
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html */
export const DeactivateMFADevice = operation(iam, "DeactivateMFADevice", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  async handle(input, context) {
    await context.store.write(async (tx) => {
      const { owner } = await keyOwner(tx, input.UserName, context);
      if (owner.kind === "user") await requireOwnMfa(tx, owner.userId, context);
      const { device } = await findOwnDevice(tx, input, context);
      const { assigned, ...rest } = device;
      const { drift, lastStep } = assigned;
      await tx.mfaDevices.put({ ...rest, lastAssigned: { drift, lastStep } });
    });
  },
});

/**
 * Learns anew how a device's clock stands, by two consecutive codes that were not used before.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResyncMFADevice.html
 */
export const ResyncMFADevice = operation(iam, "ResyncMFADevice", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle(input, context) {
    await context.store.write(async (tx) => {
      const { device } = await findOwnDevice(tx, input, context);
      const clock = pairedTotpSteps(
        seedOf(device, context),
        input.AuthenticationCode1,
        input.AuthenticationCode2,
        context.nowMs,
        device.assigned,
      );
      if (!clock) throw wrongCodes();
      await tx.mfaDevices.put({
        ...device,
        assigned: { ...device.assigned, ...clock },
        usedSteps: usedWith(clock, device.usedSteps),
      });
    });
  },
});
