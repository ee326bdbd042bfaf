import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { test } from "node:test";
import { createUsageRecorder, forgetUsage, usageGranularityMs } from "@rolecall/access";
import type { Use } from "@rolecall/access";
import { serviceAuthorization } from "@rolecall/service-authorization";
import { iam } from "@rolecall/model";
import type { Store } from "@rolecall/store-contract";
import { operation, queryService } from "./query-service.ts";
import { allowing, testRoad, testStartMs } from "./testing.ts";

const accountId = "111122223333";
const catalog = serviceAuthorization();

/** One operation that is decided under its own name, one under another's, one under none. */
const service = queryService(
  iam,
  [
    operation(iam, "ListUsers", {
      authorization: () => ({ resource: "*" }),
      handle: async () => ({ Users: [], IsTruncated: false }),
    }),
    operation(iam, "ListRoles", {
      authorization: () => ({ resource: "*", action: "iam:ListGroups" }),
      handle: async () => ({ Roles: [], IsTruncated: false }),
    }),
    operation(iam, "GetAccountSummary", {
      authorization: () => "none",
      handle: async () => ({ SummaryMap: {} }),
    }),
  ],
  { homeRegion: "us-east-1" },
);
const form = (Action: string): Record<string, string> => ({ Action, Version: "2010-05-08" });

const accessesOf = (store: Store, entityId: string) =>
  store.read((tx) => tx.serviceAccesses.list([accountId, entityId], { limit: 100 }));

test("a request leaves its mark on key, service and action when the usage is written, and not before", async () => {
  const road = await testRoad([service]);
  const { user, keys } = await road.user(accountId, "Bob", { inlinePolicies: [allowing("iam:List*")] });
  const key = () => road.store.read((tx) => tx.accessKeys.get(keys.accessKeyId));
  equal((await road.call(keys, form("ListUsers"))).status, 200);
  equal((await road.call(keys, form("ListRoles"))).status, 200);
  equal((await road.call(keys, form("GetAccountSummary"))).status, 200);
  const revision = await road.store.revision();
  equal((await road.call(keys, form("ListUsers"))).status, 200);
  equal(await road.store.revision(), revision, "no request writes");
  equal((await key())?.lastUsed, undefined);

  await road.flushUsage();
  const at = { atMs: testStartMs, region: "us-east-1" };
  deepEqual((await key())?.lastUsed, { ...at, service: "iam" });
  deepEqual(await accessesOf(road.store, user.userId), [
    {
      accountId,
      entityId: user.userId,
      service: "iam",
      ...at,
      actions: { ListUsers: at, ListGroups: at, GetAccountSummary: at },
    },
  ]);
});

test("denied requests count, forged ones do not", async () => {
  const road = await testRoad([service]);
  const { user, keys } = await road.user(accountId, "Bob");
  const { user: other, keys: otherKeys } = await road.user(accountId, "Eve");
  equal((await road.call(keys, form("ListUsers"))).status, 403);
  const forged = { ...otherKeys, secretAccessKey: keys.secretAccessKey };
  equal((await road.call(forged, form("ListUsers"))).status, 403);
  await road.flushUsage();
  deepEqual(Object.keys((await accessesOf(road.store, user.userId))[0]?.actions ?? {}), ["ListUsers"]);
  deepEqual(await accessesOf(road.store, other.userId), []);
  equal((await road.store.read((tx) => tx.accessKeys.get(otherKeys.accessKeyId)))?.lastUsed, undefined);
});

test("the root user is known as such", async () => {
  const road = await testRoad([service]);
  const root = await road.account(accountId);
  await road.call(root, form("ListUsers"));
  await road.flushUsage();
  equal((await accessesOf(road.store, "root")).length, 1);
  equal((await road.store.read((tx) => tx.accessKeys.get(root.accessKeyId)))?.lastUsed?.service, "iam");
});

test("of uses within a quarter of an hour the first is noted, then the next", async () => {
  const road = await testRoad([service]);
  const { keys } = await road.user(accountId, "Bob", { inlinePolicies: [allowing("*")] });
  const lastUsed = async (): Promise<number | undefined> => {
    await road.call(keys, form("ListUsers"));
    await road.flushUsage();
    return (await road.store.read((tx) => tx.accessKeys.get(keys.accessKeyId)))?.lastUsed?.atMs;
  };
  equal(await lastUsed(), testStartMs);
  road.clock.nowMs += usageGranularityMs - 1;
  const revision = await road.store.revision();
  equal(await lastUsed(), testStartMs);
  equal(await road.store.revision(), revision);
  road.clock.nowMs += 1;
  equal(await lastUsed(), testStartMs + usageGranularityMs);
});

const use = (id: string, more: Partial<Use> = {}): Use => ({
  accountId,
  accessKeyId: undefined,
  entity: { kind: "role", id },
  service: "s3",
  action: "GetObject",
  region: "eu-west-1",
  atMs: testStartMs,
  ...more,
});

test("a role's use is written; who was deleted is not revived; later times of another node stay", async () => {
  const road = await testRoad([service]);
  const role = await road.role(accountId, "r", { Statement: [] });
  const [here, there] = [createUsageRecorder({ catalog }), createUsageRecorder({ catalog })];
  there.record(use(role.roleId, { atMs: testStartMs + usageGranularityMs, region: "eu-west-2" }));
  here.record(use(role.roleId));
  here.record(use("AROAGONE", { accessKeyId: "AKIAGONE" }));
  await there.flush(road.store);
  await here.flush(road.store);
  const later = { atMs: testStartMs + usageGranularityMs, region: "eu-west-2" };
  const kept = await road.store.read((tx) => tx.roles.get(accountId, "r"));
  deepEqual(kept?.lastUsed, later);
  deepEqual((await accessesOf(road.store, role.roleId))[0]?.actions, { GetObject: later });
  deepEqual(await accessesOf(road.store, "AROAGONE"), []);
  equal(await road.store.read((tx) => tx.accessKeys.get("AKIAGONE")), undefined);

  here.record(use(role.roleId, { action: "PutObject" }));
  await road.store.write(async (tx) => {
    await forgetUsage(tx, accountId, role.roleId);
    await tx.roles.delete(accountId, "r");
  });
  await here.flush(road.store);
  equal(await road.store.read((tx) => tx.roles.get(accountId, "r")), undefined);
  deepEqual(await accessesOf(road.store, role.roleId), []);
});

test("what no service is called gets no record", async () => {
  const road = await testRoad([service]);
  const role = await road.role(accountId, "r", { Statement: [] });
  const usage = createUsageRecorder({ catalog });
  usage.record(use(role.roleId, { service: "made-up" }));
  usage.record(use(role.roleId, { action: "MadeUp" }));
  await usage.flush(road.store);
  const at = { atMs: testStartMs, region: "eu-west-1" };
  deepEqual(await accessesOf(road.store, role.roleId), [
    { accountId, entityId: role.roleId, service: "s3", ...at, actions: {} },
  ]);
});

test("memory is bounded: what finds no room is counted, and a flush is asked for once", async () => {
  const road = await testRoad([service]);
  let asked = 0;
  const usage = createUsageRecorder({ catalog, maxPending: 2, maxRemembered: 2, onFull: () => asked++ });
  for (const id of ["AROAA", "AROAB", "AROAC", "AROAD"]) usage.record(use(id));
  equal(asked, 1);
  deepEqual(await usage.flush(road.store), { written: 2, dropped: 2 });
  // What was dropped is not remembered as noted.
  usage.record(use("AROAC"));
  deepEqual(await usage.flush(road.store), { written: 1, dropped: 0 });
});

test("what a failing store did not take is kept for the next time", async () => {
  const road = await testRoad([service]);
  const role = await road.role(accountId, "r", { Statement: [] });
  const usage = createUsageRecorder({ catalog });
  usage.record(use(role.roleId));
  const failing: Store = { ...road.store, write: () => Promise.reject(new Error("disk full")) };
  await rejects(usage.flush(failing), /disk full/);
  deepEqual(await usage.flush(road.store), { written: 1, dropped: 0 });
  equal((await road.store.read((tx) => tx.roles.get(accountId, "r")))?.lastUsed?.atMs, testStartMs);
});

test("many uses go in several transactions; when one fails, those before it are not written again", async () => {
  const road = await testRoad([service]);
  const usage = createUsageRecorder({ catalog });
  for (let n = 0; n < 600; n++) usage.record(use(`AROA${n}`));
  let writes = 0;
  const failingOnce: Store = {
    ...road.store,
    write: (fn) => (++writes === 2 ? Promise.reject(new Error("disk full")) : road.store.write(fn)),
  };
  await rejects(usage.flush(failingOnce), /disk full/);
  const { written } = await usage.flush(failingOnce);
  ok(written > 0 && written < 600, `${written} of 600 were left`);
  deepEqual(await usage.flush(failingOnce), { written: 0, dropped: 0 });
});
