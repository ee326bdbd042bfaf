import { deepEqual, equal, match } from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { signRequest, signingKey } from "@rolecall/sigv4";
import { account, code, s3Road } from "../testing.ts";
import type { S3Road } from "../testing.ts";

const sha256 = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");

test("what is forwarded is what was authorized, signed anew, without what the client signed with", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const answer = await s3.call(s3.root, "PUT", "/bkt/a%20b//..%2Fc", {
    query: "x-id=PutObject",
    body: "hello",
    headers: [
      ["content-type", "text/plain"],
      ["content-encoding", "gzip,aws-chunked"],
      ["x-amz-meta-color", "blue"],
      ["x-amz-security-token-x", "kept"],
      ["x-forwarded-for", "10.0.0.1"],
      ["x-moto-account-id", "999999999999"],
      // Some servers take an underscore for a hyphen.
      ["x_moto_account_id", "999999999999"],
      ["x-amz_acl", "public-read"],
      // With these a store does more than S3 has, and more than was decided on: it deletes all below a key.
      ["x-minio-force-delete", "true"],
      ["x-rgw-any", "true"],
      ["cookie", "session=1"],
      ["connection", "close"],
      ["expect", "100-continue"],
    ],
  });
  equal(answer.status, 200, answer.body);
  const [got] = s3.received;
  equal(got?.url, "/bkt/a%20b//../c");
  equal(got?.body, "hello");
  const headers = got?.headers ?? {};
  match(headers.authorization ?? "", /^AWS4-HMAC-SHA256 Credential=up\//);
  equal(headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
  equal(headers["content-type"], "text/plain");
  equal(headers["content-encoding"], "gzip");
  equal(headers["content-length"], "5");
  equal(headers["x-amz-meta-color"], "blue");
  for (const gone of [
    "x-forwarded-for",
    "x-moto-account-id",
    "expect",
    "x-amz-security-token",
    "x_moto_account_id",
    "x-amz_acl",
    "x-minio-force-delete",
    "x-rgw-any",
    "cookie",
  ])
    equal(headers[gone], undefined, gone);
  equal(JSON.stringify(got).includes(s3.root.accessKeyId), false);
});

test("an answer goes back with its headers, but for the connection's and the upstream's own", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  s3.answer = (_request, response) => {
    response.writeHead(206, {
      ETag: '"e"',
      "Content-Range": "bytes 0-1/5",
      "x-amz-meta-color": "blue",
      "x-amz-request-id": "theirs",
      Server: "upstream",
    });
    response.end("he");
  };
  const answer = await s3.call(s3.root, "GET", "/bkt/k", { headers: [["range", "bytes=0-1"]] });
  equal(answer.status, 206);
  equal(answer.body, "he");
  equal(answer.headers.get("etag"), '"e"');
  equal(answer.headers.get("content-range"), "bytes 0-1/5");
  equal(answer.headers.get("x-amz-meta-color"), "blue");
  equal(answer.headers.get("server"), undefined);
  equal(answer.headers.get("x-amz-request-id") === "theirs", false);
  equal(s3.received[0]?.headers.range, "bytes=0-1");
});

test("HEAD has the headers of a body, and no body", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  s3.answer = (_request, response) => response.writeHead(200, { "Content-Length": "5", ETag: '"e"' }).end();
  const answer = await s3.call(s3.root, "HEAD", "/bkt/k");
  deepEqual([answer.status, answer.body, answer.headers.get("content-length")], [200, "", "5"]);
});

/** A body in chunks as clients sign them, with the signatures that `forge` leaves. */
function chunkedUpload(
  s3: S3Road,
  chunks: string[],
  forge: { signature?: number; declared?: number; cut?: boolean } = {},
): ReturnType<S3Road["call"]> {
  const decoded = forge.declared ?? Buffer.byteLength(chunks.join(""));
  const head = {
    method: "PUT",
    path: "/bkt/k",
    query: "",
    headers: [
      ["host", "s3.localhost"],
      ["content-encoding", "aws-chunked"],
      ["x-amz-decoded-content-length", String(decoded)],
    ] as [string, string][],
  };
  const signed = signRequest(head, {
    credentials: s3.root,
    region: "eu-west-1",
    service: "s3",
    nowMs: s3.road.clock.nowMs,
    bodySha256: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  });
  const key = signingKey(s3.root.secretAccessKey, signed.amzDate.slice(0, 8), "eu-west-1", "s3");
  let previous = signed.signature;
  let body = "";
  for (const [index, chunk] of [...chunks, ""].entries()) {
    const toSign = [
      "AWS4-HMAC-SHA256-PAYLOAD",
      signed.amzDate,
      signed.scope,
      previous,
      sha256(""),
      sha256(chunk),
    ];
    previous = createHmac("sha256", key).update(toSign.join("\n")).digest("hex");
    const shown = forge.signature === index ? "0".repeat(64) : previous;
    body += `${Buffer.byteLength(chunk).toString(16)};chunk-signature=${shown}\r\n${chunk}\r\n`;
  }
  const bytes = Buffer.from(forge.cut ? body.slice(0, -40) : body);
  return s3.road.send(
    { ...signed, headers: [...signed.headers, ["content-length", String(bytes.length)]] },
    bytes,
  );
}

test("a body in signed chunks arrives whole and plain", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const answer = await chunkedUpload(s3, ["a".repeat(70_000), "b".repeat(10)]);
  equal(answer.status, 200, answer.body);
  equal(s3.received[0]?.body, "a".repeat(70_000) + "b".repeat(10));
  equal(s3.received[0]?.headers["content-length"], "70010");
  equal(s3.received[0]?.headers["content-encoding"], undefined);
});

test("of a body that is not what was signed, no upload is ever completed", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const long = "a".repeat(70_000);
  const cases: [string, () => ReturnType<S3Road["call"]>, string][] = [
    ["first chunk forged", () => chunkedUpload(s3, [long, "b"], { signature: 0 }), "SignatureDoesNotMatch"],
    [
      "last data chunk forged",
      () => chunkedUpload(s3, [long, "b"], { signature: 1 }),
      "SignatureDoesNotMatch",
    ],
    ["end forged", () => chunkedUpload(s3, [long, "b"], { signature: 2 }), "SignatureDoesNotMatch"],
    ["cut off", () => chunkedUpload(s3, [long, "b"], { cut: true }), "IncompleteBody"],
    ["longer than declared", () => chunkedUpload(s3, [long, "b"], { declared: 70_000 }), "IncompleteBody"],
    ["shorter than declared", () => chunkedUpload(s3, [long, "b"], { declared: 70_002 }), "IncompleteBody"],
    [
      "another hash",
      () => s3.call(s3.root, "PUT", "/bkt/k", { body: long, payload: sha256("other") }),
      "XAmzContentSHA256Mismatch",
    ],
    [
      "another MD5",
      () =>
        s3.call(s3.root, "PUT", "/bkt/k", {
          body: long,
          headers: [["content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="]],
        }),
      "BadDigest",
    ],
    [
      "another checksum, payload unsigned",
      () =>
        s3.call(s3.root, "PUT", "/bkt/k", {
          body: long,
          payload: "UNSIGNED-PAYLOAD",
          headers: [["x-amz-checksum-crc32", "AAAAAA=="]],
        }),
      "BadDigest",
    ],
  ];
  for (const [what, run, expected] of cases) {
    const answer = await run();
    equal(code(answer), expected, `${what}: ${answer.status} ${answer.body}`);
  }
  deepEqual(s3.received, []);
});

test("an upstream that does not answer is 503, and leaves no reservation behind forever", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  s3.answer = (_request, response) => response.destroy();
  equal(code(await s3.call(s3.root, "GET", "/bkt/k")), "ServiceUnavailable");
  equal(code(await s3.call(s3.root, "PUT", "/new")), "ServiceUnavailable");
  s3.answer = (_request, response) => response.end();
  // The account that began may go on.
  equal((await s3.call(s3.root, "PUT", "/new")).status, 200);
});

test("whether an object is missing is told to those who may list", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  s3.answer = (_request, response) => response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
  const document = (Action: string[]): { inlinePolicies: { name: string; document: string }[] } => ({
    inlinePolicies: [
      {
        name: "p",
        document: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action, Resource: "*" }],
        }),
      },
    ],
  });
  const { keys: reader } = await s3.road.user(account, "Reader", document(["s3:GetObject"]));
  const { keys: lister } = await s3.road.user(account, "Lister", document(["s3:GetObject", "s3:ListBucket"]));
  equal(code(await s3.call(reader, "GET", "/bkt/k")), "AccessDenied");
  equal((await s3.call(reader, "HEAD", "/bkt/k")).status, 403);
  equal(code(await s3.call(lister, "GET", "/bkt/k")), "NoSuchKey");
});
