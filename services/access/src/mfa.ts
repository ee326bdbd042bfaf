import { acceptedTotpStep, openSecret } from "@rolecall/credentials";
import type { MasterKey } from "@rolecall/credentials";
import type { MfaDevice, ReadTx } from "@rolecall/store-contract";
import type { Caller } from "./caller.ts";

/** A device that a code was right for, as it is to be stored once the code is used up. */
export interface AcceptedMfaCode {
  device: MfaDevice;
}

/** How the index of devices names the one behind the caller; undefined for callers that have no devices. */
function ownerKey({ principal, user }: Caller): string | undefined {
  if (principal.kind === "user") return user?.userId;
  return principal.kind === "root" ? "root" : undefined;
}

/**
 * Whether a code is right now for a device of the caller's. Reads only: the code is used up by storing the
 * device that this returns, in the transaction that asked.
 *
 * @returns `"unknown-device"` when the caller has no such device, `"wrong-code"` also for a code used before
 */
export async function acceptMfaCode(
  tx: ReadTx,
  caller: Caller,
  serialNumber: string,
  code: string,
  facts: { nowMs: number; masterKey: MasterKey },
): Promise<AcceptedMfaCode | "unknown-device" | "wrong-code"> {
  const device = await tx.mfaDevices.get(caller.accountId, serialNumber);
  const assigned = device?.assigned;
  if (!device || !assigned) return "unknown-device";
  const owner = assigned.owner.kind === "root" ? "root" : assigned.owner.userId;
  if (owner !== ownerKey(caller)) return "unknown-device";
  const seed = openSecret(facts.masterKey, serialNumber, device.sealedSeed);
  // Fail closed: the seed was sealed under another master key, or altered.
  if (!seed) throw new Error(`the seed of ${serialNumber} does not open`);
  const step = acceptedTotpStep(seed, code, assigned, facts.nowMs);
  if (step === undefined) return "wrong-code";
  return { device: { ...device, assigned: { ...assigned, lastStep: step } } };
}
