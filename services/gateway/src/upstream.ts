import type { SigningCredentials } from "@rolecall/sigv4";

/** Where authorized requests go. */
export interface Upstream {
  /** Resolves when the upstream can be reached; starts it, if it is ours to start. */
  ready(): Promise<UpstreamAddress>;
  credentials: SigningCredentials;
  region: string;
  /** Things the upstream would misread, and what is said then; undefined for what it takes. */
  refuses?(request: UpstreamRequest): string | undefined;
  /** How it decodes `x-amz-copy-source`: S3 decodes everything, the development store leaves reserved characters. */
  copySource: "strict" | "reserved-bare";
}

export interface UpstreamAddress {
  protocol: "http:" | "https:";
  hostname?: string;
  port?: number;
  socketPath?: string;
  /** Value of the Host header. */
  host: string;
}

/** What is about to be sent, as it was authorized. */
export interface UpstreamRequest {
  operation: string;
  bucket: string;
  keys: readonly string[];
  query: ReadonlyMap<string, string>;
}

/**
 * An S3-compatible upstream by URL. User and password of the URL are its access key; it must be reachable
 * through the gateway only.
 */
export function parseUpstream(text: string): Upstream & { close(): Promise<void> } {
  const url = new URL(text);
  const secure = url.protocol === "https:";
  const address: UpstreamAddress = {
    protocol: secure ? "https:" : "http:",
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    host: url.host,
  };
  return {
    ready: async () => address,
    close: async () => undefined,
    credentials: {
      accessKeyId: decodeURIComponent(url.username),
      secretAccessKey: decodeURIComponent(url.password),
    },
    region: url.searchParams.get("region") ?? "us-east-1",
    copySource: "strict",
  };
}
