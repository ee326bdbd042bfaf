import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { account, code, other, s3Road } from "../testing.ts";
import type { S3Road } from "../testing.ts";
import { s3Operations } from "./operations.ts";

type Header = [string, string];

/** Method, address, query, headers; the operation, and what must be allowed on which resource. */
const rows: [string, string, string, Header[], string][] = [
  ["GET", "/", "", [], "ListBuckets: ListAllMyBuckets *"],
  ["GET", "/bkt", "", [], "ListObjects: ListBucket bkt"],
  ["GET", "/bkt/", "list-type=2&prefix=a%2F", [], "ListObjectsV2: ListBucket bkt"],
  ["GET", "/bkt", "versions", [], "ListObjectVersions: ListBucketVersions bkt"],
  ["GET", "/bkt", "uploads", [], "ListMultipartUploads: ListBucketMultipartUploads bkt"],
  ["HEAD", "/bkt", "", [], "HeadBucket: ListBucket bkt"],
  ["PUT", "/new", "", [], "CreateBucket: CreateBucket new"],
  ["PUT", "/new", "", [["x-amz-acl", "private"]], "CreateBucket: CreateBucket new"],
  ["PUT", "/new", "", [["x-amz-acl", "public-read"]], "CreateBucket: CreateBucket new, PutBucketAcl new"],
  ["DELETE", "/bkt", "", [], "DeleteBucket: DeleteBucket bkt"],
  ["DELETE", "/bkt", "tagging", [], "DeleteBucketTagging: PutBucketTagging bkt"],
  ["GET", "/bkt", "location", [], "GetBucketLocation: GetBucketLocation bkt"],
  ["PUT", "/bkt", "versioning", [], "PutBucketVersioning: PutBucketVersioning bkt"],
  ["GET", "/bkt", "policy", [], "GetBucketPolicy: GetBucketPolicy bkt"],
  ["GET", "/bkt", "lifecycle", [], "GetBucketLifecycleConfiguration: GetLifecycleConfiguration bkt"],
  ["DELETE", "/bkt", "encryption", [], "DeleteBucketEncryption: PutEncryptionConfiguration bkt"],
  ["GET", "/bkt/k", "", [], "GetObject: GetObject bkt/k"],
  ["GET", "/bkt/a%20b/%2e%2e/c", "x-id=GetObject", [], "GetObject: GetObject bkt/a b/../c"],
  ["GET", "/bkt//k", "", [], "GetObject: GetObject bkt//k"],
  ["GET", "/bkt/k%2525", "", [], "GetObject: GetObject bkt/k%25"],
  ["HEAD", "/bkt/k", "versionId=v1", [], "HeadObject: GetObjectVersion bkt/k"],
  ["GET", "/bkt/k", "acl", [], "GetObjectAcl: GetObjectAcl bkt/k"],
  ["GET", "/bkt/k", "tagging&versionId=v", [], "GetObjectTagging: GetObjectVersionTagging bkt/k"],
  ["GET", "/bkt/k", "attributes", [], "GetObjectAttributes: GetObject bkt/k, GetObjectAttributes bkt/k"],
  ["PUT", "/bkt/k", "", [], "PutObject: PutObject bkt/k"],
  ["PUT", "/bkt/k", "", [["x-amz-acl", "public-read"]], "PutObject: PutObject bkt/k, PutObjectAcl bkt/k"],
  ["PUT", "/bkt/k", "", [["x-amz-grant-read", "id=x"]], "PutObject: PutObject bkt/k, PutObjectAcl bkt/k"],
  ["PUT", "/bkt/k", "", [["x-amz-tagging", "a=b"]], "PutObject: PutObject bkt/k, PutObjectTagging bkt/k"],
  [
    "PUT",
    "/bkt/k",
    "",
    [
      ["x-amz-object-lock-mode", "GOVERNANCE"],
      ["x-amz-object-lock-legal-hold", "ON"],
    ],
    "PutObject: PutObject bkt/k, PutObjectRetention bkt/k, PutObjectLegalHold bkt/k",
  ],
  [
    "PUT",
    "/bkt/k",
    "",
    [["x-amz-copy-source", "/src/x%2Fy"]],
    "CopyObject: PutObject bkt/k, GetObject src/x/y",
  ],
  [
    "PUT",
    "/bkt/k",
    "",
    [["x-amz-copy-source", "src/x?versionId=v1"]],
    "CopyObject: PutObject bkt/k, GetObjectVersion src/x",
  ],
  [
    "PUT",
    "/bkt/k",
    "partNumber=1&uploadId=u",
    [["x-amz-copy-source", "src/x"]],
    "UploadPartCopy: PutObject bkt/k, GetObject src/x",
  ],
  ["PUT", "/bkt/k", "partNumber=1&uploadId=u", [], "UploadPart: PutObject bkt/k"],
  ["POST", "/bkt/k", "uploads", [], "CreateMultipartUpload: PutObject bkt/k"],
  ["POST", "/bkt/k", "uploadId=u", [], "CompleteMultipartUpload: PutObject bkt/k"],
  ["DELETE", "/bkt/k", "uploadId=u", [], "AbortMultipartUpload: AbortMultipartUpload bkt/k"],
  ["GET", "/bkt/k", "uploadId=u", [], "ListParts: ListMultipartUploadParts bkt/k"],
  ["DELETE", "/bkt/k", "", [], "DeleteObject: DeleteObject bkt/k"],
  ["DELETE", "/bkt/k", "versionId=null", [], "DeleteObject: DeleteObjectVersion bkt/k"],
  [
    "DELETE",
    "/bkt/k",
    "",
    [["x-amz-bypass-governance-retention", "true"]],
    "DeleteObject: DeleteObject bkt/k, BypassGovernanceRetention bkt/k",
  ],
];

interface Record {
  evaluations: { action: string; resource: string; context: object }[];
}

/** The record of the last denial; there is none before. */
async function denialOf(s3: S3Road): Promise<Record | undefined> {
  return s3.road.store.write(async (tx) => {
    const [entry] = await tx.decisions.listBy("byExpiry", [], { limit: 1 });
    if (entry) await tx.decisions.delete(entry.record.id);
    return entry?.record.record as Record | undefined;
  });
}

test("each request needs the actions that S3 asks for, on the address as it is decoded once", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt", "src");
  // Eve may do nothing, and the record of a denial names every check.
  const { keys } = await s3.road.user(account, "Eve");
  for (const [method, path, query, headers, expected] of rows) {
    const answer = await s3.call(keys, method, path, { query, headers });
    equal(answer.status, 403, `${expected}: ${answer.body}`);
    const record = await denialOf(s3);
    const checks = record?.evaluations.map(
      ({ action, resource }) => `${action.replace("s3:", "")} ${resource.replace("arn:aws:s3:::", "")}`,
    );
    equal(
      `${s3.road.events.at(-1)?.eventName}: ${checks?.join(", ")}`,
      expected,
      `${method} ${path}?${query}`,
    );
  }
  deepEqual(s3.received, [], "nothing of it reached the upstream");
});

test("the context has S3's keys", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const { keys } = await s3.road.user(account, "Eve");
  await s3.call(keys, "GET", "/bkt", { query: "list-type=2&prefix=home%2Feve%2F&delimiter=%2F&max-keys=7" });
  const listing = (await denialOf(s3))?.evaluations[0]?.context as { [key: string]: unknown };
  equal(listing["s3:prefix"], "home/eve/");
  equal(listing["s3:delimiter"], "/");
  equal(listing["s3:max-keys"], "7");
  equal(listing["s3:authType"], "REST-HEADER");
  equal(listing["s3:ResourceAccount"], account);
  await s3.call(keys, "PUT", "/bkt/k", {
    headers: [
      ["x-amz-server-side-encryption", "aws:kms"],
      ["x-amz-tagging", "a=1&b=2"],
    ],
  });
  const put = (await denialOf(s3))?.evaluations[0]?.context as { [key: string]: unknown };
  equal(put["s3:x-amz-server-side-encryption"], "aws:kms");
  equal(put["s3:RequestObjectTag/a"], "1");
  deepEqual(put["s3:RequestObjectTagKeys"], ["a", "b"]);
});

test("a copy's source is one text, however it is spelt", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt", "src");
  const { keys } = await s3.road.user(account, "Eve");
  for (const spelling of ["src/a b", "/src/a%20b", "%73rc/%61%20b", "src%2Fa b"]) {
    await s3.call(keys, "PUT", "/bkt/k", { headers: [["x-amz-copy-source", spelling]] });
    const context = (await denialOf(s3))?.evaluations[0]?.context as { [key: string]: unknown };
    equal(context["s3:x-amz-copy-source"], "src/a b", spelling);
  }
  await s3.call(keys, "PUT", "/bkt/k", { headers: [["x-amz-copy-source", "/src/a?versionId=%76"]] });
  const context = (await denialOf(s3))?.evaluations[0]?.context as { [key: string]: unknown };
  equal(context["s3:x-amz-copy-source"], "src/a?versionId=v");
});

test("what the table does not have is refused, never taken for something shorter", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const refused: [string, string, string, Header[], string][] = [
    ["DELETE", "/bkt", "metadataConfiguration", [], "NotImplemented"],
    ["GET", "/bkt", "Policy", [], "NotImplemented"],
    ["PUT", "/bkt", "publicAccessBlock", [], "NotImplemented"],
    ["GET", "/bkt/k", "torrent", [], "NotImplemented"],
    ["PUT", "/bkt/k", "uploadId=u", [], "NotImplemented"],
    ["DELETE", "/bkt/k", "acl", [], "NotImplemented"],
    ["PATCH", "/bkt/k", "", [], "MethodNotAllowed"],
    ["GET", "/bkt/k", "versionId=a&versionId=b", [], "InvalidArgument"],
    ["DELETE", "/bkt/k", "versionId=", [], "InvalidArgument"],
    ["GET", "/bkt/k", "versionId=a&versionid=b", [], "InvalidArgument"],
    ["GET", "/bkt/%ff", "", [], "InvalidURI"],
    ["GET", "/bkt/k%00", "", [], "InvalidArgument"],
    ["GET", "/..%2Fbkt/k", "", [], "InvalidBucketName"],
    ["GET", "/BKT/k", "", [], "InvalidBucketName"],
    ["GET", `/bkt/${"x".repeat(1025)}`, "", [], "KeyTooLongError"],
    ["GET", "/none/k", "", [], "NoSuchBucket"],
    ["PUT", "/bkt/k", "", [["x-amz-copy-source", "none/k"]], "NoSuchBucket"],
    ["PUT", "/bkt/k", "", [["x-amz-copy-source", "bkt"]], "InvalidArgument"],
    ["PUT", "/bkt/k", "", [["x-amz-copy-source", "bkt/%zz"]], "InvalidArgument"],
    [
      "PUT",
      "/bkt/k",
      "",
      [["x-amz-copy-source", "arn:aws:s3:eu-west-1:1:accesspoint/a/object/k"]],
      "NotImplemented",
    ],
    ["GET", "/bkt/k", "", [["x-amz-copy-source", "bkt/k"]], "InvalidArgument"],
    // Of two values one would be decided on, and the other might be what the upstream takes.
    ...["x-amz-acl", "x-amz-grant-read", "x-amz-tagging", "x-amz-copy-source", "x-amz-storage-class"].map(
      (name): [string, string, string, Header[], string] => [
        "PUT",
        "/bkt/k",
        "",
        [
          [name, "bkt/private"],
          [name.toUpperCase(), "bkt/public"],
        ],
        "InvalidArgument",
      ],
    ),
  ];
  for (const [method, path, query, headers, expected] of refused) {
    const answer = await s3.call(s3.root, method, path, { query, headers });
    equal(code(answer), expected, `${method} ${path}?${query} ${answer.body}`);
    equal(answer.status >= 400 && answer.status < 500, true, answer.body);
  }
  deepEqual(s3.received, []);
});

test("a bucket that is not whose the client expects it to be is not touched", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt", "src");
  const copy: Header = ["x-amz-copy-source", "src/k"];
  const rows: [string, string, string, Header[], string][] = [
    ["GET", "/bkt/k", "", [], ""],
    ["PUT", "/bkt/k", "", [], ""],
    ["POST", "/bkt", "delete", [], "<Delete><Object><Key>k</Key></Object></Delete>"],
    ["PUT", "/bkt", "policy", [], "{}"],
    ["HEAD", "/bkt", "", [], ""],
    ["PUT", "/bkt/k", "", [copy], ""],
  ];
  const send = (at: number, name: string, owner: string) => {
    const [method, path, query, headers, body] = rows[at] ?? ["GET", "/", "", [], ""];
    return s3.call(s3.root, method, path, { query, body, headers: [...headers, [name, owner]] });
  };
  for (const at of rows.keys())
    equal((await send(at, "x-amz-expected-bucket-owner", other)).status, 403, JSON.stringify(rows[at]));
  equal((await send(5, "x-amz-source-expected-bucket-owner", other)).status, 403);
  deepEqual(s3.received, []);
  equal((await send(0, "x-amz-expected-bucket-owner", account)).status, 200);
  equal((await send(5, "x-amz-source-expected-bucket-owner", account)).status, 200);
  equal(/expected-bucket-owner/.test(JSON.stringify(s3.received)), false, "the upstream knows no owners");
});

test("every operation has a name of its own", () => {
  deepEqual(new Set(s3Operations.map(({ name }) => name)).size, s3Operations.length);
});
