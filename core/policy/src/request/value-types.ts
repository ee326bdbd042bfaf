import { canonicalBase64 } from "../conditions/base64.ts";
import { readDecimal } from "../conditions/decimal.ts";
import { readInstant } from "../conditions/instant.ts";
import { readIpAddress } from "../conditions/ip-address.ts";

/**
 * The types a context key can have.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export type ContextValueType = "string" | "numeric" | "boolean" | "ip" | "binary" | "date";

const readers: Record<ContextValueType, (text: string) => unknown> = {
  string: (text) => text,
  numeric: readDecimal,
  // Whatever is not `true` is false.
  boolean: (text) => text,
  ip: readIpAddress,
  binary: canonicalBase64,
  date: readInstant,
};

/** Whether the operators of that type can read the value. */
export const isOfValueType = (type: ContextValueType, text: string): boolean =>
  readers[type](text) !== undefined;
