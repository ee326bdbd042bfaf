import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { Decision } from "./decision.ts";
import type { PolicySet } from "./policy-set.ts";

/** Decides one request. Never throws; unknown context keys count against the caller. */
export function evaluate(_request: AuthorizationRequest, _policies: PolicySet): Decision {
  throw new Error("under construction");
}
