import type { Caller } from "@rolecall/access";
import type { AwsError } from "@rolecall/model";
import type { VerifiedSignature } from "@rolecall/sigv4";
import type { Exchange } from "./exchange.ts";
import type { Operation, OperationContext } from "./operation.ts";
import type { Service } from "./service.ts";
import type { WireResponse } from "./wire.ts";

/** What one request has become so far. Each step of the road adds to it; audit reads whatever is there. */
export interface Journey {
  exchange: Exchange;
  service: Service;
  operation?: Operation;
  caller: Caller;
  signature?: VerifiedSignature | undefined;
  region: string;
  /** What deciding took, when somebody measures. */
  authorizeMs?: number;
  /** The first action that was to be authorized; it may differ from the operation's name. */
  action?: string | undefined;
  input?: unknown;
  context?: OperationContext;
  output?: unknown;
  response?: WireResponse;
  error?: AwsError;
}
