import { withOneSpelling } from "@rolecall/policy";
import type { Check } from "./check.ts";

/**
 * The check itself, or, where its context names a key in several spellings, one check for each of them.
 *
 * Keys of tags may differ in case alone, keys of conditions never do. AWS's pages leave open which of two tags a condition
 * then sees. The stricter reading: every one, so that each value must be allowed and none may be denied.
 */
export function checkEachSpelling(check: Check): readonly Check[] {
  const { context } = check;
  if (!context) return [check];
  const contexts = withOneSpelling(context);
  return contexts.length === 1 ? [check] : contexts.map((one) => ({ ...check, context: one }));
}
