import { test } from "node:test";
import { equal } from "node:assert/strict";
import { allowing } from "@rolecall/pipeline/testing";
import { account, element, iamRoad, refusal } from "./testing.ts";

// Keys of tags of most things may differ in case alone; condition keys never do. Of two values of one condition key each
// must be allowed, and none denied.

const SerialNumber = `arn:aws:iam::${account}:mfa/m`;
const tags = (...pairs: [key: string, value: string][]): Record<string, string> =>
  Object.fromEntries(
    pairs.flatMap(([key, value], at) => [
      [`Tags.member.${at + 1}.Key`, key],
      [`Tags.member.${at + 1}.Value`, value],
    ]),
  );

async function story() {
  const { road, call, done } = await iamRoad();
  await done("CreateVirtualMFADevice", { VirtualMFADeviceName: "m" });
  const document = (Effect: string, key: string, value: string) => ({
    name: Effect,
    document: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect, Action: "iam:*", Resource: "*", Condition: { StringEquals: { [key]: value } } }],
    }),
  });
  const allowed = async (key: string) =>
    (await road.user(account, "allowed", { inlinePolicies: [document("Allow", key, "blue")] })).keys;
  const denied = async (key: string) =>
    (
      await road.user(account, "denied", {
        inlinePolicies: [allowing("iam:*"), document("Deny", key, "red")],
      })
    ).keys;
  return { call, done, allowed, denied };
}

test("of a tag that is passed in two spellings both values must be allowed", async () => {
  const { call, done, allowed, denied } = await story();
  for (const keys of [await allowed("aws:RequestTag/team"), await denied("aws:RequestTag/team")]) {
    for (const pair of [
      tags(["team", "red"], ["Team", "blue"]),
      tags(["Team", "blue"], ["team", "red"]),
      tags(["Team", "red"], ["team", "blue"]),
    ])
      equal(refusal(await call("TagMFADevice", { SerialNumber, ...pair }, keys))[1], "AccessDenied");
    await done("TagMFADevice", { SerialNumber, ...tags(["team", "blue"], ["TEAM", "blue"]) }, keys);
  }
  equal(element(await done("ListMFADeviceTags", { SerialNumber }), "Value"), "blue");
});

test("of a tag that a thing has in two spellings both values must be allowed", async () => {
  const { call, done, allowed, denied } = await story();
  const callers = [await allowed("aws:ResourceTag/team"), await denied("aws:ResourceTag/team")];
  await done("TagMFADevice", { SerialNumber, ...tags(["team", "red"], ["Team", "blue"]) });
  for (const keys of callers)
    equal(refusal(await call("ListMFADeviceTags", { SerialNumber }, keys))[1], "AccessDenied");
  await done("TagMFADevice", { SerialNumber, ...tags(["team", "blue"], ["Team", "red"]) });
  for (const keys of callers)
    equal(refusal(await call("ListMFADeviceTags", { SerialNumber }, keys))[1], "AccessDenied");
  await done("UntagMFADevice", { SerialNumber, "TagKeys.member.1": "Team" });
  for (const keys of callers) await done("ListMFADeviceTags", { SerialNumber }, keys);
});
