import type { ContextEntries } from "@rolecall/access";
import { header } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { CopySource, S3Input } from "./input.ts";
import { lockContext } from "./object-lock.ts";
import { taggingOf } from "./tagging.ts";
import type { ObjectTag } from "./tagging.ts";

/** Headers that are condition keys of the same name. */
const headerKeys = [
  "x-amz-acl",
  "x-amz-metadata-directive",
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-server-side-encryption-customer-algorithm",
  "x-amz-storage-class",
  "x-amz-website-redirect-location",
  "x-amz-object-ownership",
  "x-amz-grant-full-control",
  "x-amz-grant-read",
  "x-amz-grant-read-acp",
  "x-amz-grant-write",
  "x-amz-grant-write-acp",
] as const;

/** Operations of `s3:PutObject`, and whether the object is there after them. */
const creations = new Map([
  ["PutObject", true],
  ["CopyObject", true],
  ["CompleteMultipartUpload", true],
  ["CreateMultipartUpload", false],
  ["UploadPart", false],
  ["UploadPartCopy", false],
]);

const listings = new Set(["ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"]);
const listingKeys = { prefix: "prefix", delimiter: "delimiter", "max-keys": "max-keys" } as const;

/**
 * S3's condition keys that follow from the request. `s3:ExistingObjectTag` is never there: it would need to be
 * asked of the upstream.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys
 */
export function s3Context(input: S3Input, context: OperationContext): ContextEntries {
  const { query, row } = input;
  const { request } = input.exchange;
  const { signature } = context;
  const entries: Record<string, string | string[] | undefined> = {};
  const add = (name: string, value: string | string[] | undefined): void => {
    if (value !== undefined) entries[`s3:${name}`] = value;
  };

  for (const name of headerKeys) add(name, header(request, name));
  if (input.copySource) add("x-amz-copy-source", sourceText(input.copySource));
  if (input.lock) Object.assign(entries, lockContext(input.lock, context.nowMs));
  if (!row.readOnly) for (const name of ["if-match", "if-none-match"]) add(name, header(request, name));
  add("ObjectCreationOperation", creations.get(row.name)?.toString());
  if (listings.has(row.name))
    for (const [name, key] of Object.entries(listingKeys)) add(key, query.get(name));
  add("VersionId", query.get("versionId"));
  add("x-amz-content-sha256", signature?.contentSha256);
  if (signature) {
    add("authType", signature.place === "header" ? "REST-HEADER" : "REST-QUERY-STRING");
    add("signatureversion", signature.version === "sigv4" ? "AWS4-HMAC-SHA256" : "AWS");
    // Defined for presigned requests alone, in milliseconds.
    if (signature.place === "query" && signature.signedAtMs !== undefined)
      add("signatureAge", String(Math.max(0, context.nowMs - signature.signedAtMs)));
  }
  add("TlsVersion", request.tls?.version.replace(/^TLSv/, ""));
  add("ResourceAccount", input.owned?.accountId);
  const tags = requestedTags(input);
  if (tags) {
    for (const [key, value] of tags) add(`RequestObjectTag/${key}`, value);
    add(
      "RequestObjectTagKeys",
      tags.map(([key]) => key),
    );
  }
  return entries;
}

/** `BUCKET/KEY` as AWS's examples have it: of many spellings of one source one would match a pattern, another not. */
const sourceText = ({ bucket, key, versionId }: CopySource): string =>
  `${bucket}/${key}${versionId === undefined ? "" : `?versionId=${versionId}`}`;

/** Tags that an object is to get, from the header or the document. */
const requestedTags = ({ row, body, tags }: S3Input): readonly ObjectTag[] | undefined =>
  row.name === "PutObjectTagging" && body ? taggingOf(body) : tags;
