import { acceptTotpCode, openSecret } from "@rolecall/credentials";
import type { MasterKey } from "@rolecall/credentials";
import type { MfaDevice, ReadTx, WriteTx } from "@rolecall/store-contract";
import type { Caller } from "./caller.ts";

/**
 * Codes that may be tried of one device, right and wrong, in three minutes of the clock: nobody guesses one of a
 * million. Observed, recorded 09/2026; when they are spent, the device is as if it were not there.
 */
const maxAttempts = 9;
const attemptWindowMs = 3 * 60 * 1000;

const windowStart = (nowMs: number): number => Math.floor(nowMs / attemptWindowMs) * attemptWindowMs;

function attemptsOf({ attempts }: MfaDevice, nowMs: number): { windowStartMs: number; count: number } {
  const windowStartMs = windowStart(nowMs);
  return attempts?.windowStartMs === windowStartMs ? attempts : { windowStartMs, count: 0 };
}

/** The device with one more code tried. */
function withAttempt(device: MfaDevice, nowMs: number): MfaDevice {
  const { windowStartMs, count } = attemptsOf(device, nowMs);
  return { ...device, attempts: { windowStartMs, count: count + 1 } };
}

/** Counts a code that was refused as wrong. */
export async function noteWrongMfaCode(
  tx: WriteTx,
  accountId: string,
  serialNumber: string,
  nowMs: number,
): Promise<void> {
  const device = await tx.mfaDevices.get(accountId, serialNumber);
  if (device) await tx.mfaDevices.put(withAttempt(device, nowMs));
}

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
 * @returns `"unknown-device"` when the caller has no such device or tried too often, `"wrong-code"` also for a code
 *   used before; the caller of this counts it with {@link noteWrongMfaCode}
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
  if (attemptsOf(device, facts.nowMs).count >= maxAttempts) return "unknown-device";
  const seed = openSecret(facts.masterKey, serialNumber, device.sealedSeed);
  // Fail closed: the seed was sealed under another master key, or altered.
  if (!seed) throw new Error(`the seed of ${serialNumber} does not open`);
  const use = { drift: assigned.drift, usedSteps: device.usedSteps ?? [] };
  const usedSteps = acceptTotpCode(seed, code, use, facts.nowMs);
  if (!usedSteps) return "wrong-code";
  return { device: { ...withAttempt(device, facts.nowMs), usedSteps } };
}
