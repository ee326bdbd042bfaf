import type { PolicyKind } from "./policy.ts";

/** What the elements of a kind of document must be. */
export interface KindRules {
  readonly principal: "required" | "forbidden";
  readonly notPrincipal: boolean;
  readonly resource: "required" | "forbidden";
  /** IAM takes letters and digits in a Sid; other services' resource policies take blanks too. */
  readonly plainSids: boolean;
  /** Unparsable Numeric, Date, Arn and IpAddress values are refused on save; else they fail at evaluation. */
  readonly checksConditionValues: boolean;
}

const attached = {
  principal: "forbidden",
  notPrincipal: false,
  resource: "required",
  plainSids: true,
  checksConditionValues: true,
} as const;
const ofResource = { ...attached, principal: "required", notPrincipal: true, plainSids: false } as const;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#access_policy-types */
export const kinds = {
  identity: attached,
  boundary: attached,
  // AssumeRole lets them through but for Binary values; recorded on the live service.
  session: { ...attached, checksConditionValues: false },
  scp: attached,
  rcp: { ...attached, principal: "required" },
  trust: { ...attached, principal: "required", resource: "forbidden" },
  resource: ofResource,
  endpoint: ofResource,
} as const satisfies Record<PolicyKind, KindRules>;
