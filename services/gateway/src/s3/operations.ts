import { awsError } from "@rolecall/model";
import { header } from "@rolecall/pipeline";
import type { HttpRequestHead } from "@rolecall/sigv4";
import type { S3Address } from "./address.ts";
import type { S3Query } from "./query.ts";

type Level = "service" | "bucket" | "object";

/** One S3 operation: how it is recognised, and what it is authorized as. */
export interface S3OperationRow {
  name: string;
  method: string;
  level: Level;
  /** Query parameters that must be there; the first names the subresource. */
  needs?: readonly string[];
  /** Query parameters that may be there. Any other is refused, never ignored. */
  takes?: readonly string[];
  /** A header that must be there, or must not. */
  copies?: boolean;
  /** The action; two when the address names a version. */
  action: string;
  versionAction?: string;
  readOnly: boolean;
}

const listing = ["prefix", "delimiter", "max-keys", "encoding-type"];
/** Headers of the answer that a request may choose, if it is signed. */
export const overrides = [
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
  "response-content-language",
  "response-content-type",
  "response-expires",
];

const read = (
  name: string,
  method: string,
  level: Level,
  action: string,
  more: Partial<S3OperationRow> = {},
): S3OperationRow => ({ name, method, level, action, readOnly: true, ...more });
const write = (
  name: string,
  method: string,
  level: Level,
  action: string,
  more: Partial<S3OperationRow> = {},
): S3OperationRow => ({ name, method, level, action, readOnly: false, ...more });
/** Get, put and delete of a bucket's subresource whose three actions follow one name. */
const bucketPart = (
  part: string,
  name: string,
  get: string,
  put: string,
  remove?: string,
): S3OperationRow[] => [
  read(`GetBucket${name}`, "GET", "bucket", `s3:${get}`, { needs: [part] }),
  write(`PutBucket${name}`, "PUT", "bucket", `s3:${put}`, { needs: [part] }),
  ...(remove === undefined
    ? []
    : [write(`DeleteBucket${name}`, "DELETE", "bucket", `s3:${remove}`, { needs: [part] })]),
];

/**
 * Every S3 operation that is served. Rows with more requirements are tried first; a request that fits none is
 * refused.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export const s3Operations: readonly S3OperationRow[] = [
  read("ListBuckets", "GET", "service", "s3:ListAllMyBuckets", {
    takes: ["prefix", "max-buckets", "continuation-token", "bucket-region"],
  }),

  read("ListObjectsV2", "GET", "bucket", "s3:ListBucket", {
    needs: ["list-type"],
    takes: [...listing, "continuation-token", "start-after", "fetch-owner"],
  }),
  read("ListObjects", "GET", "bucket", "s3:ListBucket", { takes: [...listing, "marker"] }),
  read("ListObjectVersions", "GET", "bucket", "s3:ListBucketVersions", {
    needs: ["versions"],
    takes: [...listing, "key-marker", "version-id-marker"],
  }),
  read("ListMultipartUploads", "GET", "bucket", "s3:ListBucketMultipartUploads", {
    needs: ["uploads"],
    takes: ["prefix", "delimiter", "max-uploads", "encoding-type", "key-marker", "upload-id-marker"],
  }),
  read("HeadBucket", "HEAD", "bucket", "s3:ListBucket"),
  write("CreateBucket", "PUT", "bucket", "s3:CreateBucket"),
  write("DeleteBucket", "DELETE", "bucket", "s3:DeleteBucket"),
  write("DeleteObjects", "POST", "bucket", "s3:DeleteObject", {
    needs: ["delete"],
    versionAction: "s3:DeleteObjectVersion",
  }),
  read("GetBucketLocation", "GET", "bucket", "s3:GetBucketLocation", { needs: ["location"] }),
  ...bucketPart("policy", "Policy", "GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"),
  ...bucketPart("versioning", "Versioning", "GetBucketVersioning", "PutBucketVersioning"),
  // Deleting tags, CORS, lifecycle, encryption, replication needs the permission to put them.
  ...bucketPart("tagging", "Tagging", "GetBucketTagging", "PutBucketTagging", "PutBucketTagging"),
  ...bucketPart("cors", "Cors", "GetBucketCORS", "PutBucketCORS", "PutBucketCORS"),
  ...bucketPart(
    "lifecycle",
    "LifecycleConfiguration",
    "GetLifecycleConfiguration",
    "PutLifecycleConfiguration",
    "PutLifecycleConfiguration",
  ),
  ...bucketPart(
    "encryption",
    "Encryption",
    "GetEncryptionConfiguration",
    "PutEncryptionConfiguration",
    "PutEncryptionConfiguration",
  ),
  ...bucketPart(
    "replication",
    "Replication",
    "GetReplicationConfiguration",
    "PutReplicationConfiguration",
    "PutReplicationConfiguration",
  ),
  ...bucketPart("website", "Website", "GetBucketWebsite", "PutBucketWebsite", "DeleteBucketWebsite"),
  ...bucketPart(
    "ownershipControls",
    "OwnershipControls",
    "GetBucketOwnershipControls",
    "PutBucketOwnershipControls",
    "PutBucketOwnershipControls",
  ),
  ...bucketPart("acl", "Acl", "GetBucketAcl", "PutBucketAcl"),
  ...bucketPart("logging", "Logging", "GetBucketLogging", "PutBucketLogging"),
  ...bucketPart(
    "notification",
    "NotificationConfiguration",
    "GetBucketNotification",
    "PutBucketNotification",
  ),
  ...bucketPart("requestPayment", "RequestPayment", "GetBucketRequestPayment", "PutBucketRequestPayment"),
  ...bucketPart(
    "accelerate",
    "AccelerateConfiguration",
    "GetAccelerateConfiguration",
    "PutAccelerateConfiguration",
  ),
  read("GetObjectLockConfiguration", "GET", "bucket", "s3:GetBucketObjectLockConfiguration", {
    needs: ["object-lock"],
  }),
  write("PutObjectLockConfiguration", "PUT", "bucket", "s3:PutBucketObjectLockConfiguration", {
    needs: ["object-lock"],
  }),

  read("GetObject", "GET", "object", "s3:GetObject", {
    versionAction: "s3:GetObjectVersion",
    takes: ["versionId", "partNumber", ...overrides],
  }),
  read("HeadObject", "HEAD", "object", "s3:GetObject", {
    versionAction: "s3:GetObjectVersion",
    takes: ["versionId", "partNumber", ...overrides],
  }),
  read("GetObjectAttributes", "GET", "object", "s3:GetObject", {
    needs: ["attributes"],
    versionAction: "s3:GetObjectVersion",
    takes: ["versionId", "max-parts", "part-number-marker"],
  }),
  read("GetObjectAcl", "GET", "object", "s3:GetObjectAcl", {
    needs: ["acl"],
    versionAction: "s3:GetObjectVersionAcl",
    takes: ["versionId"],
  }),
  read("GetObjectTagging", "GET", "object", "s3:GetObjectTagging", {
    needs: ["tagging"],
    versionAction: "s3:GetObjectVersionTagging",
    takes: ["versionId"],
  }),
  read("GetObjectRetention", "GET", "object", "s3:GetObjectRetention", {
    needs: ["retention"],
    takes: ["versionId"],
  }),
  read("GetObjectLegalHold", "GET", "object", "s3:GetObjectLegalHold", {
    needs: ["legal-hold"],
    takes: ["versionId"],
  }),
  read("ListParts", "GET", "object", "s3:ListMultipartUploadParts", {
    needs: ["uploadId"],
    takes: ["max-parts", "part-number-marker"],
  }),
  write("PutObject", "PUT", "object", "s3:PutObject", { copies: false }),
  write("CopyObject", "PUT", "object", "s3:PutObject", { copies: true }),
  write("UploadPart", "PUT", "object", "s3:PutObject", { needs: ["uploadId", "partNumber"], copies: false }),
  write("UploadPartCopy", "PUT", "object", "s3:PutObject", {
    needs: ["uploadId", "partNumber"],
    copies: true,
  }),
  write("PutObjectAcl", "PUT", "object", "s3:PutObjectAcl", {
    needs: ["acl"],
    versionAction: "s3:PutObjectVersionAcl",
    takes: ["versionId"],
  }),
  write("PutObjectTagging", "PUT", "object", "s3:PutObjectTagging", {
    needs: ["tagging"],
    versionAction: "s3:PutObjectVersionTagging",
    takes: ["versionId"],
  }),
  write("PutObjectRetention", "PUT", "object", "s3:PutObjectRetention", {
    needs: ["retention"],
    takes: ["versionId"],
  }),
  write("PutObjectLegalHold", "PUT", "object", "s3:PutObjectLegalHold", {
    needs: ["legal-hold"],
    takes: ["versionId"],
  }),
  write("CreateMultipartUpload", "POST", "object", "s3:PutObject", { needs: ["uploads"] }),
  write("CompleteMultipartUpload", "POST", "object", "s3:PutObject", { needs: ["uploadId"] }),
  read("SelectObjectContent", "POST", "object", "s3:GetObject", { needs: ["select", "select-type"] }),
  write("RestoreObject", "POST", "object", "s3:RestoreObject", { needs: ["restore"], takes: ["versionId"] }),
  write("DeleteObject", "DELETE", "object", "s3:DeleteObject", {
    versionAction: "s3:DeleteObjectVersion",
    takes: ["versionId"],
  }),
  write("DeleteObjectTagging", "DELETE", "object", "s3:DeleteObjectTagging", {
    needs: ["tagging"],
    versionAction: "s3:DeleteObjectVersionTagging",
    takes: ["versionId"],
  }),
  write("AbortMultipartUpload", "DELETE", "object", "s3:AbortMultipartUpload", { needs: ["uploadId"] }),
];

const byShape = new Map<string, S3OperationRow[]>();
for (const row of [...s3Operations].sort((a, b) => (b.needs?.length ?? 0) - (a.needs?.length ?? 0)))
  byShape.set(`${row.method} ${row.level}`, [...(byShape.get(`${row.method} ${row.level}`) ?? []), row]);

/**
 * Names the operation of a request.
 * @throws NotImplemented for a request that no row describes, above all one with an unknown subresource: taking
 *   it for the shorter operation (`DELETE /b?unknown` for DeleteBucket) would be a hole.
 */
export function nameS3Operation(head: HttpRequestHead, address: S3Address, query: S3Query): S3OperationRow {
  const level: Level =
    address.bucket === undefined ? "service" : address.key === undefined ? "bucket" : "object";
  const copies = header(head, "x-amz-copy-source") !== undefined;
  const rows = byShape.get(`${head.method} ${level}`) ?? [];
  const row = rows.find(
    ({ needs = [], copies: wanted }) =>
      needs.every((name) => query.has(name)) && (wanted === undefined || wanted === copies),
  );
  if (!row)
    throw awsError("MethodNotAllowed", 405, "The specified method is not allowed against this resource.");
  for (const name of query.keys())
    if (!row.needs?.includes(name) && !row.takes?.includes(name))
      throw awsError(
        "NotImplemented",
        400,
        `Rolecall has no authorization mapping for the parameter ${name.slice(0, 64)} of ${row.name}, so it refuses the request.`,
      );
  if (row.copies === undefined && copies)
    throw awsError("InvalidArgument", 400, `${row.name} takes no x-amz-copy-source header.`);
  return row;
}
