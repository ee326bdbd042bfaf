import { test } from "node:test";
import { deepEqual, equal } from "node:assert/strict";
import { assumedRoleArn, formatArn, parseArn, parseEntityArn, roleArn } from "./arn.ts";

test("parse and format are inverse, colons in the resource included", () => {
  for (const text of [
    "arn:aws:iam::111122223333:role/team/deploy",
    "arn:aws:s3:::bucket/a:b/c",
    "arn:aws:sns:eu-west-1:111122223333:topic:sub",
  ]) {
    const arn = parseArn(text);
    equal(arn && formatArn(arn), text);
  }
});

test("what is no ARN is undefined", () => {
  for (const text of [
    "",
    "arn",
    "arn:aws",
    "arn:aws:iam::1",
    "arn:aws:iam:::",
    "ARN:aws:iam::1:x",
    "arn::iam::1:x",
  ])
    equal(parseArn(text), undefined, text);
});

test("an entity's ARN gives its path and name", () => {
  deepEqual(parseEntityArn("arn:aws:iam::111122223333:role/a/b/c"), {
    accountId: "111122223333",
    type: "role",
    path: "/a/b/",
    name: "c",
  });
  equal(parseEntityArn("arn:aws:iam::111122223333:root"), undefined);
  equal(parseEntityArn("arn:aws:sts::111122223333:assumed-role/a/b"), undefined);
  equal(parseEntityArn("arn:aws:iam::111122223333:role/"), undefined);
  equal(roleArn("111122223333", "/a/b/", "c"), "arn:aws:iam::111122223333:role/a/b/c");
});

test("a session's ARN leaves the role's path out", () => {
  equal(assumedRoleArn("111122223333", "foo", "s"), "arn:aws:sts::111122223333:assumed-role/foo/s");
});
