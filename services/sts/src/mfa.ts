import { acceptMfaCode, noteWrongMfaCode } from "@rolecall/access";
import { AccessDenied, ValidationError } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import type { ReadTx } from "@rolecall/store-contract";

/** The second factor of a request, as it is passed. */
export interface MfaInput {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}

type Outcome = Awaited<ReturnType<typeof acceptMfaCode>>;

/** Undefined when no second factor was passed. */
function required({ SerialNumber, TokenCode }: MfaInput): { serial: string; code: string } | undefined {
  if (SerialNumber === undefined && TokenCode === undefined) return undefined;
  if (SerialNumber === undefined || TokenCode === undefined)
    throw ValidationError("SerialNumber and TokenCode must be passed together.");
  return { serial: SerialNumber, code: TokenCode };
}

const outcomeOf = (
  tx: ReadTx,
  { serial, code }: { serial: string; code: string },
  { caller, nowMs, access }: OperationContext,
): Promise<Outcome> => acceptMfaCode(tx, caller, serial, code, { nowMs, masterKey: access.masterKey });

function requireAccepted(outcome: Outcome): void {
  if (outcome === "unknown-device")
    throw AccessDenied(
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    );
  if (outcome === "wrong-code")
    // With a blank at its end, as recorded.
    throw AccessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
}

/**
 * Whether a right second factor was passed. Nothing is used up: the request may still be denied. A wrong one is
 * counted.
 * @throws AccessDenied
 */
export async function verifyMfa(input: MfaInput, context: OperationContext): Promise<boolean> {
  const factor = required(input);
  if (!factor) return false;
  const { store, accountId, nowMs } = context;
  // Looked at and counted in one step: of tries that come at once, each sees those before it.
  const outcome = await store.write(async (tx) => {
    const found = await outcomeOf(tx, factor, context);
    if (found === "wrong-code") await noteWrongMfaCode(tx, accountId, factor.serial, nowMs);
    return found;
  });
  requireAccepted(outcome);
  return true;
}

/**
 * Uses the code up; of two requests with one code, one is refused.
 * @returns whether a second factor was passed
 * @throws AccessDenied
 */
export async function consumeMfa(input: MfaInput, context: OperationContext): Promise<boolean> {
  const factor = required(input);
  if (!factor) return false;
  const { store, accountId, nowMs } = context;
  // Thrown after the transaction, which keeps the count of wrong codes.
  const outcome = await store.write(async (tx) => {
    const found = await outcomeOf(tx, factor, context);
    if (found === "wrong-code") await noteWrongMfaCode(tx, accountId, factor.serial, nowMs);
    else if (found !== "unknown-device") await tx.mfaDevices.put(found.device);
    return found;
  });
  requireAccepted(outcome);
  return true;
}
