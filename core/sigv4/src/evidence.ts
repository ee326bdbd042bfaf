import type { SigningRules } from "./signing-rules.ts";

/** The few headers and parameters that authentication reads. */
export interface Evidence {
  headers: ReadonlyMap<string, readonly string[]>;
  /** Decoded values by lower-case name; each stands once. */
  parameters: ReadonlyMap<string, string>;
  rules: SigningRules;
}
