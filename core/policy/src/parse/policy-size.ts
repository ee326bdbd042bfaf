/**
 * Characters of a document that count against IAM's quotas: all but the whitespace outside of strings.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function policySizeWithoutWhitespace(text: string): number {
  let size = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inString) {
      size++;
      if (unit === 0x5c && i + 1 < text.length) {
        size++;
        i++;
      } else if (unit === 0x22) inString = false;
    } else if (unit !== 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d) {
      size++;
      if (unit === 0x22) inString = true;
    }
  }
  return size;
}
