import type { BoundStatement } from "../compile/bound-statement.ts";
import type { CompiledPolicy, Slice } from "../compile/compile-policy.ts";

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
  /** @internal Of prepared sets. */
  readonly plans?: Plans | undefined;
}

/**
 * What a policy set says of one action: who calls, the resource and the context are left to be tested. The resource's own
 * policy is not in it, which is another one with each resource.
 */
export interface Plan {
  readonly scp: Levels | undefined;
  readonly rcp: Levels | undefined;
  readonly endpoint: Slice | undefined;
  /** Of identity, boundary and session policies: who is denied by one is denied. */
  readonly denies: readonly BoundStatement[];
  readonly identity: Slice;
  readonly boundary: Slice | undefined;
  readonly session: Slice | undefined;
}

/** A layer of which each level must allow. */
export interface Levels {
  readonly denies: readonly BoundStatement[];
  /** Without those that allow whatever it is. */
  readonly allows: readonly Slice[];
}

/** What a prepared set keeps. */
export interface Plans {
  /** The policies that the plans are made of. */
  readonly of: PolicySet;
  /** By the action as requests spell it. */
  readonly byAction: Map<string, Plan>;
}
