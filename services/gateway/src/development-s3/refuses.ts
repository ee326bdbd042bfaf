import type { UpstreamRequest } from "../upstream.ts";

/** Operations that the development store really does; for others it would do another one. */
const served = new Set([
  "ListObjects",
  "ListObjectsV2",
  "CreateBucket",
  "DeleteBucket",
  "DeleteObjects",
  "GetBucketCors",
  "PutBucketCors",
  "DeleteBucketCors",
  "GetBucketWebsite",
  "PutBucketWebsite",
  "DeleteBucketWebsite",
  "GetObject",
  "HeadObject",
  "PutObject",
  "CopyObject",
  "DeleteObject",
  "GetObjectTagging",
  "PutObjectTagging",
  "CreateMultipartUpload",
  "UploadPart",
  "UploadPartCopy",
  "CompleteMultipartUpload",
]);

/** Bytes of one part of a key: the store makes files of them and adds to their names. */
const maxPartBytes = 200;

/**
 * Keys become paths of files there, so that `a/../b`, `a//b` and `/b` would be `b`: another object than the one
 * that was authorized. Such keys are refused.
 */
function refusesKey(key: string): string | undefined {
  const parts = key.split("/");
  const folders = parts.slice(0, -1);
  if (parts.includes(".") || parts.includes("..") || folders.includes(""))
    return "The development S3 store does not keep keys with empty, . or .. parts.";
  if (parts.some((part) => Buffer.byteLength(part) > maxPartBytes))
    return `The development S3 store keeps keys whose parts between slashes have at most ${maxPartBytes} bytes.`;
  if (key.includes("\\")) return "The development S3 store does not keep keys with backslashes.";
  // The names of its own files.
  if (key.includes("._S3rver_")) return "The development S3 store does not keep keys with ._S3rver_ in them.";
  return undefined;
}

/** What the development store would misread; undefined for what it takes. */
export function refuses({ operation, keys, query }: UpstreamRequest): string | undefined {
  if (!served.has(operation))
    return `The development S3 store does not implement ${operation}. Start Rolecall with --upstream to use another.`;
  if (query.has("versionId")) return "The development S3 store keeps no versions.";
  const upload = query.get("uploadId");
  if (upload !== undefined && !/^[A-Za-z0-9_-]{1,128}$/.test(upload)) return "There is no such upload.";
  for (const key of keys) {
    const refusal = refusesKey(key);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
