import type { Access, Caller, Check, RequestFacts } from "@rolecall/access";
import type { EventResource, JsonObject } from "@rolecall/audit";
import type { Random } from "@rolecall/identifiers";
import type { VerifiedSignature } from "@rolecall/sigv4";
import type { Store } from "@rolecall/store-contract";
import type { Basis } from "./basis.ts";
import type { Exchange } from "./exchange.ts";
import type { WireResponse } from "./wire.ts";

/** What an operation may use. Time and randomness come from here, so a test decides both. */
export interface OperationContext {
  caller: Caller;
  /** The caller's account; for IAM also the account that is worked on. */
  accountId: string;
  store: Store;
  /** What the decision rests on; what is done on it looks at it again, and is decided anew if it has changed. */
  basis: Basis;
  access: Access;
  /** Milliseconds since 1970, the same during the whole request. */
  nowMs: number;
  random: Random;
  region: string;
  exchange: Exchange;
  /** What the verifier proved, streaming services go on from it. Undefined for unsigned callers. */
  signature: VerifiedSignature | undefined;
  /** What global context keys are made from, with the present time: for operations that decide item by item. */
  facts(): RequestFacts;
}

/** Facts for the audit event beyond those that follow from input and output. */
export interface EventDetails {
  requestParameters?: JsonObject | null;
  responseElements?: JsonObject | null;
  resources?: EventResource[];
  /** Further accounts that get a copy of the event: the role's account in a cross-account AssumeRole. */
  sharedWith?: readonly string[];
  category?: "Management" | "Data";
}

/**
 * One API operation, bound to its service's wire. `Input` and `Output` are private to it: the road carries
 * them from one step to the next without looking inside.
 */
export interface Operation<Input = unknown, Output = unknown> {
  name: string;
  readOnly: boolean;
  /** Answers callers without a signature too (web identity, anonymous S3). */
  allowsUnsigned: boolean;
  decode(exchange: Exchange): Promise<Input> | Input;
  /**
   * The checks that must all pass, in the order they are reported; `"none"` for the few operations that AWS
   * lets every authenticated caller do.
   */
  authorization(input: Input, context: OperationContext): Promise<Authorization> | Authorization;
  handle(input: Input, context: OperationContext): Promise<Output>;
  encode(output: Output, exchange: Exchange): WireResponse;
  describe(input: Input | undefined, output: Output | undefined, context: OperationContext): EventDetails;
}

export type Authorization = readonly Check[] | "none";

/**
 * Forgets an operation's private types, for lists of operations.
 *
 * Sound because only the road calls an `Operation`, and it hands each step exactly what the step before it
 * returned.
 */
export function anyOperation<Input, Output>(operation: Operation<Input, Output>): Operation {
  return operation as unknown as Operation;
}
