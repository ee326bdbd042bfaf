import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { account, allowing, bucketPolicy, code, other, s3Road } from "../testing.ts";

// The client decides how long it takes until the body of his request is there. What is decided on it, and what is in it
// to decide, is decided as things stand then.

const deletion = "<Delete><Object><Key>k</Key></Object></Delete>";
const policy = bucketPolicy({
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::bkt/*",
});

/** Requests whose document comes late. */
const late: [method: string, path: string, query: string, body: string][] = [
  ["POST", "/bkt", "delete", deletion],
  ["PUT", "/bkt", "policy", policy],
  ["PUT", "/bkt", "acl", "<AccessControlPolicy/>"],
  ["PUT", "/bkt/k", "acl", "<AccessControlPolicy/>"],
  ["PUT", "/bkt/k", "tagging", "<Tagging><TagSet/></Tagging>"],
  ["PUT", "/new", "", ""],
];

test("who lost his key while his document was on its way does nothing with it", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  for (const [at, [method, path, query, body]] of late.entries()) {
    const { keys } = await s3.road.user(account, `Eve${at}`, allowing("s3:*", "*"));
    const answer = await s3.call(keys, method, path, {
      query,
      body,
      beforeBody: () =>
        s3.road.store.write(async (tx) => {
          const key = await tx.accessKeys.get(keys.accessKeyId);
          if (key) await tx.accessKeys.put({ ...key, status: "Inactive" });
        }),
    });
    equal(code(answer), "InvalidAccessKeyId", `${method} ${path}?${query} ${answer.body}`);
  }
  deepEqual(s3.received, []);
  equal((await s3.road.store.read((tx) => tx.buckets.get("bkt")))?.policy, undefined);
});

test("a session, and a permission, that ended while the document was on its way are over", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const { clock } = s3.road;
  const startMs = clock.nowMs;
  const role = await s3.road.role(account, "eve", {}, allowing("s3:*", "*"));
  const claims = {
    kind: "assumed-role",
    accountId: account,
    entityId: role.roleId,
    sessionName: "s",
  } as const;
  const until = new Date(startMs + 60_000).toISOString();
  const { keys: timed } = await s3.road.user(
    account,
    "Eve",
    allowing("s3:*", "*", { Condition: { DateLessThan: { "aws:CurrentTime": until } } }),
  );
  for (const [method, path, query, body] of late)
    for (const [keys, expected] of [
      [s3.road.session(claims), "ExpiredToken"],
      [timed, "AccessDenied"],
    ] as const) {
      const answer = await s3.call(keys, method, path, {
        query,
        body,
        beforeBody: () => Promise.resolve((clock.nowMs += 3_600_000)),
      });
      equal(code(answer), expected, `${method} ${path}?${query} ${answer.body}`);
      clock.nowMs = startMs;
    }
  deepEqual(s3.received, []);
});

test("who lost his permission while his document was on its way is refused", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  for (const [at, [method, path, query, body]] of late.entries()) {
    const { user, keys } = await s3.road.user(account, `Eve${at}`, allowing("s3:*", "*"));
    const answer = await s3.call(keys, method, path, {
      query,
      body,
      beforeBody: () => s3.road.store.write((tx) => tx.users.put({ ...user, inlinePolicies: [] })),
    });
    equal(code(answer), "AccessDenied", `${method} ${path}?${query} ${answer.body}`);
  }
  deepEqual(s3.received, []);
});

test("a bucket policy that was put meanwhile counts, and another's bucket of the same name is another", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const closed = bucketPolicy({
    Effect: "Deny",
    Principal: "*",
    Action: "s3:DeleteObject",
    Resource: "arn:aws:s3:::bkt/*",
  });
  const change = (facts: object) => () =>
    s3.road.store.write(async (tx) => {
      const bucket = await tx.buckets.get("bkt");
      if (bucket) await tx.buckets.put({ ...bucket, ...facts });
    });
  const send = (facts: object) =>
    s3.call(s3.root, "POST", "/bkt", { query: "delete", body: deletion, beforeBody: change(facts) });
  equal(code(await send({ policy: { document: closed, principalIds: {} } })), "AccessDenied");
  equal(code(await send({ policy: undefined, accountId: other })), "AccessDenied");
  deepEqual(s3.received, []);
});

const theirs = {
  name: "bkt",
  accountId: other,
  region: "eu-west-1",
  createdAtMs: 1,
  state: "ready" as const,
};

test("a bucket that another has made meanwhile is his, though the upstream makes it for everybody", async (t) => {
  const s3 = await s3Road(t);
  s3.answer = (_request, response) => {
    s3.road.store
      .write((tx) => tx.buckets.put(theirs))
      .then(
        () => response.end(),
        () => response.destroy(),
      );
  };
  equal(code(await s3.call(s3.root, "PUT", "/bkt")), "BucketAlreadyExists");
  deepEqual(await s3.road.store.read((tx) => tx.buckets.get("bkt")), theirs);
});

test("a bucket that was taken over while it was being deleted stays its new owner's", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  s3.answer = (_request, response) => {
    s3.road.store
      .write((tx) => tx.buckets.put(theirs))
      .then(
        () => response.writeHead(404).end(),
        () => response.destroy(),
      );
  };
  equal(code(await s3.call(s3.root, "DELETE", "/bkt")), "NoSuchBucket");
  deepEqual(await s3.road.store.read((tx) => tx.buckets.get("bkt")), theirs);
});
