import type { CompiledPolicy } from "../compile/compile-policy.ts";

/** All policies that bear on one request, already gathered by the caller. */
export interface PolicySet {
  /** The identity's managed and inline policies, those of a user's groups included. Empty for root. */
  readonly identity: readonly CompiledPolicy[];
  readonly boundary?: CompiledPolicy | undefined;
  /** Undefined when none were passed; an empty list allows nothing. */
  readonly session?: readonly CompiledPolicy[] | undefined;
  /** The resource's own policy; for a role its trust policy (`ref.type` "trust"). */
  readonly resource?: CompiledPolicy | undefined;
  /** Only when the request travels through a VPC endpoint. */
  readonly endpoint?: CompiledPolicy | undefined;
  /** The caller's account: one list per level (root, OUs, account). Undefined outside organizations and for the management account. */
  readonly scp?: readonly (readonly CompiledPolicy[])[] | undefined;
  /** The resource's account, levels as in scp. */
  readonly rcp?: readonly (readonly CompiledPolicy[])[] | undefined;
}
