import { InvalidInput } from "@rolecall/model";

const maxThumbprints = 5;

/**
 * Thumbprints as they were given: SHA-1 of certificates, 40 hexadecimal digits; the model has seen to the length.
 * @throws InvalidInput
 */
export function requireThumbprints(list: readonly string[]): string[] {
  // AWS's sentence, although five are accepted.
  if (list.length > maxThumbprints) throw InvalidInput("Thumbprint list must contain fewer than 5 entries.");
  // The sentence is ours.
  if (list.some((thumbprint) => !/^[0-9a-fA-F]{40}$/.test(thumbprint)))
    throw InvalidInput("A thumbprint must be 40 hexadecimal digits.");
  return [...list];
}
