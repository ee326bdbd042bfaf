import { resourceTagContext } from "@rolecall/access";
import type { ContextEntries } from "@rolecall/access";
import { openSecret } from "@rolecall/credentials";
import type { Secret } from "@rolecall/credentials";
import { parseArn } from "@rolecall/identifiers";
import { NoSuchEntity } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { AccessKeyOwner, MfaDevice, ReadTx } from "@rolecall/store-contract";
import { keyOwner } from "../caller-user.ts";
import { factsOf } from "../checks.ts";

/** The ARN, which is a virtual device's serial number. */
export const mfaArn = (accountId: string, path: string, name: string): string =>
  `arn:aws:iam::${accountId}:mfa${path}${name}`;

/** @throws NoSuchEntity */
export async function findDevice(tx: ReadTx, accountId: string, serialNumber: string): Promise<MfaDevice> {
  const device = await tx.mfaDevices.get(accountId, serialNumber);
  if (!device) throw NoSuchEntity(`VirtualMFADevice with serial number ${serialNumber} doesn't exist.`);
  return device;
}

export type AssignedDevice = MfaDevice & { assigned: NonNullable<MfaDevice["assigned"]> };

const isSame = (a: AccessKeyOwner, b: AccessKeyOwner): boolean =>
  a.kind === "root" ? b.kind === "root" : b.kind === "user" && a.userId === b.userId;

/** A device of the named or calling user. @throws NoSuchEntity */
export async function findOwnDevice(
  tx: ReadTx,
  input: { readonly UserName?: string | undefined; readonly SerialNumber: string },
  context: OperationContext,
): Promise<{ device: AssignedDevice; userName: string | undefined }> {
  const { owner, userName } = await keyOwner(tx, input.UserName, context);
  const device = await tx.mfaDevices.get(context.accountId, input.SerialNumber);
  if (!device?.assigned || !isSame(device.assigned.owner, owner))
    throw NoSuchEntity("MFA Device invalid for user.");
  return { device: { ...device, assigned: device.assigned }, userName };
}

/** Fails closed when the seed was sealed under another master key. */
export function seedOf(device: MfaDevice, { access }: OperationContext): Secret {
  const seed = openSecret(access.masterKey, device.serialNumber, device.sealedSeed);
  if (!seed) throw new Error(`the seed of ${device.serialNumber} does not open`);
  return seed;
}

/** The check on a device that its serial number names. */
export async function deviceCheck(
  serialNumber: string,
  context: OperationContext,
  entries: ContextEntries = {},
): Promise<CheckFacts> {
  const { accountId } = context;
  return factsOf(
    context,
    (tx) => tx.mfaDevices.get(accountId, serialNumber),
    (device) => ({
      resource: serialNumber,
      resourceAccountId: parseArn(serialNumber)?.accountId ?? accountId,
      context: { ...resourceTagContext(device?.tags, ["aws"]), ...entries },
    }),
  );
}
