import { parseTemplate } from "../match/template.ts";
import type { Policy } from "./policy.ts";

/**
 * The context keys a policy asks for, in conditions and as variables, each once and in lower case: what a request's
 * context must know for this policy.
 */
export function contextKeysOf(policy: Policy): string[] {
  return [...new Set(contextKeysAsWritten(policy).map((key) => key.toLowerCase()))];
}

/**
 * The same as the document spells them; two spellings of one key are two.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
 */
export function contextKeysAsWritten({ version, statements }: Policy): string[] {
  const keys = new Set<string>();
  const variables = version === "2012-10-17";
  for (const { resources, conditions } of statements) {
    const texts = [...(resources?.values ?? []), ...conditions.flatMap(({ values }) => values)];
    for (const { key } of conditions) keys.add(key);
    for (const text of texts)
      for (const piece of parseTemplate(text, { wildcards: false, variables }))
        if (typeof piece !== "number") keys.add(piece.name);
  }
  return [...keys];
}
