import { createHash, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { InvalidPublicKey, UnrecognizedPublicKeyEncoding } from "@rolecall/model";

const algorithm = "ssh-rsa";
const minBits = 2048;
const maxBits = 16_384;

const unrecognized = (): Error => UnrecognizedPublicKeyEncoding("Invalid public key uploaded.");
const invalid = (): Error => InvalidPublicKey("Invalid body for public key");

/**
 * The key of an upload, whichever of the two encodings it has, as the blob that SSH sends. A comment is dropped.
 * @returns base64
 * @throws UnrecognizedPublicKeyEncoding for what is neither; InvalidPublicKey for a key that is not RSA of 2,048
 *   to 16,384 bits
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html
 */
export function parsePublicKey(body: string): string {
  const text = body.trim();
  return text.startsWith(`${algorithm} `) ? fromSsh(text) : fromPem(text);
}

// https://www.rfc-editor.org/rfc/rfc4253#section-6.6: string "ssh-rsa", mpint e, mpint n.
function fromSsh(text: string): string {
  const encoded = /^ssh-rsa +([A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?$/.exec(text)?.[1];
  if (encoded === undefined) throw invalid();
  const [name, e, n, ...rest] = readFields(Buffer.from(encoded, "base64"));
  if (name?.toString("latin1") !== algorithm || !e || !n || rest.length > 0) throw invalid();
  return blobOf(toKey(e, n));
}

function readFields(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < 4) throw invalid();
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw invalid();
    fields.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function toKey(e: Buffer, n: Buffer): KeyObject {
  const [exponent, modulus] = [e, n].map((bytes) => bytes.toString("base64url"));
  try {
    return createPublicKey({ format: "jwk", key: { kty: "RSA", e: exponent ?? "", n: modulus ?? "" } });
  } catch {
    throw invalid();
  }
}

function fromPem(text: string): string {
  // One block and nothing else; a certificate or a private key, which Node would also read a public key from, is none.
  if (!/^-----BEGIN (RSA )?PUBLIC KEY-----[^-]*-----END \1PUBLIC KEY-----$/.test(text)) throw unrecognized();
  let key: KeyObject;
  try {
    key = createPublicKey(text);
  } catch {
    throw unrecognized();
  }
  return blobOf(key);
}

function blobOf(key: KeyObject): string {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== "rsa" || bits < minBits || bits > maxBits) throw invalid();
  const { e = "", n = "" } = key.export({ format: "jwk" });
  return Buffer.concat([field(Buffer.from(algorithm)), mpint(e), mpint(n)]).toString("base64");
}

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A positive number whose first bit is set is led by a zero byte. */
function mpint(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, "base64url");
  return field((bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

export const sshEncoding = (blob: string): string => `${algorithm} ${blob}`;

/** SubjectPublicKeyInfo, whichever of PEM's two forms was uploaded. */
export function pemEncoding(blob: string): string {
  const [, e, n] = readFields(Buffer.from(blob, "base64"));
  if (!e || !n) throw new Error("a stored SSH public key is damaged");
  return toKey(e, n).export({ type: "spki", format: "pem" }).toString();
}

/** MD5 of the blob, as `ssh-keygen -l -E md5` prints it. */
export function fingerprint(blob: string): string {
  const digest = createHash("md5").update(Buffer.from(blob, "base64")).digest("hex");
  return (digest.match(/../g) ?? []).join(":");
}
