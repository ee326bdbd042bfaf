import { AccessDenied, ValidationError } from "@rolecall/model";

/**
 * The second factor of a request, if one is passed.
 *
 * There are no MFA devices in this version, so a code can belong to none, and is refused as AWS refuses the
 * code of an unknown device: never ignored.
 */
export function requireNoMfa(input: {
  SerialNumber?: string | undefined;
  TokenCode?: string | undefined;
}): void {
  if (input.SerialNumber === undefined && input.TokenCode === undefined) return;
  if (input.SerialNumber === undefined || input.TokenCode === undefined)
    throw ValidationError("SerialNumber and TokenCode must be passed together.");
  throw AccessDenied(
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
  );
}
