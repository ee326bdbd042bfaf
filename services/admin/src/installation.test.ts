import { test } from "node:test";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { memoryAuditSink } from "@rolecall/audit";
import { allowing, testRoad } from "@rolecall/pipeline/testing";
import type { TestAnswer } from "@rolecall/pipeline/testing";
import { signRequest } from "@rolecall/sigv4";
import type { SigningCredentials } from "@rolecall/sigv4";
import { adminService, firstAccountSetting } from "./index.ts";

const account = "111122223333";
const other = "444455556666";

async function story(allowed = true) {
  const offsets: number[] = [];
  const masterKeys = { count: 1 };
  const admin = adminService(
    memoryAuditSink(),
    { allowed, setClockOffset: (ms) => offsets.push(ms) },
    { masterKeyCount: () => masterKeys.count, rotateMaster: () => masterKeys.count++ },
  );
  const road = await testRoad([admin]);
  const root = await road.account(account);
  await road.store.write((tx) => tx.settings.put({ name: firstAccountSetting, value: account }));
  const call = (
    keys: SigningCredentials,
    method: string,
    path: string,
    input?: object,
  ): Promise<TestAnswer> => {
    const body = Buffer.from(input === undefined ? "" : JSON.stringify(input));
    return road.send(
      signRequest(
        { method, path, query: "", headers: [["host", "localhost"]] },
        {
          credentials: keys,
          region: "us-east-1",
          service: "rolecall",
          nowMs: road.clock.nowMs,
          bodySha256: createHash("sha256").update(body).digest("hex"),
        },
      ),
      body,
    );
  };
  return { road, root, call, offsets };
}

test("a reset leaves the first account with its root keys, and nothing else that anybody made", async () => {
  const { road, root, call } = await story();
  const otherRoot = await road.account(other);
  const { keys: bob } = await road.user(account, "Bob", { inlinePolicies: [allowing("rolecall:*")] });
  const role = await road.role(account, "foo", { Version: "2012-10-17", Statement: [] });
  const session = road.session({
    kind: "assumed-role",
    accountId: account,
    entityId: role.roleId,
    sessionName: "s1",
  });
  await road.store.write(async (tx) => {
    const found = await tx.accounts.get(account);
    if (found) await tx.accounts.put({ ...found, organizationId: "o-abcdefghij" });
    await tx.accountAliases.insert({ alias: "mine", accountId: account });
  });
  // Not even whoever may administer everything else.
  equal((await call(bob, "POST", "/_rolecall/reset")).status, 403);
  const answer = await call(root, "POST", "/_rolecall/reset");
  equal(answer.status, 200, answer.body);
  for (const keys of [otherRoot, bob, session])
    match((await call(keys, "GET", "/_rolecall/accounts")).body, /UnrecognizedClientException/);
  const accounts = await call(root, "GET", "/_rolecall/accounts");
  equal(accounts.status, 200, accounts.body);
  deepEqual(
    (JSON.parse(accounts.body) as { accounts: { id: string }[] }).accounts.map(({ id }) => id),
    [account],
  );
  const left = await road.store.read(async (tx) => ({
    users: await tx.users.list([], { limit: 10 }),
    roles: await tx.roles.list([], { limit: 10 }),
    aliases: await tx.accountAliases.list([], { limit: 10 }),
    keys: (await tx.accessKeys.list([], { limit: 10 })).map(({ accessKeyId }) => accessKeyId),
    organization: (await tx.accounts.get(account))?.organizationId,
  }));
  deepEqual(left, { users: [], roles: [], aliases: [], keys: [root.accessKeyId], organization: undefined });
});

test("neither reset nor clock without --allow-reset, whoever asks", async () => {
  const { root, call, offsets } = await story(false);
  for (const [path, input] of [
    ["/_rolecall/reset", undefined],
    ["/_rolecall/clock", { offsetMs: 1 }],
  ] as const) {
    const answer = await call(root, "POST", path, input);
    equal(answer.status, 403);
    match(answer.body, /was not started with --allow-reset/);
  }
  deepEqual(offsets, []);
});

test("what is no member of a request is refused, also where JavaScript has something of that name", async () => {
  const { root, call } = await story();
  for (const name of ["toString", "constructor", "hasOwnProperty", "other"]) {
    const answer = await call(root, "POST", "/_rolecall/sessions/revoke", { [name]: "ASIAAAAAAAAAAAAAAAAA" });
    equal(answer.status, 400, answer.body);
  }
  const question = { principal: account, action: "s3:GetObject", resource: "*" };
  for (const value of [1, null, [1], [["a"]], {}, [[[[["a"]]]]]]) {
    const answer = await call(root, "POST", "/_rolecall/simulate", {
      ...question,
      context: { "aws:x": value },
    });
    equal(answer.status, 400, answer.body);
  }
  const answer = await call(root, "POST", "/_rolecall/clock", { offsetMs: 1, offsetMS: 2 });
  equal(answer.status, 400, answer.body);
});

test("a simulation decides on each spelling of a key, as requests are decided on", async () => {
  const { road, root, call } = await story();
  const document = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "iam:TagUser", Resource: "*" },
      {
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestTag/team": "red" } },
      },
    ],
  });
  const { user } = await road.user(account, "Bob", { inlinePolicies: [{ name: "p", document }] });
  const effect = async (context: object) => {
    const answer = await call(root, "POST", "/_rolecall/simulate", {
      principal: `arn:aws:iam::${account}:user/${user.name}`,
      action: "iam:TagUser",
      resource: `arn:aws:iam::${account}:user/x`,
      context,
    });
    equal(answer.status, 200, answer.body);
    return (JSON.parse(answer.body) as { explanation: { decision: { effect: string } } }).explanation.decision
      .effect;
  };
  const [team, Team] = ["aws:RequestTag/team", "aws:RequestTag/Team"];
  equal(await effect({ [team]: "blue", [Team]: "blue" }), "Allow");
  equal(await effect({ [team]: "red", [Team]: "blue" }), "Deny");
  equal(await effect({ [team]: "blue", [Team]: "red" }), "Deny");
});

test("token keys are rotated and listed, the master key by whoever keeps it", async () => {
  const { road, root, call } = await story();
  const before = road.keyRing.current.id;
  const session = road.session({ kind: "session-token", accountId: account, entityId: account });
  equal((await call(root, "POST", "/_rolecall/keys/rotate", { key: "token" })).status, 200);
  ok(road.keyRing.current.id !== before);
  // Sealed under the old key, and alive.
  equal((await call(session, "GET", "/_rolecall/accounts")).status, 200);
  equal((await call(root, "POST", "/_rolecall/keys/rotate", { key: "master" })).status, 200);
  const { tokenKeys, masterKeys } = JSON.parse((await call(root, "GET", "/_rolecall/keys")).body) as {
    tokenKeys: { id: string; retiresAt?: string }[];
    masterKeys: number;
  };
  deepEqual(
    tokenKeys.map(({ id, retiresAt }) => [id, retiresAt]),
    [
      [road.keyRing.current.id, undefined],
      [before, "2026-09-29T01:00:00.000Z"],
    ],
  );
  equal(masterKeys, 2);
  for (const input of [
    {},
    { key: "other" },
    { key: "token", account },
    { key: "web-identity" },
    { key: "token", x: 1 },
  ])
    equal((await call(root, "POST", "/_rolecall/keys/rotate", input)).status, 400);
  equal((await call(root, "POST", "/_rolecall/keys/rotate", { key: "web-identity", account })).status, 404);
  const { keys } = await road.user(account, "Bob");
  equal((await call(keys, "POST", "/_rolecall/keys/rotate", { key: "token" })).status, 403);
  equal((await call(keys, "GET", "/_rolecall/keys")).status, 403);
});
