import { acceptMfaCode } from "@rolecall/access";
import { AccessDenied, ValidationError } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import type { MfaDevice, ReadTx } from "@rolecall/store-contract";

/** The second factor of a request, as it is passed. */
export interface MfaInput {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}

/** The device with the code used up; undefined when no second factor was passed. @throws AccessDenied */
async function acceptedDevice(
  tx: ReadTx,
  { SerialNumber, TokenCode }: MfaInput,
  { caller, nowMs, access }: OperationContext,
): Promise<MfaDevice | undefined> {
  if (SerialNumber === undefined && TokenCode === undefined) return undefined;
  if (SerialNumber === undefined || TokenCode === undefined)
    throw ValidationError("SerialNumber and TokenCode must be passed together.");
  const facts = { nowMs, masterKey: access.masterKey };
  const accepted = await acceptMfaCode(tx, caller, SerialNumber, TokenCode, facts);
  if (accepted === "unknown-device")
    throw AccessDenied(
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    );
  if (accepted === "wrong-code")
    throw AccessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
  return accepted.device;
}

/** Whether a right second factor was passed. Nothing is used up: the request may still be denied. */
export async function verifyMfa(input: MfaInput, context: OperationContext): Promise<boolean> {
  return (await context.store.read((tx) => acceptedDevice(tx, input, context))) !== undefined;
}

/**
 * Uses the code up; of two requests with one code, one is refused.
 * @returns whether a second factor was passed
 */
export async function consumeMfa(input: MfaInput, context: OperationContext): Promise<boolean> {
  if (input.SerialNumber === undefined && input.TokenCode === undefined) return false;
  return context.store.write(async (tx) => {
    const device = await acceptedDevice(tx, input, context);
    if (device) await tx.mfaDevices.put(device);
    return device !== undefined;
  });
}
