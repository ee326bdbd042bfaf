import type { SigningFamily } from "@rolecall/sigv4";

/** What the road knows of a request that context keys are made from. */
export interface RequestFacts {
  nowMs: number;
  /** Undefined when a service calls. */
  sourceIp: string | undefined;
  secureTransport: boolean;
  userAgent: string | undefined;
  referer: string | undefined;
  /** `us-east-1` for the global services. */
  requestedRegion: string;
  /** How the service words that credentials are none; as IAM does when left out. */
  signing?: SigningFamily;
}
