/** An IPv4 address as one number, an IPv6 address as eight groups of 16 bits. */
export type IpAddress = number | readonly number[];

/** Addresses that share the first `prefixLength` bits with `base`. */
export interface IpRange {
  readonly base: IpAddress;
  readonly prefixLength: number;
}

/** Undefined when the text is no address; a prefix length is none. Leading zeros are decimal: `192.000.2.1`. */
export function readIpAddress(text: string): IpAddress | undefined {
  return readV4(text, 0, text.length) ?? readV6(text);
}

/** CIDR, or a bare address for itself alone. */
export function readIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf("/");
  const base = readIpAddress(slash === -1 ? text : text.slice(0, slash));
  if (base === undefined) return undefined;
  const bits = typeof base === "number" ? 32 : 128;
  if (slash === -1) return { base, prefixLength: bits };
  const length = text.slice(slash + 1);
  if (length === "" || length.length > 3) return undefined;
  for (let i = 0; i < length.length; i++) if (digitAt(length, i) === undefined) return undefined;
  const prefixLength = Number(length);
  return prefixLength <= bits ? { base, prefixLength } : undefined;
}

/** An IPv4 range never holds an IPv6 address, nor the other way round. */
export function isInRange(address: IpAddress, { base, prefixLength }: IpRange): boolean {
  if (typeof address === "number" || typeof base === "number") {
    if (typeof address !== "number" || typeof base !== "number") return false;
    return prefixLength === 0 || (address ^ base) >>> (32 - prefixLength) === 0;
  }
  for (let group = 0, bits = prefixLength; bits > 0; group++, bits -= 16) {
    const difference = (address[group] ?? 0) ^ (base[group] ?? 0);
    if (difference >>> Math.max(0, 16 - bits) !== 0) return false;
  }
  return true;
}

const dot = 0x2e;

function digitAt(text: string, at: number): number | undefined {
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : undefined;
}

function readV4(text: string, from: number, to: number): number | undefined {
  let address = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let i = from; i <= to; i++) {
    if (i === to || text.charCodeAt(i) === dot) {
      if (digits === 0 || octet > 255) return undefined;
      if (i < to && ++dots > 3) return undefined;
      address = address * 256 + octet;
      octet = digits = 0;
      continue;
    }
    const digit = digitAt(text, i);
    if (digit === undefined || ++digits > 3) return undefined;
    octet = octet * 10 + digit;
  }
  return dots === 3 ? address : undefined;
}

function readV6(text: string): number[] | undefined {
  if (text.length > 45) return undefined;
  const gap = text.indexOf("::");
  if (gap === -1) {
    const groups = readGroups(text);
    return groups?.length === 8 ? groups : undefined;
  }
  const head = gap === 0 ? [] : readGroups(text.slice(0, gap));
  const rest = text.slice(gap + 2);
  const tail = rest === "" ? [] : readGroups(rest);
  if (head === undefined || tail === undefined || head.length + tail.length > 7) return undefined;
  // A dotted tail is only allowed at the very end, so a head cannot have one.
  if (text.slice(0, gap).includes(".")) return undefined;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function readGroups(text: string): number[] | undefined {
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1 && part.includes(".")) {
      const v4 = readV4(part, 0, part.length);
      if (v4 === undefined) return undefined;
      groups.push(v4 >>> 16, v4 & 0xffff);
      continue;
    }
    if (part === "" || part.length > 4) return undefined;
    let group = 0;
    for (let at = 0; at < part.length; at++) {
      const digit = hexDigit(part.charCodeAt(at));
      if (digit === undefined) return undefined;
      group = group * 16 + digit;
    }
    groups.push(group);
  }
  return groups;
}

function hexDigit(unit: number): number | undefined {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const letter = (unit | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : undefined;
}
