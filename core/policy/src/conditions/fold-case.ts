const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;

/**
 * Case folding of the IgnoreCase operators: lower case of the basic plane, with the rule of the final sigma. Letters
 * outside the basic plane keep their case. Recorded on the live service, not documented.
 */
export function foldCase(text: string): string {
  let folded = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (!isSurrogate(text.charCodeAt(i))) continue;
    folded += text.slice(from, i).toLowerCase() + text.charAt(i);
    from = i + 1;
  }
  return folded + text.slice(from).toLowerCase();
}
