const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * The one canonical base64 text of the same bytes (padded, unused bits zero), or undefined when the text is no base64.
 * BinaryEquals compares a request's value with that text, so two texts of the same bytes need not be equal.
 */
export function canonicalBase64(text: string): string | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const end = text.length - padding;
  for (let i = 0; i < end; i++) if (!alphabet.includes(text.charAt(i))) return undefined;
  if (padding === 0) return text;
  const unusedBits = padding === 2 ? 4 : 2;
  const last = alphabet.indexOf(text.charAt(end - 1));
  return text.slice(0, end - 1) + alphabet.charAt((last >> unusedBits) << unusedBits) + text.slice(end);
}
