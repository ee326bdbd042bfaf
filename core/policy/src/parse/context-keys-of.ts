import { parseTemplate } from "../match/template.ts";
import type { Policy } from "./policy.ts";

/**
 * The context keys a policy asks for, in conditions and as variables, each once and in lower case: what a request's
 * context must know for this policy, and what GetContextKeysForCustomPolicy lists.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
 */
export function contextKeysOf({ version, statements }: Policy): string[] {
  const keys = new Set<string>();
  const variables = version === "2012-10-17";
  for (const { resources, conditions } of statements) {
    const texts = [...(resources?.values ?? []), ...conditions.flatMap(({ values }) => values)];
    for (const { key } of conditions) keys.add(key.toLowerCase());
    for (const text of texts)
      for (const piece of parseTemplate(text, { wildcards: false, variables }))
        if (typeof piece !== "number") keys.add(piece.key);
  }
  return [...keys];
}
