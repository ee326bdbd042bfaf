import { awsError } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import { header } from "@rolecall/pipeline";
import type { HttpRequestHead } from "@rolecall/sigv4";

/** What an S3 request addresses: nothing, a bucket, or an object. Names are decoded once, and only here. */
export interface S3Address {
  bucket: string | undefined;
  /** The object's key, decoded; undefined when the request is about the bucket. */
  key: string | undefined;
  /** The bucket that the Host names, null when the path begins with the bucket. */
  hostBucket: string | null;
}

export const invalidUri = (): AwsError => awsError("InvalidURI", 400, "Couldn't parse the specified URI.");

/**
 * The bucket in a virtual-hosted address: `BUCKET.s3.localhost`, `BUCKET.s3.REGION.amazonaws.com`. Any other
 * Host is path style.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function hostBucket(head: HttpRequestHead): string | null {
  const host = (header(head, "host") ?? "").toLowerCase().replace(/:\d{1,5}$/, "");
  const found =
    /^(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3(?:[.-][a-z0-9-]+)?(?:\.localhost|(?:\.dualstack)?(?:\.[a-z0-9-]+)?\.amazonaws\.com)$/.exec(
      host,
    );
  return found?.groups?.["bucket"] ?? null;
}

/** Percent-decodes once, as UTF-8; what cannot be decoded names nothing. */
function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUri();
  }
}

/** @throws InvalidURI for a path that cannot be decoded, InvalidBucketName */
export function addressOf(head: HttpRequestHead): S3Address {
  const fromHost = hostBucket(head);
  if (!head.path.startsWith("/")) throw invalidUri();
  const path = head.path.slice(1);
  if (fromHost !== null) {
    const key = decodeOnce(path);
    return { bucket: fromHost, key: key === "" ? undefined : requireKey(key), hostBucket: fromHost };
  }
  const slash = path.indexOf("/");
  const bucket = decodeOnce(slash < 0 ? path : path.slice(0, slash));
  if (bucket === "") {
    if (path !== "") throw invalidUri();
    return { bucket: undefined, key: undefined, hostBucket: null };
  }
  const key = slash < 0 ? "" : decodeOnce(path.slice(slash + 1));
  return {
    bucket: requireBucketName(bucket),
    key: key === "" ? undefined : requireKey(key),
    hostBucket: null,
  };
}

const invalidBucket = (): AwsError =>
  awsError("InvalidBucketName", 400, "The specified bucket is not valid.");

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function requireBucketName(name: string): string {
  const wellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name);
  if (!wellFormed || name.includes("..") || name.includes(".-") || name.includes("-.")) throw invalidBucket();
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(name) || name.startsWith("xn--") || name.endsWith("-s3alias"))
    throw invalidBucket();
  return name;
}

const maxKeyBytes = 1024;

export function requireKey(key: string): string {
  if (Buffer.byteLength(key) > maxKeyBytes) throw awsError("KeyTooLongError", 400, "Your key is too long");
  if (key.includes("\0")) throw awsError("InvalidArgument", 400, "Object keys cannot hold NUL.");
  return key;
}

/** Strict percent-encoding of a query name or value, or of one path segment. */
export function encodeStrict(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The one path-style spelling in which an address is forwarded: what was authorized, encoded anew. */
export function canonicalPath(bucket: string, key: string | undefined): string {
  return key === undefined ? `/${bucket}` : `/${bucket}/${key.split("/").map(encodeStrict).join("/")}`;
}
