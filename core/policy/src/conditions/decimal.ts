const isDigit = (unit: number) => unit >= 0x30 && unit <= 0x39;

/**
 * A number as Numeric operators read it: `01`, `+1`, `1.0` and `1e0` are all 1. Undefined for everything else: blanks,
 * empty text, NaN, Infinity, hexadecimal, and numbers beyond a double.
 */
export function readDecimal(text: string): number | undefined {
  let i = text[0] === "+" || text[0] === "-" ? 1 : 0;
  const digits = () => {
    const from = i;
    while (i < text.length && isDigit(text.charCodeAt(i))) i++;
    return i - from;
  };
  let count = digits();
  if (text[i] === ".") {
    i++;
    count += digits();
  }
  if (count === 0) return undefined;
  if (text[i] === "e" || text[i] === "E") {
    i++;
    if (text[i] === "+" || text[i] === "-") i++;
    if (digits() === 0) return undefined;
  }
  if (i !== text.length) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
