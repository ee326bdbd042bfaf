import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { account, allowing, bucketPolicy, code, other, s3Road } from "../testing.ts";

const names = (body: string): string[] =>
  [...body.matchAll(/<Name>([^<]*)<\/Name>/g)].map(([, name]) => name ?? "");

test("a bucket belongs to who made it, and its name is nobody else's", async (t) => {
  const s3 = await s3Road(t);
  equal((await s3.call(s3.root, "PUT", "/mine")).status, 200);
  equal(code(await s3.call(s3.root, "PUT", "/mine")), "BucketAlreadyOwnedByYou");
  equal(code(await s3.call(s3.otherRoot, "PUT", "/mine")), "BucketAlreadyExists");
  deepEqual(names((await s3.call(s3.root, "GET", "/")).body), ["mine"]);
  deepEqual(names((await s3.call(s3.otherRoot, "GET", "/")).body), []);
  // Not even the other account's root user may do anything with it.
  const denied = await s3.call(s3.otherRoot, "GET", "/mine");
  deepEqual([denied.status, code(denied)], [403, "AccessDenied"]);
  match(denied.body, /<Message>Access Denied\./);
  equal(s3.received.length, 1);
  equal((await s3.call(s3.root, "DELETE", "/mine")).status, 200);
  equal((await s3.call(s3.otherRoot, "PUT", "/mine")).status, 200);
});

test("of many accounts and requests at once, one gets the name", async (t) => {
  const s3 = await s3Road(t);
  const answers = await Promise.all(
    [s3.root, s3.otherRoot, s3.root, s3.otherRoot].map((keys) => s3.call(keys, "PUT", "/wanted")),
  );
  const owners = new Set<string>();
  for (const keys of [s3.root, s3.otherRoot])
    if (names((await s3.call(keys, "GET", "/")).body).includes("wanted")) owners.add(keys.accessKeyId);
  equal(owners.size, 1);
  equal(
    answers.some(({ status }) => status === 200),
    true,
  );
});

test("what the upstream refuses to make is free again", async (t) => {
  const s3 = await s3Road(t);
  s3.answer = (_request, response) =>
    response.writeHead(400).end("<Error><Code>InvalidRequest</Code></Error>");
  equal(code(await s3.call(s3.root, "PUT", "/mine")), "InvalidRequest");
  s3.answer = (_request, response) => response.end();
  equal((await s3.call(s3.otherRoot, "PUT", "/mine")).status, 200);
});

test("a bucket has the region it was made for", async (t) => {
  const s3 = await s3Road(t);
  const body =
    "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
  const { keys } = await s3.road.user(
    account,
    "Maker",
    allowing("s3:*", "*", { Condition: { StringEquals: { "s3:LocationConstraint": "eu-west-1" } } }),
  );
  equal((await s3.call(keys, "PUT", "/here")).status, 403);
  equal((await s3.call(keys, "PUT", "/here", { body })).status, 200);
  match((await s3.call(s3.root, "GET", "/here", { query: "location" })).body, />eu-west-1</);
  equal((await s3.call(s3.root, "HEAD", "/here")).headers.get("x-amz-bucket-region"), "eu-west-1");
  const stranger = await s3.call(undefined, "HEAD", "/here");
  deepEqual([stranger.status, stranger.headers.get("x-amz-bucket-region")], [403, "eu-west-1"]);
  equal(
    code(await s3.call(s3.root, "PUT", "/there", { body: body.replace("eu-west-1", "nowhere") })),
    "InvalidLocationConstraint",
  );
  equal(
    code(await s3.call(s3.root, "PUT", "/there", { body: "<!DOCTYPE x><CreateBucketConfiguration/>" })),
    "MalformedXML",
  );
});

test("a bucket policy is ours: validated, kept, evaluated, shown, and never forwarded", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt", "src");
  const put = (document: string, keys = s3.root): ReturnType<typeof s3.call> =>
    s3.call(keys, "PUT", "/bkt", { query: "policy", body: document });
  const { user, keys: bob } = await s3.road.user(account, "Bob");
  const { keys: stranger } = await s3.road.user(other, "Stranger", allowing("s3:*", "*"));
  const arn = `arn:aws:iam::${account}:user/Bob`;
  equal(code(await s3.call(s3.root, "GET", "/bkt", { query: "policy" })), "NoSuchBucketPolicy");
  equal((await s3.call(bob, "GET", "/bkt/k")).status, 403);
  equal((await s3.call(stranger, "GET", "/bkt/k")).status, 403);

  const open = bucketPolicy({
    Effect: "Allow",
    Principal: { AWS: [arn, other] },
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::bkt/*",
  });
  equal((await put(open)).status, 204);
  equal((await s3.call(bob, "GET", "/bkt/k")).status, 200);
  equal((await s3.call(stranger, "GET", "/bkt/k")).status, 200);
  equal((await s3.call(bob, "PUT", "/bkt/k")).status, 403);
  const shown = await s3.call(s3.root, "GET", "/bkt", { query: "policy" });
  deepEqual([shown.body, shown.headers.get("content-type")], [open, "application/json"]);

  // A Deny closes it to the owner's root user too, who can still repair the policy.
  equal(
    (
      await put(
        open
          .replace('"Allow"', '"Deny"')
          .replace(`["${arn}","${other}"]`, '"*"')
          .replace("s3:GetObject", "s3:*"),
      )
    ).status,
    204,
  );
  equal((await s3.call(s3.root, "GET", "/bkt/k")).status, 403);
  equal((await s3.call(s3.root, "DELETE", "/bkt", { query: "policy" })).status, 204);
  equal((await s3.call(s3.root, "GET", "/bkt/k")).status, 200);

  // The user that was meant is the one who had the name then.
  equal((await put(open)).status, 204);
  await s3.road.store.write((tx) => tx.users.delete(account, "Bob"));
  match((await s3.call(s3.root, "GET", "/bkt", { query: "policy" })).body, new RegExp(user.userId));
  const { keys: successor } = await s3.road.user(account, "Bob");
  equal((await s3.call(successor, "GET", "/bkt/k")).status, 403);
  equal(
    s3.received.some(({ url }) => url.includes("policy")),
    false,
  );
});

test("bucket policies are refused in S3's words", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const statement = {
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::bkt/*",
  };
  const refused: [string, string, RegExp][] = [
    ["no", "MalformedPolicy", /Policies must be valid JSON/],
    [
      bucketPolicy({ ...statement, Principal: { AWS: `arn:aws:iam::${account}:user/Ghost` } }),
      "MalformedPolicy",
      /Invalid principal in policy/,
    ],
    [
      bucketPolicy({ ...statement, Resource: "arn:aws:s3:::other/*" }),
      "MalformedPolicy",
      /Policy has invalid resource/,
    ],
    [bucketPolicy({ ...statement, Action: "s3:ListBucket" }), "MalformedPolicy", /Action does not apply/],
    [bucketPolicy({ ...statement, Sid: "x".repeat(21_000) }), "MalformedPolicy", /at most 20480 bytes/],
    [
      bucketPolicy({
        ...statement,
        Effect: "Deny",
        Condition: { StringEquals: { "s3:ExistingObjectTag/a": "b" } },
      }),
      "NotImplemented",
      /s3:existingobjecttag/,
    ],
  ];
  for (const [document, expected, message] of refused) {
    const answer = await s3.call(s3.root, "PUT", "/bkt", { query: "policy", body: document });
    equal(code(answer), expected, answer.body);
    match(answer.body, message);
  }
  equal(code(await s3.call(s3.root, "GET", "/bkt", { query: "policy" })), "NoSuchBucketPolicy");
});

test("a bucket made anew has no policy, and another account's policy rights end at its own buckets", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const document = bucketPolicy({
    Effect: "Allow",
    Principal: "*",
    Action: ["s3:*"],
    Resource: ["arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*"],
  });
  equal((await s3.call(s3.root, "PUT", "/bkt", { query: "policy", body: document })).status, 204);
  equal(
    code(await s3.call(s3.otherRoot, "PUT", "/bkt", { query: "policy", body: document })),
    "MethodNotAllowed",
  );
  equal((await s3.call(undefined, "GET", "/bkt/k")).status, 200);
  equal((await s3.call(s3.root, "DELETE", "/bkt")).status, 200);
  equal((await s3.call(s3.root, "PUT", "/bkt")).status, 200);
  equal((await s3.call(undefined, "GET", "/bkt/k")).status, 403);
});

test("a signature in the query is not anonymous, whatever its version", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const document = bucketPolicy({
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::bkt/*",
  });
  equal((await s3.call(s3.root, "PUT", "/bkt", { query: "policy", body: document })).status, 204);
  equal((await s3.call(undefined, "GET", "/bkt/k")).status, 200);
  const expires = Math.floor(s3.road.clock.nowMs / 1000) + 60;
  const forged = await s3.call(undefined, "GET", "/bkt/k", {
    query: `AWSAccessKeyId=${s3.root.accessKeyId}&Signature=AAAA&Expires=${expires}`,
  });
  equal(code(forged), "SignatureDoesNotMatch");
  const unknown = await s3.call(undefined, "GET", "/bkt/k", {
    query: "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00",
  });
  equal(unknown.status >= 400, true);
});

test("DeleteObjects is decided key by key; what is refused never leaves", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const { keys } = await s3.road.user(account, "Bob", allowing("s3:DeleteObject", "arn:aws:s3:::bkt/mine/*"));
  const body = (...objects: string[]): string =>
    `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects.map((one) => `<Object>${one}</Object>`).join("")}</Delete>`;
  s3.answer = (request, response) => {
    const deleted = [...request.body.matchAll(/<Key>([^<]*)/g)].map(
      ([, key]) => `<Deleted><Key>${key}</Key></Deleted>`,
    );
    response.end(`<DeleteResult>${deleted.join("")}</DeleteResult>`);
  };
  const remove = (...objects: string[]): ReturnType<typeof s3.call> =>
    s3.call(keys, "POST", "/bkt", { query: "delete", body: body(...objects) });
  const mixed = await remove(
    "<Key>mine/a&amp;b</Key>",
    "<Key>theirs/c</Key>",
    "<Key>mine/d</Key><VersionId>v</VersionId>",
  );
  equal(mixed.status, 200);
  match(
    mixed.body,
    /<Deleted><Key>mine\/a&amp;b<\/Key><\/Deleted><Error><Key>theirs\/c<\/Key><Code>AccessDenied</,
  );
  match(mixed.body, /<Error><Key>mine\/d<\/Key><VersionId>v<\/VersionId><Code>AccessDenied</);
  equal(s3.received.length, 1);
  equal(s3.received[0]?.body.includes("theirs"), false);

  const none = await remove("<Key>theirs/c</Key>");
  match(none.body, /^<\?xml[^]*<DeleteResult[^>]*><Error><Key>theirs\/c</);
  equal(s3.received.length, 1);
  for (const bad of [
    "",
    "<Delete/>",
    body("<Key/>"),
    body("<Key>a</Key><Key>b</Key>"),
    `<!DOCTYPE d>${body("<Key>mine/a</Key>")}`,
    body(...Array.from({ length: 1001 }, (_, n) => `<Key>mine/${n}</Key>`)),
  ])
    equal(code(await s3.call(keys, "POST", "/bkt", { query: "delete", body: bad })), "MalformedXML");
});

test("a copy needs the source's own consent", async (t) => {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  await s3.road.store.write((tx) =>
    tx.buckets.insert({
      name: "theirs",
      accountId: other,
      region: "us-east-1",
      createdAtMs: 0,
      state: "ready",
    }),
  );
  const copy = (): ReturnType<typeof s3.call> =>
    s3.call(s3.root, "PUT", "/bkt/k", { headers: [["x-amz-copy-source", "/theirs/x%20y"]] });
  equal((await copy()).status, 403);
  const document = bucketPolicy({
    Effect: "Allow",
    Principal: { AWS: account },
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::theirs/*",
  });
  equal((await s3.call(s3.otherRoot, "PUT", "/theirs", { query: "policy", body: document })).status, 204);
  s3.answer = ({ method }, response) => response.writeHead(method === "GET" ? 404 : 200).end();
  equal((await copy()).status, 200);
  equal(s3.received.at(-1)?.headers["x-amz-copy-source"], "/theirs/x%20y");
});
