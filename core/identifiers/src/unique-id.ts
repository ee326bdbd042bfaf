import { isAccountId } from "./account-id.ts";

/**
 * Unique ids: a four letter prefix that tells the kind, then base 32 (RFC 4648 alphabet, no padding).
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
export const idPrefixes = {
  user: "AIDA",
  group: "AGPA",
  role: "AROA",
  managedPolicy: "ANPA",
  policyVersion: "ANVA",
  instanceProfile: "AIPA",
  serverCertificate: "ASCA",
  serviceSpecificCredential: "ACCA",
  sshPublicKey: "APKA",
  accessKey: "AKIA",
  sessionKey: "ASIA",
} as const;

export type IdPrefix = (typeof idPrefixes)[keyof typeof idPrefixes];

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Source of randomness, an argument of everything that mints: `length` fresh random bytes. */
export type Random = (length: number) => Uint8Array;

function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  if (bits > 0) text += alphabet[(value << (5 - bits)) & 31];
  return text;
}

// Observed, not documented: AWS's newer ids hold, after the prefix, 80 bits of which the first is set, the
// next 40 are the account number and the rest is random. We mint the same layout, so tools that read the
// account out of a key id read ours correctly, and so does `GetAccessKeyInfo`. Pinned by unique-id.test.ts.
function withAccount(accountId: string, random: Random): Uint8Array {
  if (!isAccountId(accountId)) throw new RangeError(`not an account id: ${accountId}`);
  const bytes = Uint8Array.from(random(10));
  // 48 bits, which a number holds exactly.
  let head = 2 ** 47 + Number(accountId) * 128 + ((bytes[5] ?? 0) & 0x7f);
  for (let i = 5; i >= 0; i--) {
    bytes[i] = head % 256;
    head = Math.floor(head / 256);
  }
  return bytes;
}

/**
 * A fresh unique id that carries its account: 21 characters for entities (`AROA…`, `AIDA…`).
 * Two ids of one account collide with probability 2^-44 a pair; stores refuse a duplicate.
 */
export function newUniqueId(prefix: IdPrefix, accountId: string, random: Random): string {
  const extra = random(1)[0] ?? 0;
  return prefix + base32(withAccount(accountId, random)) + alphabet[extra & 31];
}

/** A fresh key id of 20 characters that carries its account (`AKIA…`, `ASIA…`, `APKA…`). */
export function newAccessKeyId(
  prefix: typeof idPrefixes.accessKey | typeof idPrefixes.sessionKey | typeof idPrefixes.sshPublicKey,
  accountId: string,
  random: Random,
): string {
  return prefix + base32(withAccount(accountId, random));
}

/**
 * A fresh id of a SAML provider or of one of its private keys: `SAML` and 18 characters.
 * Ids of keys have 22 characters at least; the rest of the form is not documented.
 */
export const newSamlId = (random: Random): string => `SAML${base32(random(12)).slice(0, 18)}`;

/**
 * The account inside an id minted in this layout, or undefined when the id has another one (imported keys,
 * AWS's older ids).
 */
export function accountOfId(id: string): string | undefined {
  if (id.length < 20) return undefined;
  let head = 0n;
  for (let i = 4; i < 14; i++) {
    const digit = alphabet.indexOf(id[i] ?? "");
    if (digit < 0) return undefined;
    head = (head << 5n) | BigInt(digit);
  }
  // Ten digits are 50 bits; the layout's head has 48.
  head >>= 2n;
  if (head >> 47n !== 1n) return undefined;
  const account = (head >> 7n) & ((1n << 40n) - 1n);
  const text = account.toString().padStart(12, "0");
  return text.length === 12 ? text : undefined;
}
