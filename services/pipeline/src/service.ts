import type { AwsError } from "@rolecall/model";
import type { SigningFamily } from "@rolecall/sigv4";
import type { Exchange } from "./exchange.ts";
import type { Operation } from "./operation.ts";
import type { WireResponse } from "./wire.ts";

/** A service as the road sees it. Adding one adds no second road: it only names operations and speaks a wire. */
export interface Service {
  /** `iam`, `sts`, `s3`, … */
  id: string;
  /** What stands before the colon of its actions: `iam`, `sts`, `s3`. */
  actionPrefix: string;
  /** How its requests are signed, and how its signature errors read. */
  signing: SigningFamily;
  /** Names that a credential scope may carry for it. */
  signingNames: readonly string[];
  /** `iam.amazonaws.com`: the `eventSource` of its audit events. */
  eventSource: string;
  /** The region its calls count as made to: fixed for global services, else undefined for the scope's own. */
  homeRegion: string | undefined;
  /** Read the body before anything else, up to so many bytes; undefined for services that stream. */
  bufferBytes: number | undefined;
  /** The same for requests that name credentials which exist, where some operation takes more. */
  bufferBytesOfCallers?: number | undefined;
  /**
   * The bucket that the Host names, null for path style: what Signature Version 2 needs to know, which does not
   * sign the Host. Services without buckets leave it out.
   */
  virtualHostBucket?(exchange: Exchange): string | null;
  /** Whether its denials carry an encoded message for `DecodeAuthorizationMessage`, as EC2's do. */
  encodesDenials?: boolean;
  /** Says which operation is asked for. Throws what the service answers when there is none. */
  name(exchange: Exchange): Operation;
  encodeError(exchange: Exchange, error: AwsError): WireResponse;
}
