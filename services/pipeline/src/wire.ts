import type { Readable } from "node:stream";
import type { HttpRequestHead } from "@rolecall/sigv4";

/** A request as it came off the socket: nothing decoded, nothing normalised. */
export interface WireRequest extends HttpRequestHead {
  body: WireBody;
  /** The TCP peer, or the client behind a trusted proxy. */
  remoteAddress: string;
  /** Set when the client's connection to us (or to the trusted proxy) is TLS. */
  tls?: { version: string; cipherSuite: string } | undefined;
}

/** The body, read at most once, and only when somebody asks for it. */
export interface WireBody {
  /** `Content-Length`, if there is one. */
  declaredLength: number | undefined;
  /**
   * The whole body. More than `limitBytes` is answered with `RequestEntityTooLarge` without reading on.
   * A client that sent `Expect: 100-continue` is told to go on first.
   */
  buffer(limitBytes: number): Promise<Uint8Array>;
  /** The body as it arrives; asking for it lets an expecting client go on. */
  stream(): Readable;
}

export interface WireResponse {
  status: number;
  /** In order; a name may stand more than once. */
  headers: (readonly [name: string, value: string])[];
  body: string | Uint8Array | Readable | undefined;
}

/** Raw header values by lower-case name, in the order they came. */
export function headerValues(head: HttpRequestHead, name: string): string[] {
  const values: string[] = [];
  for (const [key, value] of head.headers)
    if (key.length === name.length && key.toLowerCase() === name) values.push(value);
  return values;
}

/** The first value of a header, or undefined. */
export function header(head: HttpRequestHead, name: string): string | undefined {
  for (const [key, value] of head.headers)
    if (key.length === name.length && key.toLowerCase() === name) return value;
  return undefined;
}
