import { test } from "node:test";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { iam, sts } from "@rolecall/model";
import { operation, queryService } from "./query-service.ts";
import type { Operation, OperationContext } from "./operation.ts";
import type { Service } from "./service.ts";
import { allowing, testRoad } from "./testing.ts";
import { identify } from "./identify.ts";
import type { Exchange } from "./exchange.ts";

const account = "111122223333";
const stsForm = (Action: string, more: Record<string, string> = {}): Record<string, string> => ({
  Action,
  Version: "2011-06-15",
  ...more,
});

/** A service of two operations: one that everybody may call, one that needs permission and counts its calls. */
function testService(handled: string[], checks?: (context: OperationContext) => "none" | []): Service {
  const open = operation(sts, "GetCallerIdentity", {
    authorization: () => "none",
    handle: async (_input, { caller }) => ({ Arn: caller.arn }),
  });
  const guarded = operation(sts, "GetAccessKeyInfo", {
    authorization: (_input, context) => checks?.(context) ?? { resource: "*" },
    async handle({ AccessKeyId }) {
      handled.push(AccessKeyId);
      return { Account: account };
    },
  });
  const failing = operation(sts, "GetSessionToken", {
    authorization: () => "none",
    handle: () => Promise.reject(new Error("secret detail: hunter2")),
  });
  return queryService(sts, [open, guarded, failing], { homeRegion: undefined });
}

const info = stsForm("GetAccessKeyInfo", { AccessKeyId: "AKIAIOSFODNN7EXAMPLE" });

test("handle runs only after every check was allowed", async () => {
  const handled: string[] = [];
  const road = await testRoad([testService(handled)]);
  await road.account(account);
  const { keys } = await road.user(account, "bob");
  const refused = await road.call(keys, info);
  equal(refused.status, 403);
  match(refused.body, /because no identity-based policy allows the sts:GetAccessKeyInfo action/);
  deepEqual(handled, []);
  const { keys: allowed } = await road.user(account, "ann", {
    inlinePolicies: [allowing("sts:GetAccessKeyInfo")],
  });
  equal((await road.call(allowed, info)).status, 200);
  equal(handled.length, 1);
});

test("an operation that names no checks is a bug, and is not handled", async () => {
  const handled: string[] = [];
  const road = await testRoad([testService(handled, () => [])]);
  const root = await road.account(account);
  const answer = await road.call(root, info);
  equal(answer.status, 500);
  equal(handled.length, 0);
  equal(road.failures.length, 1);
});

test("a bug answers ServiceFailure without its cause", async () => {
  const road = await testRoad([testService([])]);
  const root = await road.account(account);
  const answer = await road.call(root, stsForm("GetSessionToken"));
  equal(answer.status, 500);
  match(answer.body, /<Code>ServiceFailure<\/Code>/);
  ok(!answer.body.includes("hunter2"));
  ok(String(road.failures[0]).includes("hunter2"));
});

test("a denial names a record that holds the whole explanation", async () => {
  const road = await testRoad([testService([])], { explain: "inline" });
  await road.account(account);
  const condition = { Condition: { StringEquals: { "aws:SourceIp": "203.0.113.1" } } };
  const { keys } = await road.user(account, "bob", { inlinePolicies: [allowing("sts:*", "*", condition)] });
  const { body } = await road.call(keys, info);
  match(
    body,
    /Reason: no identity-based policy allows sts:GetAccessKeyInfo; closest: statement 1 of inline policy &quot;allowing&quot; wants StringEquals aws:SourceIp 203\.0\.113\.1, which is 192\.0\.2\.7\./,
  );
  const id = /authorization id: ([0-9a-z]{25})<\/Message>/.exec(body)?.[1];
  ok(id);
  const stored = await road.store.read((tx) => tx.decisions.get(id));
  equal(stored?.accountId, account);
  match(JSON.stringify(stored?.record), /"failedAt":"condition"/);
});

test("an answer whose event cannot be written is not given", async () => {
  const failing = {
    append: () => Promise.reject(new Error("disk full")),
    recent: async () => [],
    async *backwards() {},
    close: async () => undefined,
  };
  const road = await testRoad([testService([])], { audit: failing });
  const root = await road.account(account);
  const answer = await road.call(root, stsForm("GetCallerIdentity"));
  equal(answer.status, 500);
  ok(!answer.body.includes(account));
});

test("every request leaves one event, whatever became of it", async () => {
  const road = await testRoad([testService([])]);
  const root = await road.account(account);
  const { keys } = await road.user(account, "bob");
  await road.call(root, stsForm("GetCallerIdentity"));
  await road.call(keys, info);
  await road.call(undefined, stsForm("GetCallerIdentity"));
  await road.call(root, stsForm("NoSuchOperation"));
  await road.call({ ...root, secretAccessKey: "wrong" }, stsForm("GetCallerIdentity"));
  deepEqual(
    road.events.map((event) => [event.eventName, event.errorCode, event.recipientAccountId]),
    [
      ["GetCallerIdentity", undefined, account],
      ["GetAccessKeyInfo", "AccessDenied", account],
      ["GetCallerIdentity", "MissingAuthenticationToken", "anonymous"],
      ["Unknown", "InvalidAction", "anonymous"],
      ["GetCallerIdentity", "SignatureDoesNotMatch", "anonymous"],
    ],
  );
});

test("a changed byte anywhere in what was signed is refused", async () => {
  const road = await testRoad([testService([])]);
  const root = await road.account(account);
  const changes: ((headers: [string, string][]) => [string, string][])[] = [
    (headers) => headers.map(([n, v]) => (n === "host" ? [n, "evil.example"] : [n, v])),
    (headers) =>
      headers.map(([n, v]) => (n.toLowerCase() === "x-amz-date" ? [n, v.replace(/.Z$/, "9Z")] : [n, v])),
    (headers) => headers.filter(([n]) => n !== "content-type"),
  ];
  for (const change of changes) {
    const answer = await road.call(root, stsForm("GetCallerIdentity"), {
      tamper: (head) => ({ ...head, headers: change(head.headers.map(([n, v]) => [n, v])) }),
    });
    ok(answer.status === 403 || answer.status === 400, answer.body);
  }
  const query = await road.call(root, stsForm("GetCallerIdentity"), {
    tamper: (head) => ({ ...head, query: "a=b" }),
  });
  equal(query.status, 403);
  const path = await road.call(root, stsForm("GetCallerIdentity"), {
    tamper: (head) => ({ ...head, path: "/x" }),
  });
  equal(path.status, 403);
});

test("which service a request is for", () => {
  const services = ["iam", "sts", "s3", "rolecall"].map(
    (id) => ({ id, signingNames: [id] }) as unknown as Service,
  );
  const fallback = services[2] as Service;
  const directory = { services, fallback, unknown: (name: string) => ({ id: `unknown ${name}` }) as Service };
  const of = (method: string, path: string, query: string, headers: [string, string][]): string =>
    identify({ request: { method, path, query, headers } } as unknown as Exchange, directory).id;
  const scope = (service: string): [string, string] => [
    "Authorization",
    `AWS4-HMAC-SHA256 Credential=AKIA/20260927/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  ];
  const form: [string, string] = ["Content-Type", "application/x-www-form-urlencoded"];
  equal(of("POST", "/", "", [scope("iam")]), "iam");
  equal(of("POST", "/", "", [scope("sts"), form]), "sts");
  equal(of("GET", "/bucket/key", "", [scope("s3")]), "s3");
  equal(of("POST", "/", "", [scope("dynamodb")]), "unknown dynamodb");
  equal(of("GET", "/", "X-Amz-Credential=AKIA%2F20260927%2Fus-east-1%2Fsts%2Faws4_request", []), "sts");
  equal(of("POST", "/", "", [["X-Amz-Target", "DynamoDB_20120810.ListTables"]]), "unknown DynamoDB_20120810");
  equal(of("POST", "/", "", [form]), "sts");
  equal(of("GET", "/", "Action=ListUsers&Version=2010-05-08", []), "iam");
  equal(of("GET", "/bucket/key", "", []), "s3");
  equal(of("GET", "/_rolecall/accounts", "", []), "rolecall");
  equal(of("POST", "/", "", [["Host", "iam.amazonaws.com"]]), "iam");
});

test("what the model has and we have not is refused by name", async () => {
  const none: Operation[] = [];
  const road = await testRoad([queryService(iam, none, { homeRegion: "us-east-1" })]);
  const root = await road.account(account);
  const answer = await road.call(root, { Action: "ListUsers", Version: "2010-05-08" });
  equal(answer.status, 400);
  match(
    answer.body,
    /<Code>NotImplemented<\/Code><Message>Rolecall does not implement the operation ListUsers yet\./,
  );
});

test("large bodies are read for callers whose key exists, and for nobody else", async () => {
  const op = operation(sts, "GetAccessKeyInfo", {
    authorization: () => "none",
    handle: async () => ({ Account: account }),
  });
  const service = queryService(sts, [op], { homeRegion: undefined, maxFormBytesOfCallers: 3_000_000 });
  const road = await testRoad([service]);
  const root = await road.account(account);
  const padded = (length: number): Record<string, string> => ({ ...info, Unknown: "x".repeat(length) });
  equal((await road.call(root, padded(2_000_000))).status, 200);
  equal((await road.call(root, padded(3_000_000))).status, 413);
  const stranger = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" };
  equal((await road.call(stranger, padded(2_000_000))).status, 413);
  equal((await road.call(undefined, padded(2_000_000))).status, 413);
  equal((await road.call({ ...root, sessionToken: "x" }, padded(2_000_000))).status, 413);
  equal((await road.call(stranger, padded(1000))).status, 403);
});
