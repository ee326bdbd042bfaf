interface Tlv {
  tag: number;
  /** Where the value begins and ends. */
  start: number;
  end: number;
}

const sequence = 0x30;
const objectIdentifier = 0x06;
/** `[3] EXPLICIT` of `TBSCertificate`. */
const extensionsTag = 0xa3;

/** One element of DER; undefined when it does not fit into its surroundings. */
function tlvAt(der: Uint8Array, at: number, limit: number): Tlv | undefined {
  const tag = der[at];
  const first = der[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const bytes = first & 0x7f;
    if (bytes === 0 || bytes > 4) return undefined;
    length = 0;
    for (let n = 0; n < bytes; n++) length = length * 256 + (der[start++] ?? 0);
  }
  const end = start + length;
  return end <= limit ? { tag, start, end } : undefined;
}

/** The elements inside another one. */
function childrenOf(der: Uint8Array, parent: Tlv | undefined): Tlv[] {
  const children: Tlv[] = [];
  if (!parent) return children;
  for (let at = parent.start; at < parent.end;) {
    const child = tlvAt(der, at, parent.end);
    if (!child) break;
    children.push(child);
    at = child.end;
  }
  return children;
}

/**
 * Whether a certificate has two extensions of one kind, which RFC 5280 4.2 forbids and parsers read differently.
 * @param der  a certificate that is known to be one
 */
export function repeatsExtension(der: Uint8Array): boolean {
  const [body] = childrenOf(der, tlvAt(der, 0, der.length));
  const wrapper = childrenOf(der, body).find(({ tag }) => tag === extensionsTag);
  const [list] = childrenOf(der, wrapper);
  const ids = childrenOf(der, list)
    .filter(({ tag }) => tag === sequence)
    .flatMap((extension) => childrenOf(der, extension).slice(0, 1))
    .filter(({ tag }) => tag === objectIdentifier)
    .map(({ start, end }) => Buffer.from(der.subarray(start, end)).toString("hex"));
  return new Set(ids).size < ids.length;
}
