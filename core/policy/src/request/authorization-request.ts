import type { RequestContext } from "./context.ts";
import type { Principal } from "./principal.ts";

/** One authorization check: an API call may need several, and all must pass. */
export interface AuthorizationRequest {
  readonly principal: Principal;
  /** `service:Name`, in any case. */
  readonly action: string;
  /** ARN with its stored spelling, or `*` for actions without resource-level support. */
  readonly resource: string;
  /** Owner of the resource; undefined when the resource belongs to no account but the caller's own. */
  readonly resourceAccountId: string | undefined;
  readonly context: RequestContext;
  /** Role trust policies and KMS keys must themselves allow or delegate, even in the same account. Default `other`. */
  readonly resourceKind?: "trust" | "kms-key" | "other";
}
