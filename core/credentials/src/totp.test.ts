import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { TOTP, Secret as TotpSecret } from "otpauth";
import { acceptTotpCode, newTotpSeed, pairedTotpSteps, Secret, totpUri } from "./index.ts";

/** RFC 6238, appendix B: the seed of its SHA-1 examples; the codes are the last six digits of its eight. */
const seed = new Secret(TotpSecret.fromUTF8("12345678901234567890").base32);
const fresh = { drift: 0, usedSteps: [] };
const codeAt = (ms: number): string =>
  new TOTP({ secret: TotpSecret.fromBase32(seed.reveal()) }).generate({ timestamp: ms });

test("the codes of RFC 6238 are accepted at their times", () => {
  for (const [seconds, code] of [
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
  ] as const)
    deepEqual(acceptTotpCode(seed, code, fresh, seconds * 1000), [Math.floor(seconds / 30)]);
});

test("a code is good for two steps more or less, in any order, and once", () => {
  const now = 1_800_000_000_000;
  const step = now / 30_000;
  for (const late of [-2, -1, 0, 1, 2])
    deepEqual(acceptTotpCode(seed, codeAt(now + late * 30_000), fresh, now), [step + late]);
  for (const late of [-3, 3]) equal(acceptTotpCode(seed, codeAt(now + late * 30_000), fresh, now), undefined);
  const used = { drift: 0, usedSteps: [step] };
  equal(acceptTotpCode(seed, codeAt(now), used, now), undefined);
  deepEqual(acceptTotpCode(seed, codeAt(now - 30_000), used, now), [step, step - 1]);
  deepEqual(acceptTotpCode(seed, codeAt(now + 30_000), used, now), [step, step + 1]);
  // What nobody could try again is forgotten.
  deepEqual(acceptTotpCode(seed, codeAt(now + 150_000), used, now + 150_000), [step + 5]);
});

test("what is no code is refused", () => {
  const now = 1_800_000_000_000;
  const code = codeAt(now);
  for (const bad of ["", "12345", ` ${code}`, `${code}0`, "abcdef", "１２３４５６"])
    equal(acceptTotpCode(seed, bad, fresh, now), undefined);
});

test("two consecutive codes tell how the device's clock stands", () => {
  const now = 1_800_000_000_000;
  const step = now / 30_000;
  deepEqual(pairedTotpSteps(seed, codeAt(now - 30_000), codeAt(now), now), { drift: 0, lastStep: step });
  deepEqual(pairedTotpSteps(seed, codeAt(now + 270_000), codeAt(now + 300_000), now), {
    drift: 10,
    lastStep: step + 10,
  });
  equal(pairedTotpSteps(seed, codeAt(now), codeAt(now), now), undefined);
  equal(pairedTotpSteps(seed, codeAt(now), codeAt(now - 30_000), now), undefined);
  equal(pairedTotpSteps(seed, codeAt(now - 60_000), codeAt(now), now), undefined);
  const before = { drift: 0, lastStep: step };
  equal(pairedTotpSteps(seed, codeAt(now - 30_000), codeAt(now), now, before), undefined);
  equal(pairedTotpSteps(seed, codeAt(now), codeAt(now + 30_000), now, before), undefined);
  deepEqual(pairedTotpSteps(seed, codeAt(now + 30_000), codeAt(now + 60_000), now, before), {
    drift: 2,
    lastStep: step + 2,
  });
  // A device that runs five minutes ahead is understood afterwards, and looked for there.
  deepEqual(acceptTotpCode(seed, codeAt(now + 330_000), { drift: 10, usedSteps: [] }, now + 30_000), [
    step + 11,
  ]);
  const ahead = { drift: 30, lastStep: step };
  equal(pairedTotpSteps(seed, codeAt(now + 1_500_000), codeAt(now + 1_530_000), now), undefined);
  equal(pairedTotpSteps(seed, codeAt(now + 1_500_000), codeAt(now + 1_530_000), now, ahead)?.drift, 51);
});

test("a seed is 64 characters of base 32 and stands in the app's URI", () => {
  const made = newTotpSeed((length) => new Uint8Array(length).fill(7));
  match(made.reveal(), /^[A-Z2-7]{64}$/);
  const uri = new URL(totpUri(made, "Rolecall", "Bob@111122223333"));
  equal(uri.protocol, "otpauth:");
  equal(uri.searchParams.get("secret"), made.reveal());
  equal(uri.searchParams.get("issuer"), "Rolecall");
});
