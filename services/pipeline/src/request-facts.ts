import type { RequestFacts } from "@rolecall/access";
import type { Journey } from "./journey.ts";
import { header } from "./wire.ts";

/** IPv4 clients of a dual-stack socket arrive as `::ffff:a.b.c.d`; policies are written for `a.b.c.d`. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}

/** @param nowMs  when it is decided on, which may be long after the request began */
export function requestFacts(journey: Journey, nowMs: number): RequestFacts {
  const { request } = journey.exchange;
  return {
    nowMs,
    sourceIp: plainAddress(request.remoteAddress),
    secureTransport: request.tls !== undefined,
    userAgent: header(request, "user-agent"),
    referer: header(request, "referer"),
    requestedRegion: journey.region,
    signing: journey.service.signing,
  };
}
