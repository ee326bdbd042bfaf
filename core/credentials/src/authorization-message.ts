import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Random } from "@rolecall/identifiers";
import { open, saltLength, seal } from "./aead.ts";
import type { TokenKeyRing } from "./session-token.ts";

/** Characters of an encoded message that `DecodeAuthorizationMessage` takes. */
export const maxAuthorizationMessageLength = 10_240;

/** Bytes of a decoded message: what no honest message of ours unpacks to, so that none can be a bomb. */
const maxDecodedBytes = 262_144;

const purpose = "authorization-message";
const version = 1;
const headLength = 5;

/** What an encoded authorization message holds. */
export interface AuthorizationMessage {
  /** The account of the caller that was denied: nobody else decodes the message. */
  accountId: string;
  /** JSON, as `DecodedMessage` gives it. */
  text: string;
}

/**
 * Seals what is known of a denial, so that the denied caller can carry it to somebody who may read it. Nothing is
 * stored. Laid out as a session token is: version (1) | key id (4) | salt (16) | ciphertext | tag (16), base64url.
 *
 * @returns undefined when it would be longer than can be decoded
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export function sealAuthorizationMessage(
  message: AuthorizationMessage,
  ring: TokenKeyRing,
  random: Random,
): string | undefined {
  const head = Buffer.alloc(headLength);
  head[0] = version;
  head.write(ring.current.id, 1, "hex");
  const packed = deflateRawSync(Buffer.from(JSON.stringify([message.accountId, message.text])));
  const sealed = seal(ring.current.key, purpose, packed, head, random(saltLength));
  const encoded = Buffer.concat([head, sealed]).toString("base64url");
  return encoded.length > maxAuthorizationMessageLength ? undefined : encoded;
}

/** The message, or undefined when it is none of ours, was altered, or its key has been retired. */
export function openAuthorizationMessage(
  encoded: string,
  ring: TokenKeyRing,
): AuthorizationMessage | undefined {
  if (encoded.length > maxAuthorizationMessageLength) return undefined;
  const bytes = Buffer.from(encoded, "base64url");
  // Node's decoder is lenient; a message in any other spelling than ours is not ours.
  if (bytes.length < headLength + saltLength || bytes.toString("base64url") !== encoded) return undefined;
  if (bytes[0] !== version) return undefined;
  const head = bytes.subarray(0, headLength);
  const key = ring.byId.get(head.subarray(1).toString("hex"));
  const packed = key && open(key.key, purpose, bytes.subarray(headLength), head);
  if (!packed) return undefined;
  const unpacked = inflateRawSync(packed, { maxOutputLength: maxDecodedBytes });
  const [accountId, text] = JSON.parse(unpacked.toString("utf8")) as [string, string];
  return { accountId, text };
}
