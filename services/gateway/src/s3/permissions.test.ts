import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { account, allowing, code, other, s3Road } from "../testing.ts";
import type { S3Road } from "../testing.ts";

type Header = [string, string];

const tagging = (...tags: [string, string][]): string =>
  `<Tagging><TagSet>${tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join("")}</TagSet></Tagging>`;

/** Answers what is asked for the tags of an object, and everything else with nothing. */
const withTags =
  (status: number, body: string): S3Road["answer"] =>
  ({ method, url }, response) =>
    method === "GET" && url.includes("tagging") ? response.writeHead(status).end(body) : response.end();

const objects = (...actions: string[]) =>
  allowing(
    actions.map((action) => `s3:${action}`),
    "*",
  );

test("tags go with a copy only for those who may read and put them", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt", "src");
  const plain = ["PutObject", "GetObject", "GetObjectVersion"];
  const { keys: copier } = await s3.road.user(account, "copier", objects(...plain));
  const { keys: reader } = await s3.road.user(account, "reader", objects(...plain, "GetObjectTagging"));
  const { keys: tagger } = await s3.road.user(account, "tagger", objects(...plain, "PutObjectTagging"));
  const { keys: both } = await s3.road.user(
    account,
    "both",
    objects(...plain, "GetObjectTagging", "PutObjectTagging"),
  );
  const copy = (keys: typeof copier, headers: Header[] = [], source = "/src/k") =>
    s3.call(keys, "PUT", "/bkt/k", { headers: [["x-amz-copy-source", source], ...headers] });
  const directive = (value: string): Header => ["x-amz-tagging-directive", value];

  s3.answer = withTags(200, tagging(["class", "secret"]));
  for (const keys of [copier, reader, tagger]) {
    equal(code(await copy(keys)), "AccessDenied");
    equal(code(await copy(keys, [directive("COPY")])), "AccessDenied");
  }
  // Of a version it is the permission on a version.
  equal(code(await copy(both, [], "/src/k?versionId=v")), "AccessDenied");
  equal(s3.received.at(-1)?.url, "/src/k?tagging=&versionId=v");
  deepEqual(
    s3.received.filter(({ method }) => method === "PUT"),
    [],
  );

  // Who may take them along asks for nothing first.
  s3.received.length = 0;
  equal((await copy(both)).status, 200);
  equal((await copy(copier, [directive("REPLACE")])).status, 200);
  deepEqual(
    s3.received.map(({ method, headers }) => [method, headers["x-amz-tagging-directive"]]),
    [
      ["PUT", undefined],
      ["PUT", "REPLACE"],
    ],
  );

  // Where there are none, none are copied that come meanwhile.
  for (const answer of [withTags(200, tagging()), withTags(404, ""), withTags(501, "")]) {
    s3.received.length = 0;
    s3.answer = answer;
    equal((await copy(copier)).status, 200);
    equal(s3.received.at(-1)?.headers["x-amz-tagging-directive"], "REPLACE");
    equal(s3.received.at(-1)?.headers["x-amz-copy-source"], "/src/k");
  }
  for (const answer of [withTags(403, ""), withTags(200, "<html>")]) {
    s3.answer = answer;
    equal(code(await copy(copier)), "AccessDenied");
  }
});

test("what a copy is not decided on is not asked of the upstream first", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt", "src");
  const { keys } = await s3.road.user(account, "Eve", objects("PutObject"));
  const { keys: stranger } = await s3.road.user(other, "Stranger", objects("*"));
  for (const one of [keys, stranger])
    equal(
      code(await s3.call(one, "PUT", "/bkt/k", { headers: [["x-amz-copy-source", "/src/k"]] })),
      "AccessDenied",
    );
  deepEqual(s3.received, []);
});

test("tags of a header are a copy's only when it replaces them", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt", "src");
  const { keys } = await s3.road.user(
    account,
    "Eve",
    allowing(["s3:*"], "*", { Condition: { StringEquals: { "s3:RequestObjectTag/class": "open" } } }),
  );
  const copy = (one: typeof keys, ...headers: Header[]) =>
    s3.call(one, "PUT", "/bkt/k", {
      headers: [["x-amz-copy-source", "/src/k"], ["x-amz-tagging", "class=open"], ...headers],
    });
  equal(code(await copy(keys)), "AccessDenied", "the source's tags are copied, not these");
  equal((await copy(keys, ["x-amz-tagging-directive", "REPLACE"])).status, 200);
  equal(s3.received.at(-1)?.headers["x-amz-tagging"], "class=open");
  equal((await copy(s3.root)).status, 200);
  equal(s3.received.at(-1)?.headers["x-amz-tagging"], undefined);
  for (const name of ["x-amz-tagging-directive", "x-amz-metadata-directive"])
    equal(code(await copy(s3.root, [name, "replace"])), "InvalidArgument", name);
});

test("the tags of a header go on as they were read", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  for (const [sent, forwarded] of [
    ["a=1&b=x%20y", "a=1&b=x%20y"],
    ["?a=1", "%3Fa=1"],
    ["a=1;b=2", "a=1%3Bb%3D2"],
    ["a=x+y&&b", "a=x%20y&b="],
  ]) {
    const answer = await s3.call(s3.root, "PUT", "/bkt/k", { headers: [["x-amz-tagging", sent ?? ""]] });
    equal(answer.status, 200, answer.body);
    equal(s3.received.at(-1)?.headers["x-amz-tagging"], forwarded);
  }
  equal(
    code(await s3.call(s3.root, "PUT", "/bkt/k", { headers: [["x-amz-tagging", "a=%ff"]] })),
    "InvalidArgument",
  );
});

test("a store does not unpack an archive into keys that nobody decided on", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  for (const [method, path, query] of [
    ["PUT", "/bkt/k.tar", ""],
    ["POST", "/bkt/k.tar", "uploads"],
  ] as const)
    equal(
      code(
        await s3.call(s3.root, method, path, {
          query,
          headers: [["X-Amz-Meta-Snowball-Auto-Extract", "true"]],
        }),
      ),
      "NotImplemented",
    );
  deepEqual(s3.received, []);
});

test("who writes or deletes on condition of an ETag must be able to read it", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt", "src");
  const { keys: blind } = await s3.road.user(account, "blind", objects("PutObject", "DeleteObject"));
  const { keys: seeing } = await s3.road.user(
    account,
    "seeing",
    objects("PutObject", "DeleteObject", "GetObject"),
  );
  const rows = [
    ["PUT", ""],
    ["POST", "uploadId=u"],
    ["DELETE", ""],
  ] as const;
  for (const [method, query] of rows) {
    const send = (keys: typeof blind, name: string, value: string) =>
      s3.call(keys, method, "/bkt/k", { query, headers: [[name, value]] });
    equal(code(await send(blind, "if-match", '"e"')), "AccessDenied", method);
    equal((await send(seeing, "if-match", '"e"')).status, 200, method);
    equal((await send(blind, "If-Match", "*")).status, 200, method);
    equal((await send(blind, "if-none-match", "*")).status, 200, method);
  }
});

test("conditional writes can be enforced as S3's guide shows it", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt", "src");
  const { keys } = await s3.road.user(account, "Alice", {
    inlinePolicies: [
      ...allowing("s3:*", "*").inlinePolicies,
      {
        name: "deny",
        document: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              Action: "s3:PutObject",
              Resource: "*",
              Condition: {
                Null: { "s3:if-none-match": "true" },
                Bool: { "s3:ObjectCreationOperation": "true" },
              },
            },
          ],
        }),
      },
    ],
  });
  const rows: [string, string, Header[], boolean][] = [
    ["PUT", "", [], false],
    ["PUT", "", [["if-none-match", "*"]], true],
    ["PUT", "", [["x-amz-copy-source", "src/k"]], false],
    ["POST", "uploadId=u", [], false],
    ["POST", "uploadId=u", [["if-none-match", "*"]], true],
    ["POST", "uploads", [], true],
    ["PUT", "uploadId=u&partNumber=1", [], true],
    ["PUT", "uploadId=u&partNumber=1", [["x-amz-copy-source", "src/k"]], true],
  ];
  for (const [method, query, headers, allowed] of rows) {
    const answer = await s3.call(keys, method, "/bkt/k", { query, headers });
    equal(answer.status, allowed ? 200 : 403, `${method} ${query} ${JSON.stringify(headers)} ${answer.body}`);
  }
});

test("who has a store replicate as a role must be allowed to pass the role", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt", "own");
  const document = (role: string): string =>
    `<ReplicationConfiguration><Role>${role}</Role><Rule><Destination><Bucket>arn:aws:s3:::own</Bucket></Destination></Rule></ReplicationConfiguration>`;
  const put = (keys: typeof s3.root, role: string) =>
    s3.call(keys, "PUT", "/bkt", { query: "replication", body: document(role) });
  const copier = `arn:aws:iam::${account}:role/copier`;
  const { keys: eve } = await s3.road.user(account, "eve", objects("*"));
  const passing = allowing("iam:PassRole", copier, {
    Condition: { StringEquals: { "iam:PassedToService": "s3.amazonaws.com" } },
  }).inlinePolicies.map((one) => ({ ...one, name: "pass" }));
  const { keys: bob } = await s3.road.user(account, "bob", {
    inlinePolicies: [...objects("*").inlinePolicies, ...passing],
  });
  equal(code(await put(eve, copier)), "AccessDenied");
  equal(code(await put(bob, `arn:aws:iam::${account}:role/other`)), "AccessDenied");
  equal(code(await put(s3.root, `arn:aws:iam::${other}:role/copier`)), "AccessDenied", "another account's");
  deepEqual(s3.received, []);
  equal((await put(bob, copier)).status, 200);
  equal((await put(s3.root, copier)).status, 200);
  // Stores have roles of their own, which nobody here passes.
  equal((await put(eve, "arn:minio:replication::id:own")).status, 200);
  const otherwise = ["aws-cn:iam", "aws:IAM", ":iam"].map((spelt) => copier.replace("aws:iam", spelt));
  for (const role of [`${copier}</Role><Role>x`, ` ${copier}`, ...otherwise])
    equal(code(await put(bob, role)), "MalformedXML", role);
});

test("an ACL of a bucket needs the bucket's permission alone", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const { keys } = await s3.road.user(account, "Eve", allowing("s3:PutBucketAcl", "arn:aws:s3:::bkt"));
  const answer = await s3.call(keys, "PUT", "/bkt", { query: "acl", headers: [["x-amz-acl", "private"]] });
  equal(answer.status, 200, answer.body);
});

test("strangers cannot choose the headers of what a bucket shows to all", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  await s3.road.store.write(async (tx) => {
    const bucket = await tx.buckets.get("bkt");
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::bkt/*" },
      ],
    });
    if (bucket) await tx.buckets.put({ ...bucket, policy: { document, principalIds: {} } });
  });
  const get = (keys: typeof s3.root | undefined, query: string) => s3.call(keys, "GET", "/bkt/k", { query });
  equal((await get(undefined, "")).status, 200);
  equal((await get(s3.root, "response-content-type=text%2Fhtml")).status, 200);
  equal(code(await get(undefined, "response-content-type=text%2Fhtml")), "InvalidRequest");
});

test("of an object's attributes, too, only who may list learns that it is missing", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  s3.answer = (_request, response) => response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
  const { keys } = await s3.road.user(account, "Eve", objects("GetObject", "GetObjectAttributes"));
  const { keys: lister } = await s3.road.user(
    account,
    "Lister",
    objects("GetObject", "GetObjectAttributes", "ListBucket"),
  );
  const get = (one: typeof keys) =>
    s3.call(one, "GET", "/bkt/k", {
      query: "attributes",
      headers: [["x-amz-object-attributes", "ETag"]],
    });
  equal(code(await get(keys)), "AccessDenied");
  equal(code(await get(lister)), "NoSuchKey");
});
