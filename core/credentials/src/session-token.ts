import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Random } from "@rolecall/identifiers";
import { derive, open, saltLength, seal } from "./aead.ts";
import { Secret } from "./secret.ts";
import type { SessionClaims } from "./session-claims.ts";

/** A key that seals session tokens. `id` is 8 hexadecimal characters, unique in an installation. */
export interface TokenKey {
  id: string;
  key: Uint8Array;
}

/** The key that seals now, and every key under which an unexpired token may have been sealed. */
export interface TokenKeyRing {
  current: TokenKey;
  byId: ReadonlyMap<string, TokenKey>;
}

export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: Secret;
  sessionToken: string;
}

export type OpenedSession =
  | { ok: true; claims: SessionClaims; secretAccessKey: Secret }
  | { ok: false; problem: "malformed" | "unknown-key" | "tampered" };

// INVARIANT: the token is the session. Nothing about a session is stored; whoever holds a token key can
// verify, and only he can issue.
//
// Layout: version (1) | key id (4) | salt (16) | ciphertext | tag (16), base64url without padding.
// Version, key id and nothing else stand in clear; both are authenticated. Sealed are the length of the packed
// claims (2; its highest bit says that they are not compressed), the packed claims, and zeros up to the size that the caller asked for.
const version = 1;
const headLength = 5;
/**
 * The longest session token, in bytes: what `SessionTokenUtilization` is a percentage of. AWS does not publish
 * its own figure.
 */
export const maxSessionTokenBytes = 8192;

const sealPurpose = "session-token";
const secretPurpose = "session-secret";

/** 40 base 64 characters derived from the key and the token's salt: known to us again when the token comes back. */
function sessionSecret(key: Uint8Array, salt: Uint8Array): Secret {
  return new Secret(derive(key, secretPurpose, salt).subarray(0, 30).toString("base64"));
}

/** Bytes that are not packed claims: head, salt, tag and the length of the claims. */
const overhead = headLength + saltLength + 16 + 2;

/** Claims shorter than this are kept as they are: compressing them costs more than it saves. */
const minCompressedBytes = 768;
/** In the length of the claims: they are not compressed. */
const plainFlag = 0x8000;

function packedClaims(claims: SessionClaims): { packed: Uint8Array; isPlain: boolean } {
  const json = Buffer.from(JSON.stringify(claims));
  return json.length < minCompressedBytes
    ? { packed: json, isPlain: true }
    : { packed: deflateRawSync(json), isPlain: false };
}

/** The length of the claims, the claims, and zeros until the token has at least `minimumBytes` characters. */
function framed(packed: Uint8Array, isPlain: boolean, minimumBytes: number): Buffer {
  const unpadded = overhead + packed.length;
  const wanted = Math.ceil((minimumBytes * 3) / 4);
  const frame = Buffer.alloc(2 + packed.length + Math.max(0, wanted - unpadded));
  frame.writeUInt16BE(packed.length | (isPlain ? plainFlag : 0), 0);
  frame.set(packed, 2);
  return frame;
}

/**
 * Issues credentials for the claims. Writes nothing anywhere.
 *
 * @param minimumBytes  length that the token shall have at least, up to 4,096 (`MinimumSessionTokenSize`)
 * @returns undefined when the claims do not fit into a token
 */
export function sealSession(
  claims: SessionClaims,
  ring: TokenKeyRing,
  random: Random,
  minimumBytes = 0,
): SessionCredentials | undefined {
  const head = Buffer.alloc(headLength);
  head[0] = version;
  head.write(ring.current.id, 1, "hex");
  const salt = random(saltLength);
  const { packed, isPlain } = packedClaims(claims);
  if (Math.ceil(((overhead + packed.length) * 4) / 3) > maxSessionTokenBytes) return undefined;
  const sealed = seal(ring.current.key, sealPurpose, framed(packed, isPlain, minimumBytes), head, salt);
  return {
    accessKeyId: claims.accessKeyId,
    secretAccessKey: sessionSecret(ring.current.key, salt),
    sessionToken: Buffer.concat([head, sealed]).toString("base64url"),
  };
}

/**
 * Opens a token: every bit of it is authenticated, and only its one canonical spelling is accepted.
 * Expiry, role and revocation are the caller's to check: they need a clock and the store.
 */
export function openSession(token: string, ring: TokenKeyRing): OpenedSession {
  if (token.length > maxSessionTokenBytes) return { ok: false, problem: "malformed" };
  const bytes = Buffer.from(token, "base64url");
  // Node's decoder is lenient; a token in any other spelling than ours is not ours.
  if (bytes.length < headLength + saltLength || bytes.toString("base64url") !== token)
    return { ok: false, problem: "malformed" };
  if (bytes[0] !== version) return { ok: false, problem: "malformed" };
  const head = bytes.subarray(0, headLength);
  const key = ring.byId.get(head.subarray(1).toString("hex"));
  if (!key) return { ok: false, problem: "unknown-key" };
  const plaintext = open(key.key, sealPurpose, bytes.subarray(headLength), head);
  if (!plaintext) return { ok: false, problem: "tampered" };
  const length = plaintext.readUInt16BE(0);
  const packed = plaintext.subarray(2, 2 + (length & ~plainFlag));
  const json = (length & plainFlag) === 0 ? inflateRawSync(packed) : packed;
  const claims = JSON.parse(json.toString("utf8")) as SessionClaims;
  const salt = bytes.subarray(headLength, headLength + saltLength);
  return { ok: true, claims, secretAccessKey: sessionSecret(key.key, salt) };
}
