import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { account, allow, element, elements, iamRoad, refusal } from "../testing.ts";

const arn = (resource: string): string => `arn:aws:iam::${account}:${resource}`;

test("a group is created, renamed, moved and deleted when it is empty", async () => {
  const { call, done } = await iamRoad();
  const created = await done("CreateGroup", { GroupName: "Team" });
  await done("UpdateGroup", { GroupName: "team", NewGroupName: "Crew", NewPath: "/ops/" });
  const got = await done("GetGroup", { GroupName: "crew" });
  equal(element(got, "Arn"), arn("group/ops/Crew"));
  equal(element(got, "GroupId"), element(created, "GroupId"));
  deepEqual(refusal(await call("GetGroup", { GroupName: "Team" })), [
    404,
    "NoSuchEntity",
    "The group with name Team cannot be found.",
  ]);
  await done("CreateGroup", { GroupName: "Other" });
  deepEqual(refusal(await call("UpdateGroup", { GroupName: "Other", NewGroupName: "CREW" })), [
    409,
    "EntityAlreadyExists",
    "Group with name CREW already exists.",
  ]);

  await done("CreateUser", { UserName: "u" });
  await done("AddUserToGroup", { GroupName: "Crew", UserName: "u" });
  await done("PutGroupPolicy", { GroupName: "Crew", PolicyName: "p", PolicyDocument: allow("s3:*") });
  const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  await done("AttachGroupPolicy", { GroupName: "Crew", PolicyArn });
  const conflict = async (what: string): Promise<void> =>
    deepEqual(refusal(await call("DeleteGroup", { GroupName: "Crew" })), [
      409,
      "DeleteConflict",
      `Cannot delete entity, must ${what} first.`,
    ]);
  await conflict("remove users from group");
  await done("RemoveUserFromGroup", { GroupName: "Crew", UserName: "u" });
  await conflict("detach all policies");
  await done("DetachGroupPolicy", { GroupName: "Crew", PolicyArn });
  await conflict("delete policies");
  await done("DeleteGroupPolicy", { GroupName: "Crew", PolicyName: "p" });
  await done("DeleteGroup", { GroupName: "Crew" });
  deepEqual(elements(await done("ListGroups"), "GroupName"), ["Other"]);
});

test("a group's policies are read, listed page by page, and gone when they are taken away", async () => {
  const { call, done } = await iamRoad();
  await done("CreateGroup", { GroupName: "g" });
  for (const PolicyName of ["b", "A", "c"])
    await done("PutGroupPolicy", {
      GroupName: "g",
      PolicyName,
      PolicyDocument: allow(`s3:Get${PolicyName}`),
    });
  const got = await done("GetGroupPolicy", { GroupName: "g", PolicyName: "b" });
  equal(decodeURIComponent(element(got, "PolicyDocument") ?? ""), allow("s3:Getb"));
  const first = await done("ListGroupPolicies", { GroupName: "g", MaxItems: "2" });
  deepEqual(elements(first, "member"), ["A", "b"]);
  const rest = await done("ListGroupPolicies", { GroupName: "g", Marker: element(first, "Marker") ?? "" });
  deepEqual([...elements(rest, "member"), element(rest, "IsTruncated")], ["c", "false"]);
  await done("DeleteGroupPolicy", { GroupName: "g", PolicyName: "b" });
  for (const action of ["GetGroupPolicy", "DeleteGroupPolicy"])
    deepEqual(refusal(await call(action, { GroupName: "g", PolicyName: "b" })), [
      404,
      "NoSuchEntity",
      "The group policy with name b cannot be found.",
    ]);

  const attached = ["ReadOnlyAccess", "job-function/ViewOnlyAccess", "PowerUserAccess"].map(
    (name) => `arn:aws:iam::aws:policy/${name}`,
  );
  for (const PolicyArn of attached) await done("AttachGroupPolicy", { GroupName: "g", PolicyArn });
  const page = await done("ListAttachedGroupPolicies", { GroupName: "g", MaxItems: "2" });
  deepEqual(elements(page, "PolicyName"), ["PowerUserAccess", "ReadOnlyAccess"]);
  const jobs = await done("ListAttachedGroupPolicies", { GroupName: "g", PathPrefix: "/job-function/" });
  deepEqual(elements(jobs, "PolicyName"), ["ViewOnlyAccess"]);
  const [PolicyArn = ""] = attached;
  await done("DetachGroupPolicy", { GroupName: "g", PolicyArn });
  deepEqual(refusal(await call("DetachGroupPolicy", { GroupName: "g", PolicyArn })), [
    404,
    "NoSuchEntity",
    `Policy ${PolicyArn} was not found.`,
  ]);
});

test("a user's inline policies are read and listed page by page", async () => {
  const { call, done } = await iamRoad();
  await done("CreateUser", { UserName: "u" });
  for (const PolicyName of ["b", "A"])
    await done("PutUserPolicy", { UserName: "u", PolicyName, PolicyDocument: allow(`s3:Get${PolicyName}`) });
  const got = await done("GetUserPolicy", { UserName: "U", PolicyName: "A" });
  deepEqual([element(got, "UserName"), element(got, "PolicyName")], ["u", "A"]);
  equal(decodeURIComponent(element(got, "PolicyDocument") ?? ""), allow("s3:GetA"));
  const first = await done("ListUserPolicies", { UserName: "u", MaxItems: "1" });
  deepEqual(elements(first, "member"), ["A"]);
  const rest = await done("ListUserPolicies", { UserName: "u", Marker: element(first, "Marker") ?? "" });
  deepEqual(elements(rest, "member"), ["b"]);
  deepEqual(refusal(await call("GetUserPolicy", { UserName: "u", PolicyName: "none" })), [
    404,
    "NoSuchEntity",
    "The user policy with name none cannot be found.",
  ]);
});
