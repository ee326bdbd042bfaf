import { iam, ValidationError } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { rootArn } from "@rolecall/identifiers";
import type { MfaDevice, ReadTx } from "@rolecall/store-contract";
import { ownerKey } from "../access-keys/owner.ts";
import { keyOwner, userOrRootCheck } from "../caller-user.ts";
import { listCheck } from "../checks.ts";
import { pageOfIndex, pageOfRecords, truncation } from "../pagination.ts";
import { listedUser } from "../shapes.ts";
import { findOwnDevice } from "./devices.ts";

/** The devices of one user. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html */
export const ListMFADevices = operation(iam, "ListMFADevices", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { owner, userName } = await keyOwner(tx, input.UserName, context);
      const value = [context.accountId, ownerKey(owner)];
      const page = await pageOfIndex(tx.mfaDevices, "byOwner", value, input, ["mfa-devices", ...value]);
      return {
        MFADevices: page.items.map(({ serialNumber, assigned }) => ({
          // Required by the model; the root user has no name.
          UserName: userName ?? "",
          SerialNumber: serialNumber,
          EnableDate: new Date(assigned?.enabledAtMs ?? 0),
        })),
        ...truncation(page),
      };
    }),
});

/**
 * Tells of FIDO security keys alone. No API operation enrolls one (the console does), so nobody has one here: what
 * is found is a virtual device, and refused as AWS refuses it.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetMFADevice.html
 */
export const GetMFADevice = operation(iam, "GetMFADevice", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      await findOwnDevice(tx, input, context);
      throw ValidationError(
        "The MFA device serial number sent in the request is invalid or not supported by this API. Currently, only hardware FIDO security keys are supported. Please use the compatible device or API.",
      );
    }),
});

/** Whom a device belongs to; the root user is shown by the account's number. */
async function holder(tx: ReadTx, { accountId, assigned }: MfaDevice): Promise<Iam.User | undefined> {
  if (!assigned) return undefined;
  if (assigned.owner.kind === "user") {
    const user = await tx.users.getBy("byId", assigned.owner.userId);
    return user && listedUser(user);
  }
  const root: Partial<Iam.User> = { UserId: accountId, Arn: rootArn(accountId) };
  return root as Iam.User;
}

/**
 * The account's virtual devices, assigned ones with their users; seeds are never shown again.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
 */
export const ListVirtualMFADevices = operation(iam, "ListVirtualMFADevices", {
  authorization: (_input, { accountId }) => listCheck("mfa", undefined, accountId),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { accountId } = context;
      const status = input.AssignmentStatus ?? "Any";
      const page = await pageOfRecords(
        tx.mfaDevices,
        accountId,
        ({ serialNumber }) => serialNumber,
        ({ assigned }) => status === "Any" || (status === "Assigned") === (assigned !== undefined),
        input,
        ["virtual-mfa-devices", accountId, status],
      );
      const shown = page.items.map(async (device) => ({
        SerialNumber: device.serialNumber,
        User: await holder(tx, device),
        EnableDate: device.assigned && new Date(device.assigned.enabledAtMs),
      }));
      return { VirtualMFADevices: await Promise.all(shown), ...truncation(page) };
    }),
});
