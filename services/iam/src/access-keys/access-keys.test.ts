import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { newAccessKeyId } from "@rolecall/identifiers";
import { allowing } from "@rolecall/pipeline/testing";
import { account, element, iamRoad, refusal } from "../testing.ts";
import type { IamRoad } from "../testing.ts";

async function story(): Promise<IamRoad & { accessKeyId: string; note(): Promise<void> }> {
  const iam = await iamRoad();
  await iam.done("CreateUser", { UserName: "Bob", Path: "/team/" });
  const created = await iam.done("CreateAccessKey", { UserName: "Bob" });
  const accessKeyId = element(created, "AccessKeyId") ?? "";
  return {
    ...iam,
    accessKeyId,
    note: () =>
      iam.road.store.write(async (tx) => {
        const key = await tx.accessKeys.get(accessKeyId);
        const lastUsed = { atMs: iam.road.clock.nowMs, region: "eu-west-1", service: "s3" };
        if (key) await tx.accessKeys.put({ ...key, lastUsed });
      }),
  };
}

test("a key that was never used says N/A, and a used one when, where and with what", async () => {
  const { done, accessKeyId, note } = await story();
  const never = await done("GetAccessKeyLastUsed", { AccessKeyId: accessKeyId });
  deepEqual(
    ["UserName", "LastUsedDate", "ServiceName", "Region"].map((name) => element(never, name)),
    ["Bob", undefined, "N/A", "N/A"],
  );
  await note();
  const used = await done("GetAccessKeyLastUsed", { AccessKeyId: accessKeyId, UserName: "Nobody" });
  deepEqual(
    ["UserName", "LastUsedDate", "ServiceName", "Region"].map((name) => element(used, name)),
    ["Bob", "2026-09-27T12:00:00Z", "s3", "eu-west-1"],
  );
});

test("a key of the root user has no user name", async () => {
  const { done, root } = await story();
  const used = await done("GetAccessKeyLastUsed", { AccessKeyId: root.accessKeyId });
  equal(element(used, "UserName"), undefined);
});

test("the owner of the key decides, not the name that is sent", async () => {
  const { call, road, accessKeyId } = await story();
  const { keys } = await road.user(account, "Ann", {
    inlinePolicies: [allowing("iam:GetAccessKeyLastUsed", `arn:aws:iam::${account}:user/Ann`)],
  });
  const ask = (AccessKeyId: string): ReturnType<typeof call> =>
    call("GetAccessKeyLastUsed", { AccessKeyId, UserName: "Ann" }, keys);
  equal((await ask(keys.accessKeyId)).status, 200);
  deepEqual(refusal(await ask(accessKeyId)), [
    403,
    "AccessDenied",
    `User: arn:aws:iam::${account}:user/Ann is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${accessKeyId} because no identity-based policy allows the iam:GetAccessKeyLastUsed action`,
  ]);
});

test("a key of another account and a key that does not exist are refused alike, to root too", async () => {
  const { call, road } = await story();
  const other = await road.account("444455556666");
  const unknown = newAccessKeyId("AKIA", "444455556666", (length) => new Uint8Array(length));
  const sentence = (id: string): unknown => [
    403,
    "AccessDenied",
    `User: arn:aws:iam::${account}:root is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${id} because no resource-based policy allows the iam:GetAccessKeyLastUsed action`,
  ];
  for (const AccessKeyId of [other.accessKeyId, unknown, "AKIAIOSFODNN7EXAMPLE"])
    deepEqual(refusal(await call("GetAccessKeyLastUsed", { AccessKeyId })), sentence(AccessKeyId));
});

test("Expired is a status that nobody sets", async () => {
  const { call, accessKeyId } = await story();
  deepEqual(
    refusal(await call("UpdateAccessKey", { UserName: "Bob", AccessKeyId: accessKeyId, Status: "Expired" })),
    [400, "InvalidInput", "Operation does not support status Expired"],
  );
});
