import { deepEqual, equal, match } from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { account, allowing, code, other, s3Road } from "../testing.ts";

const tag = (key: string, value: string): string => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;
const md5 = (text: string): string => createHash("md5").update(text).digest("base64");

test("the tags that are stored are those that were decided on", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const { keys } = await s3.road.user(
    account,
    "Eve",
    allowing("s3:*", "*", {
      Condition: { "ForAllValues:StringEquals": { "s3:RequestObjectTagKeys": ["color"] } },
    }),
  );
  const put = (body: string) =>
    s3.call(keys, "PUT", "/bkt/k", {
      query: "tagging",
      body,
      headers: [
        ["content-md5", md5(body)],
        ["x-amz-checksum-sha256", createHash("sha256").update(body).digest("base64")],
      ],
    });
  const own = tag("color", "b&amp;w");
  const tagging = (...sets: string[]): string =>
    `<Tagging>${sets.map((set) => `<TagSet>${set}</TagSet>`).join("")}</Tagging>`;

  const answer = await put(tagging(`<!-- ${tag("team", "x")} -->${own}`));
  equal(answer.status, 200, answer.body);
  const [got] = s3.received;
  equal(
    got?.body,
    `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${own}</TagSet></Tagging>`,
  );
  equal(got?.headers["content-md5"], md5(got?.body ?? ""));
  equal(got?.headers["x-amz-checksum-sha256"], undefined);

  equal(code(await put(tagging(own, tag("team", "x")))), "MalformedXML");
  equal(code(await put(tagging(`${own}${tag("color", "x")}`))), "InvalidTag");
  equal(code(await put(tagging(`${own}${tag("team", "x")}`))), "AccessDenied");
  equal(code(await put(`<?xml version="1.0" encoding="UTF-7"?>${tagging(own)}`)), "MalformedXML");
  equal(code(await put(`<?xml version="1.0" encoding="utf-8"?>${tagging(own)}`)), undefined);
  equal(s3.received.length, 2);
});

test("no document of one bucket makes the store write into another's", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt", "own");
  await s3.road.store.write((tx) =>
    tx.buckets.insert({
      name: "theirs",
      accountId: other,
      region: "eu-west-1",
      createdAtMs: 0,
      state: "ready",
    }),
  );
  const logging = (bucket: string): string =>
    `<BucketLoggingStatus><LoggingEnabled><TargetBucket>${bucket}</TargetBucket><TargetPrefix/></LoggingEnabled></BucketLoggingStatus>`;
  const replication = (...buckets: string[]): string =>
    `<ReplicationConfiguration><Role>r</Role>${buckets
      .map((bucket) => `<Rule><Destination><Bucket>arn:aws:s3:::${bucket}</Bucket></Destination></Rule>`)
      .join("")}</ReplicationConfiguration>`;
  const restore = (more: string): string => `<RestoreRequest><Days>1</Days>${more}</RestoreRequest>`;
  const output = "<OutputLocation><S3><BucketName>theirs</BucketName></S3></OutputLocation>";
  const rows: [method: string, path: string, query: string, body: string, expected: string | undefined][] = [
    ["PUT", "/bkt", "logging", "<BucketLoggingStatus/>", undefined],
    ["PUT", "/bkt", "logging", logging("own"), undefined],
    ["PUT", "/bkt", "logging", logging("theirs"), "AccessDenied"],
    ["PUT", "/bkt", "logging", logging("nobodys"), "AccessDenied"],
    ["PUT", "/bkt", "replication", replication("own"), undefined],
    ["PUT", "/bkt", "replication", replication("own", "theirs"), "AccessDenied"],
    ["PUT", "/bkt", "replication", replication("own").replace("arn:aws:s3:::", ""), "AccessDenied"],
    ["POST", "/bkt/k", "restore", restore(""), undefined],
    ["POST", "/bkt/k", "restore", restore(output), "NotImplemented"],
    [
      "POST",
      "/bkt/k",
      "restore",
      restore(output.replaceAll(/(<\/?)/g, "$1x:")).replace(">", ' xmlns:x="x">'),
      "NotImplemented",
    ],
  ];
  for (const [method, path, query, body, expected] of rows) {
    const before = s3.received.length;
    const answer = await s3.call(s3.root, method, path, { query, body });
    equal(code(answer), expected, `${body} ${answer.body}`);
    deepEqual(
      s3.received.slice(before).map((got) => got.body),
      expected === undefined ? [body] : [],
      body,
    );
  }
  match(JSON.stringify(s3.road.events.at(-1)), /RestoreObject/);
});
