import { after, before, test } from "node:test";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { presign } from "@rolecall/sigv4";
import { clients, failure } from "./clients.ts";
import type { Clients } from "./clients.ts";
import { removeDirectory, startProcess, temporaryDirectory } from "./server-process.ts";
import type { Keys, ServerProcess } from "./server-process.ts";

const data = temporaryDirectory();
let server: ServerProcess;
let s3: Clients["s3"];
let keys: Keys;

before(async () => {
  server = await startProcess(data);
  keys = server.profile();
  ({ s3 } = clients(server, keys));
  await s3.send(new CreateBucketCommand({ Bucket: "conformance" }));
});
after(async () => {
  await server.kill("SIGTERM");
  removeDirectory(data);
});

const Bucket = "conformance";

const text = async (Key: string): Promise<string> =>
  (await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? "";

test("a bucket of another region says which", async () => {
  const { s3: west } = clients(server, keys, "eu-west-1");
  const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
  await west.send(new CreateBucketCommand({ Bucket: "conformance-west", CreateBucketConfiguration }));
  equal((await s3.send(new HeadBucketCommand({ Bucket: "conformance-west" }))).BucketRegion, "eu-west-1");
  const location = await s3.send(new GetBucketLocationCommand({ Bucket: "conformance-west" }));
  equal(location.LocationConstraint, "eu-west-1");
  const { Buckets } = await s3.send(new ListBucketsCommand({}));
  deepEqual(Buckets?.map(({ Name }) => Name).sort(), [Bucket, "conformance-west"]);
  await west.send(new DeleteBucketCommand({ Bucket: "conformance-west" }));
});

test("objects go up and come down as they are, of whatever name", async () => {
  const names = [
    "plain",
    "with blank",
    "plus+sign",
    "per%25cent",
    "ünïcode/✓",
    "quote'()*!",
    "a=b&c;d",
    "folder/",
  ];
  for (const Key of names) {
    const Body = `body of ${Key}`;
    await s3.send(
      new PutObjectCommand({ Bucket, Key, Body, ContentType: "text/x", Metadata: { color: "blue" } }),
    );
    equal(await text(Key), Body);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    deepEqual(
      [head.ContentLength, head.ContentType, head.Metadata],
      [Buffer.byteLength(Body), "text/x", { color: "blue" }],
    );
  }
  const listed = await s3.send(new ListObjectsV2Command({ Bucket }));
  deepEqual(listed.Contents?.map(({ Key }) => Key ?? "").toSorted(), names.toSorted());
  for (const Key of names) {
    await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: `copy/${Key}`,
        CopySource: `${Bucket}/${encodeURIComponent(Key)}`,
      }),
    );
    equal(await text(`copy/${Key}`), `body of ${Key}`);
  }
});

test("a stream of unknown length, and a megabyte of bytes, arrive whole", async () => {
  const parts = Array.from({ length: 64 }, (_, n) => Buffer.alloc(16_384, n));
  const whole = Buffer.concat(parts);
  await s3.send(new PutObjectCommand({ Bucket, Key: "bytes", Body: whole }));
  await s3.send(
    new PutObjectCommand({ Bucket, Key: "stream", Body: Readable.from(parts), ContentLength: whole.length }),
  );
  for (const Key of ["bytes", "stream"]) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    ok(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(whole), Key);
  }
  const range = await s3.send(new GetObjectCommand({ Bucket, Key: "bytes", Range: "bytes=16383-16384" }));
  deepEqual([...((await range.Body?.transformToByteArray()) ?? [])], [0, 1]);
});

test("an upload in parts, tags, and deletion of many", async () => {
  const Key = "big";
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const part = Buffer.alloc(5 * 1024 * 1024, "p");
  const Parts = [];
  for (const PartNumber of [1, 2]) {
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: part }));
    Parts.push({ PartNumber, ETag });
  }
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  equal((await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength, 2 * part.length);

  const Tagging = { TagSet: [{ Key: "team", Value: "blue" }] };
  await s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging }));
  deepEqual((await s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet, Tagging.TagSet);

  const Objects = [{ Key }, { Key: "never there" }];
  const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  deepEqual([Deleted?.length, Errors], [2, undefined]);
  equal((await failure(s3.send(new GetObjectCommand({ Bucket, Key })))).name, "NoSuchKey");
});

test("what the development store cannot do is said, and not retried as a server error", async () => {
  const refused = await failure(s3.send(new PutObjectCommand({ Bucket, Key: "a//b", Body: "x" })));
  deepEqual([refused.name, refused.$metadata.httpStatusCode], ["NotImplemented", 400]);
  for (const Key of ["../../escape", "a/../b", "./a"]) {
    const { name } = await failure(s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" })));
    equal(name, "NotImplemented");
  }
  const abort = new AbortMultipartUploadCommand({ Bucket, Key: "k", UploadId: "u" });
  match((await failure(s3.send(abort))).message, /does not implement AbortMultipartUpload/);
  equal((await failure(s3.send(new DeleteBucketCommand({ Bucket })))).name, "BucketNotEmpty");
});

test("a presigned link opens its object until it ends, and no other", async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: "linked", Body: "through a link" }));
  const link = (path: string, nowMs: number): string => {
    const head = {
      method: "GET",
      path,
      query: "",
      headers: [["host", new URL(server.url).host] as [string, string]],
    };
    const signed = presign(head, {
      credentials: keys,
      region: "us-east-1",
      service: "s3",
      nowMs,
      bodySha256: "UNSIGNED-PAYLOAD",
      expiresSeconds: 60,
    });
    return `${server.url}${signed.path}?${signed.query}`;
  };
  const good = await fetch(link(`/${Bucket}/linked`, Date.now()));
  equal(await good.text(), "through a link");
  const over = await fetch(link(`/${Bucket}/linked`, Date.now() - 61_000));
  equal(over.status, 403);
  match(await over.text(), /<Message>Request has expired/);
  const moved = await fetch(link(`/${Bucket}/linked`, Date.now()).replace("/linked", "/bytes"));
  equal(moved.status, 403);
  equal((await fetch(`${server.url}/${Bucket}/linked`)).status, 403);
});
