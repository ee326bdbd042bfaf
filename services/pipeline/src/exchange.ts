import type { Parameters } from "@rolecall/protocol";
import type { WireRequest } from "./wire.ts";

/** One request on its road, with what every step may ask about it. */
export interface Exchange {
  request: WireRequest;
  /** Lower-case UUID; `x-amzn-RequestId`. */
  requestId: string;
  receivedAtMs: number;
  /** Set once a buffering service has read the body. */
  body?: Uint8Array | undefined;
  /** What a query service has read out of body and query string. */
  parameters?: Parameters | undefined;
}
