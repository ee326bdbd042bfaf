import { InvalidInput } from "@rolecall/model";

const maxThumbprints = 5;

/**
 * Thumbprints as they are kept: in small letters, each as often as it was given. That they need not be hexadecimal is
 * recorded; the model has seen to the length.
 * @throws InvalidInput
 */
export function requireThumbprints(list: readonly string[]): string[] {
  // AWS's sentence, although five are accepted.
  if (list.length > maxThumbprints) throw InvalidInput("Thumbprint list must contain fewer than 5 entries.");
  return list.map((thumbprint) => thumbprint.toLowerCase());
}
