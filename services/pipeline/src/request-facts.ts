import type { RequestFacts } from "@rolecall/access";
import type { Journey } from "./journey.ts";
import { header } from "./wire.ts";

/** IPv4 clients of a dual-stack socket arrive as `::ffff:a.b.c.d`; policies are written for `a.b.c.d`. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}

export function requestFacts(journey: Journey): RequestFacts {
  const { request, receivedAtMs } = journey.exchange;
  return {
    nowMs: receivedAtMs,
    sourceIp: plainAddress(request.remoteAddress),
    secureTransport: request.tls !== undefined,
    userAgent: header(request, "user-agent"),
    referer: header(request, "referer"),
    requestedRegion: journey.region,
    signing: journey.service.signing,
  };
}
