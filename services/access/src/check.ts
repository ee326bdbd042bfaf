import type { StoredPolicy } from "@rolecall/store-contract";
import type { ContextEntries } from "./request-context.ts";

/** One thing that must be allowed: an action on a resource. A request may need several. */
export interface Check {
  /** `service:Name`, e.g. `iam:CreateRole`. */
  action: string;
  /** The full ARN in its stored spelling, or `*` for actions without a resource type. */
  resource: string;
  /** The account that owns the resource; undefined when nobody does (a bucket that does not exist). */
  resourceAccountId: string | undefined;
  /** How the service writes the resource in a denial, e.g. `role deploy`; the ARN when left out. */
  shownAs?: string;
  /** Keys of this check alone: request tags, resource tags, service keys. */
  context?: ContextEntries;
  /**
   * `trust`: the resource's policy must itself allow the caller or his account; a role without one, or no role
   * at all, is closed to everybody. For `resource` a missing policy is neutral inside the account.
   */
  resourcePolicyType?: "trust" | "resource";
  /** The resource's own policy, if it has one. */
  resourcePolicy?: StoredPolicy | undefined;
  /** Said instead of AWS's full sentence, where a service tells strangers less (S3: `Access Denied`). */
  sentence?: string;
  /** STS says no reason: `User: X is not authorized to perform: sts:AssumeRole on resource: ARN`. */
  bareSentence?: boolean;
}
