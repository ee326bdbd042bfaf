import { BlockList, isIP } from "node:net";
import { plainAddress } from "@rolecall/pipeline";
import { SettingsProblem } from "./settings.ts";

/** Peers whose forwarding headers are believed. */
export type TrustedProxies = (address: string) => boolean;

const family = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

export function trustedProxies(cidrs: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const cidr of cidrs) {
    // A slash without digits would be a network of everybody.
    const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? [];
    const max = isIP(address) === 6 ? 128 : 32;
    const prefix = bits === undefined ? max : Number(bits);
    if (isIP(address) === 0 || prefix > max)
      throw new SettingsProblem(
        `--trusted-proxy ${cidr} is not a CIDR.`,
        "For example: --trusted-proxy 10.0.0.0/8",
      );
    list.addSubnet(address, prefix, family(address));
  }
  if (cidrs.length === 0) return () => false;
  return (address) => isIP(address) !== 0 && list.check(address, family(address));
}

/** The address of a hop, which some proxies write with its port, or IPv6 in brackets. */
function hopAddress(hop: string): string {
  const text = hop.trim();
  const found = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text) ?? /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(text);
  return plainAddress(found?.[1] ?? text);
}

/**
 * The client behind trusted proxies: the last address of `X-Forwarded-For` that is not itself a trusted
 * proxy. Whatever a client wrote to the left of it is not believed.
 */
export function clientAddress(
  peer: string,
  forwardedFor: readonly string[],
  trusted: TrustedProxies,
): string {
  if (!trusted(peer)) return peer;
  const hops = forwardedFor.flatMap((value) => value.split(",")).map(hopAddress);
  for (const hop of hops.toReversed()) {
    if (isIP(hop) === 0) return peer;
    if (!trusted(hop)) return hop;
  }
  return peer;
}
