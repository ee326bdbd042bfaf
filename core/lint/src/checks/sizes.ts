// Quotas on the length of documents.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
import { policySizeWithoutWhitespace } from "@rolecall/policy";
import type { Check, LintKind } from "../check.ts";
import { found } from "../check.ts";
import type { FindingType } from "../finding.ts";

function size(
  code: string,
  type: FindingType,
  kind: LintKind,
  quota: number,
  counts: "all" | "without whitespace",
): Check {
  const what = counts === "all" ? "characters" : "characters without whitespace";
  return {
    code,
    type,
    when: `the document has more than ${quota.toLocaleString("en-US")} ${what}`,
    kinds: [kind],
    *document({ text, path, at, end }) {
      const length = counts === "all" ? text.length : policySizeWithoutWhitespace(text);
      if (length > quota)
        yield found(
          { path, at, end },
          `The document has ${length} ${what}, the quota is ${quota}: split it.`,
        );
    },
  };
}

export const sizeChecks: readonly Check[] = [
  size("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", "WARNING", "identity", 6_144, "without whitespace"),
  // The default; it can be raised to 8,192.
  size("POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", "WARNING", "trust", 2_048, "without whitespace"),
  // Of bucket policies; other services have quotas of their own.
  size("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", "WARNING", "resource", 20_480, "all"),
  size("POLICY_SIZE_EXCEEDS_SCP_QUOTA", "ERROR", "scp", 10_240, "all"),
  size("POLICY_SIZE_EXCEEDS_RCP_QUOTA", "ERROR", "rcp", 5_120, "all"),
];
