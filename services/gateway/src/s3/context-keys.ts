import type { ContextEntries } from "@rolecall/access";
import { awsError } from "@rolecall/model";
import { header } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { CopySource, S3Input } from "./input.ts";
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

/** Headers that are condition keys of another name. */
const renamedHeaders = {
  "x-amz-object-lock-mode": "object-lock-mode",
  "x-amz-object-lock-retain-until-date": "object-lock-retain-until-date",
  "x-amz-object-lock-legal-hold": "object-lock-legal-hold",
} as const;

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
  for (const [name, key] of Object.entries(renamedHeaders)) add(key, header(request, name));
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
function requestedTags({ row, exchange, body }: S3Input): ObjectTag[] | undefined {
  if (row.name === "PutObjectTagging" && body) return taggingOf(body);
  const text = header(exchange.request, "x-amz-tagging");
  if (text === undefined) return undefined;
  const tags = [...new URLSearchParams(text)];
  // Of two values of one key, one would be decided on and the other stored.
  if (new Set(tags.map(([key]) => key)).size !== tags.length)
    throw awsError(
      "InvalidArgument",
      400,
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    );
  return tags;
}
