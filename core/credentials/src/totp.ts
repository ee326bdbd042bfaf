import type { Random } from "@rolecall/identifiers";
import { Secret as TotpSecret, TOTP } from "otpauth";
import { Secret } from "./secret.ts";

// Time-based one-time passwords as virtual MFA devices make them: SHA-1, 6 digits, steps of 30 seconds.
// https://www.rfc-editor.org/rfc/rfc6238

const stepSeconds = 30;
const stepMs = stepSeconds * 1000;
/** Steps that a code may be early or late. Observed, recorded 09/2026; the RFC recommends one. Pinned by totp.test.ts. */
const tolerance = 2;
/** Steps that a device's clock may be off when it is enabled or brought into step again: a quarter of an hour. */
const pairingTolerance = 30;
const seedBytes = 40;

/** How a device's clock stands to ours. */
export interface TotpClock {
  /** Steps by which it is ahead. */
  drift: number;
  /** The later step of the pair of codes that told it. */
  lastStep: number;
}

/** What codes were used of late, beside how the clock stands. */
export interface TotpUse {
  drift: number;
  usedSteps: readonly number[];
}

/** A fresh seed in base 32: 64 characters. */
export function newTotpSeed(random: Random): Secret {
  const bytes = Uint8Array.from(random(seedBytes));
  return new Secret(new TotpSecret({ buffer: bytes.buffer }).base32);
}

const totpOf = (seed: Secret): TOTP =>
  new TOTP({
    secret: TotpSecret.fromBase32(seed.reveal()),
    algorithm: "SHA1",
    digits: 6,
    period: stepSeconds,
  });

/** The step whose code this is, counted from 1970, near the step `around`; undefined when it is none. */
function stepOf(seed: Secret, code: string, around: number, window: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = totpOf(seed).validate({ token: code, timestamp: around * stepMs, window });
  return delta === null ? undefined : around + delta;
}

/**
 * What is used when a code is accepted now: its step and those before it that could still be tried. Undefined when
 * the code is none of the device's near the present, or was accepted before: each is good once, in any order.
 */
export function acceptTotpCode(
  seed: Secret,
  code: string,
  { drift, usedSteps }: TotpUse,
  nowMs: number,
): number[] | undefined {
  const present = Math.floor(nowMs / stepMs) + drift;
  const step = stepOf(seed, code, present, tolerance);
  if (step === undefined || usedSteps.includes(step)) return undefined;
  return [...usedSteps.filter((used) => Math.abs(used - present) <= 2 * tolerance), step];
}

/**
 * What two consecutive codes tell of a device's clock; undefined when they are not two consecutive codes of it.
 * @param before  what the pair before told: the search is about its drift, and codes up to its step are refused
 */
export function pairedTotpSteps(
  seed: Secret,
  first: string,
  second: string,
  nowMs: number,
  before: TotpClock = { drift: 0, lastStep: -1 },
): TotpClock | undefined {
  const present = Math.floor(nowMs / stepMs);
  const expected = present + before.drift;
  // The same code may come up at two steps of a wide window: each step that fits the first is tried.
  for (let step = expected - pairingTolerance; step <= expected + pairingTolerance; step++) {
    if (step <= before.lastStep || stepOf(seed, first, step, 0) === undefined) continue;
    if (stepOf(seed, second, step + 1, 0) === undefined) continue;
    // The second code is what the device shows now, or showed a moment ago.
    return { drift: step + 1 - present, lastStep: step + 1 };
  }
  return undefined;
}

/** What an authenticator app reads from the QR code. */
export function totpUri(seed: Secret, issuer: string, label: string): string {
  return new TOTP({
    secret: TotpSecret.fromBase32(seed.reveal()),
    issuer,
    label,
    algorithm: "SHA1",
    digits: 6,
    period: stepSeconds,
  }).toString();
}
