import type { PolicySet } from "../evaluate/policy-set.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { Explanation } from "./explanation.ts";

/** The decision of `evaluate` with the record of what each layer said. */
export function explain(_request: AuthorizationRequest, _policies: PolicySet): Explanation {
  throw new Error("under construction");
}
