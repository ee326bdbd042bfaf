import { createHash } from "node:crypto";
import { crc32, crc32c } from "./crc32.ts";
import { crc64nvme } from "./crc64nvme.ts";
import type { Crc64 } from "./crc64nvme.ts";

/** As they end the header names: `x-amz-checksum-crc32`. */
export type ChecksumAlgorithm = "crc32" | "crc32c" | "crc64nvme" | "sha1" | "sha256";

/** A checksum of bytes as they come by. */
export interface Checksum {
  update(bytes: Uint8Array): void;
  /** Base64, as the `x-amz-checksum-*` headers have it. Call it once, at the end. */
  digest(): string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
const algorithms = {
  crc32: { byteLength: 4, create: () => crcOf(crc32) },
  crc32c: { byteLength: 4, create: () => crcOf(crc32c) },
  crc64nvme: { byteLength: 8, create: crc64Checksum },
  sha1: { byteLength: 20, create: () => hashOf("sha1") },
  sha256: { byteLength: 32, create: () => hashOf("sha256") },
} satisfies Record<ChecksumAlgorithm, { byteLength: number; create: () => Checksum }>;

/** The algorithm behind a lower-case header or trailer name such as `x-amz-checksum-crc32c`. */
export function checksumAlgorithm(header: string): ChecksumAlgorithm | undefined {
  const prefix = "x-amz-checksum-";
  const name = header.startsWith(prefix) ? header.slice(prefix.length) : "";
  return Object.hasOwn(algorithms, name) ? (name as ChecksumAlgorithm) : undefined;
}

export const createChecksum = (algorithm: ChecksumAlgorithm): Checksum => algorithms[algorithm].create();

/** Whether the text is Base64 of as many bytes as the algorithm has. */
export function isChecksumValue(algorithm: ChecksumAlgorithm, value: string): boolean {
  if (value.length > 64) return false;
  const bytes = Buffer.from(value, "base64");
  return bytes.length === algorithms[algorithm].byteLength && bytes.toString("base64") === value;
}

function crcOf(step: (bytes: Uint8Array, crc: number) => number): Checksum {
  let crc = 0;
  return {
    update(bytes) {
      crc = step(bytes, crc);
    },
    digest() {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(crc);
      return out.toString("base64");
    },
  };
}

function crc64Checksum(): Checksum {
  let crc: Crc64 = { high: 0, low: 0 };
  return {
    update(bytes) {
      crc = crc64nvme(bytes, crc);
    },
    digest() {
      const out = Buffer.alloc(8);
      out.writeUInt32BE(crc.high, 0);
      out.writeUInt32BE(crc.low, 4);
      return out.toString("base64");
    },
  };
}

function hashOf(name: "sha1" | "sha256"): Checksum {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("base64") };
}
