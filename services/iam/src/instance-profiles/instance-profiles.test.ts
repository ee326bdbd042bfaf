import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { element, elements, iamRoad, refusal, trust } from "../testing.ts";

test("instance profiles are listed by path, page by page, with their roles", async () => {
  const { done } = await iamRoad();
  for (const InstanceProfileName of ["b", "A", "c"])
    await done("CreateInstanceProfile", {
      InstanceProfileName,
      Path: InstanceProfileName === "c" ? "/web/" : "/",
    });
  await done("CreateRole", {
    RoleName: "r",
    AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }),
  });
  await done("AddRoleToInstanceProfile", { InstanceProfileName: "A", RoleName: "r" });
  const first = await done("ListInstanceProfiles", { MaxItems: "2" });
  deepEqual(elements(first, "InstanceProfileName"), ["A", "b"]);
  deepEqual(elements(first, "RoleName"), ["r"]);
  const rest = await done("ListInstanceProfiles", { Marker: element(first, "Marker") ?? "" });
  deepEqual(elements(rest, "InstanceProfileName"), ["c"]);
  const web = await done("ListInstanceProfiles", { PathPrefix: "/web/" });
  deepEqual(elements(web, "InstanceProfileName"), ["c"]);
});

test("an instance profile's tags are set, listed page by page and taken away", async () => {
  const { call, done } = await iamRoad();
  const name = { InstanceProfileName: "p" };
  await done("CreateInstanceProfile", name);
  await done("TagInstanceProfile", {
    ...name,
    "Tags.member.1.Key": "team",
    "Tags.member.1.Value": "a",
    "Tags.member.2.Key": "stage",
    "Tags.member.2.Value": "",
  });
  await done("TagInstanceProfile", { ...name, "Tags.member.1.Key": "team", "Tags.member.1.Value": "b" });
  const first = await done("ListInstanceProfileTags", { ...name, MaxItems: "1" });
  deepEqual(elements(first, "Key"), ["stage"]);
  const rest = await done("ListInstanceProfileTags", { ...name, Marker: element(first, "Marker") ?? "" });
  deepEqual([elements(rest, "Key"), elements(rest, "Value")], [["team"], ["b"]]);
  await done("UntagInstanceProfile", { ...name, "TagKeys.member.1": "team" });
  deepEqual(elements(await done("ListInstanceProfileTags", name), "Key"), ["stage"]);
  for (const [action, more] of [
    ["ListInstanceProfileTags", {}],
    ["UntagInstanceProfile", { "TagKeys.member.1": "x" }],
    ["TagInstanceProfile", { "Tags.member.1.Key": "x", "Tags.member.1.Value": "y" }],
  ] as const)
    deepEqual(refusal(await call(action, { InstanceProfileName: "none", ...more })), [
      404,
      "NoSuchEntity",
      "Instance Profile none cannot be found.",
    ]);
  const tagged = { "Tags.member.1.Key": "x", "Tags.member.1.Value": "y" };
  equal((await call("TagInstanceProfile", { ...name, ...tagged, "Tags.member.1.Key": "aws:x" })).status, 400);
});
