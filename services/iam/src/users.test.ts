import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { allowing } from "@rolecall/pipeline/testing";
import { account, allow, element, elements, iamRoad, refusal } from "./testing.ts";

const arn = (resource: string): string => `arn:aws:iam::${account}:${resource}`;

test("a user is created, read, listed, renamed and deleted", async () => {
  const { call, done } = await iamRoad();
  const created = await done("CreateUser", { UserName: "Bob", Path: "/team/" });
  equal(element(created, "Arn"), arn("user/team/Bob"));
  match(element(created, "UserId") ?? "", /^AIDA[A-Z2-7]{17}$/);
  equal(element(created, "Tags"), undefined);
  equal(element(created, "PermissionsBoundary"), undefined);

  deepEqual(refusal(await call("CreateUser", { UserName: "BOB" })), [
    409,
    "EntityAlreadyExists",
    "User with name BOB already exists.",
  ]);
  // Found in any case, shown as created.
  equal(element(await done("GetUser", { UserName: "bob" }), "UserName"), "Bob");

  await done("UpdateUser", { UserName: "Bob", NewUserName: "Bob" });
  await done("UpdateUser", { UserName: "Bob", NewUserName: "Robert", NewPath: "/" });
  const renamed = await done("GetUser", { UserName: "Robert" });
  equal(element(renamed, "UserId"), element(created, "UserId"));
  equal(element(renamed, "Arn"), arn("user/Robert"));
  deepEqual(refusal(await call("GetUser", { UserName: "Bob" })), [
    404,
    "NoSuchEntity",
    "The user with name Bob cannot be found.",
  ]);

  await done("CreateUser", { UserName: "alice" });
  deepEqual(refusal(await call("UpdateUser", { UserName: "Robert", NewUserName: "ALICE" })), [
    409,
    "EntityAlreadyExists",
    "User with name ALICE already exists.",
  ]);
  equal(element(await done("GetUser", { UserName: "robert" }), "UserName"), "Robert");
  deepEqual(elements(await done("ListUsers"), "UserName"), ["alice", "Robert"]);

  await done("DeleteUser", { UserName: "Robert" });
  deepEqual(elements(await done("ListUsers"), "UserName"), ["alice"]);
});

test("a user is not deleted while he has anything", async () => {
  const { call, done } = await iamRoad();
  await done("CreateUser", { UserName: "Bob" });
  const conflict = async (): Promise<unknown> => refusal(await call("DeleteUser", { UserName: "Bob" }));
  const sentence = (what: string): unknown => [
    409,
    "DeleteConflict",
    `Cannot delete entity, must ${what} first.`,
  ];

  const key = element(await done("CreateAccessKey", { UserName: "Bob" }), "AccessKeyId") ?? "";
  deepEqual(await conflict(), sentence("delete access keys"));
  await done("DeleteAccessKey", { UserName: "Bob", AccessKeyId: key });

  const policy =
    element(await done("CreatePolicy", { PolicyName: "p", PolicyDocument: allow("s3:*") }), "Arn") ?? "";
  await done("AttachUserPolicy", { UserName: "Bob", PolicyArn: policy });
  deepEqual(await conflict(), sentence("detach all policies"));
  await done("DetachUserPolicy", { UserName: "Bob", PolicyArn: policy });

  await done("PutUserPolicy", { UserName: "Bob", PolicyName: "p", PolicyDocument: allow("s3:*") });
  deepEqual(await conflict(), sentence("delete policies"));
  await done("DeleteUserPolicy", { UserName: "Bob", PolicyName: "P" });

  await done("CreateGroup", { GroupName: "g" });
  await done("AddUserToGroup", { GroupName: "G", UserName: "bob" });
  deepEqual(await conflict(), sentence("remove users from group"));
  await done("RemoveUserFromGroup", { GroupName: "g", UserName: "Bob" });

  await done("DeleteUser", { UserName: "Bob" });
});

test("a caller without the permission learns neither whether the user exists nor anything else", async () => {
  const { call, road } = await iamRoad();
  const { keys } = await road.user(account, "Bob");
  await road.user(account, "Alice");
  const denied = (name: string): unknown => [
    403,
    "AccessDenied",
    `User: ${arn("user/Bob")} is not authorized to perform: iam:GetUser on resource: user ${name} because no identity-based policy allows the iam:GetUser action`,
  ];
  deepEqual(refusal(await call("GetUser", { UserName: "Alice" }, keys)), denied("Alice"));
  deepEqual(refusal(await call("GetUser", { UserName: "Nobody" }, keys)), denied("Nobody"));
  deepEqual(refusal(await call("GetUser", {}, keys)), denied(""));
  deepEqual(refusal(await call("CreateUser", { UserName: "Eve", Path: "/x/" }, keys)), [
    403,
    "AccessDenied",
    `User: ${arn("user/Bob")} is not authorized to perform: iam:CreateUser on resource: ${arn("user/x/Eve")} because no identity-based policy allows the iam:CreateUser action`,
  ]);
});

test("creating with tags needs the permission to tag, and request tags reach conditions", async () => {
  const { call, road, done } = await iamRoad();
  const { keys } = await road.user(account, "Maker", { inlinePolicies: [allowing("iam:CreateUser")] });
  const tagged = { UserName: "Eve", "Tags.member.1.Key": "team", "Tags.member.1.Value": "blue" };
  match((await call("CreateUser", tagged, keys)).body, /not authorized to perform: iam:TagUser on resource/);
  const { keys: both } = await road.user(account, "Both", {
    inlinePolicies: [
      allowing(["iam:CreateUser", "iam:TagUser"], "*", {
        Condition: { StringEquals: { "aws:RequestTag/team": "blue" } },
      }),
    ],
  });
  equal((await call("CreateUser", { ...tagged, "Tags.member.1.Value": "red" }, both)).status, 403);
  await done("CreateUser", tagged, both);
  equal(element(await done("GetUser", { UserName: "Eve" }), "Key"), "team");
  ok(!(await done("ListUsers")).includes("<Tags>"));
});

test("tags are replaced whatever the case of their keys, bounded, and taken away", async () => {
  const { call, done } = await iamRoad();
  await done("CreateUser", { UserName: "Bob" });
  const tag = (pairs: [string, string][]): Record<string, string> =>
    Object.fromEntries(
      pairs.flatMap(([key, value], n) => [
        [`Tags.member.${n + 1}.Key`, key],
        [`Tags.member.${n + 1}.Value`, value],
      ]),
    );
  await done("TagUser", {
    UserName: "Bob",
    ...tag([
      ["Dept", "a"],
      ["x", "1"],
    ]),
  });
  await done("TagUser", { UserName: "Bob", ...tag([["dept", "b"]]) });
  const listed = await done("ListUserTags", { UserName: "Bob" });
  deepEqual(elements(listed, "Key"), ["dept", "x"]);
  deepEqual(elements(listed, "Value"), ["b", "1"]);
  deepEqual(
    refusal(
      await call("TagUser", {
        UserName: "Bob",
        ...tag([
          ["k", "1"],
          ["K", "2"],
        ]),
      }),
    ),
    [400, "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive."],
  );
  const many = tag(Array.from({ length: 49 }, (_, n) => [`key${n}`, ""]));
  deepEqual(refusal(await call("TagUser", { UserName: "Bob", ...many })), [
    409,
    "LimitExceeded",
    "The number of tags has reached the maximum limit.",
  ]);
  equal(refusal(await call("TagUser", { UserName: "Bob", ...tag([["aws:x", ""]]) }))[1], "InvalidInput");
  await done("UntagUser", { UserName: "Bob", "TagKeys.member.1": "DEPT", "TagKeys.member.2": "none" });
  deepEqual(elements(await done("ListUserTags", { UserName: "Bob" }), "Key"), ["x"]);
});

test("pages go on where they stopped, in any order of names, and refuse foreign markers", async () => {
  const { call, done } = await iamRoad();
  for (const UserName of ["b", "A", "c", "D", "e"])
    await done("CreateUser", { UserName, Path: UserName === "c" ? "/c/" : "/" });
  const names: string[] = [];
  let marker: string | undefined;
  do {
    const page = await done("ListUsers", { MaxItems: "2", ...(marker !== undefined && { Marker: marker }) });
    names.push(...elements(page, "UserName"));
    marker = element(page, "Marker");
    equal(element(page, "IsTruncated"), String(marker !== undefined));
  } while (marker !== undefined);
  deepEqual(names, ["A", "b", "c", "D", "e"]);

  const first = await done("ListUsers", { MaxItems: "1" });
  const foreign = { Marker: element(first, "Marker") ?? "", PathPrefix: "/c/" };
  deepEqual(refusal(await call("ListUsers", foreign)), [
    400,
    "ValidationError",
    "Marker and Filter do not match",
  ]);
  deepEqual(refusal(await call("ListUsers", { Marker: "x" })), [
    400,
    "ValidationError",
    "Marker and Filter do not match",
  ]);
  deepEqual(elements(await done("ListUsers", { PathPrefix: "/c/" }), "UserName"), ["c"]);
});

test("access keys: two a user, shown once, his own only", async () => {
  const { call, done, road } = await iamRoad();
  const { keys } = await road.user(account, "Bob", { inlinePolicies: [allowing("iam:*AccessKey*")] });
  const made = await done("CreateAccessKey", {}, keys);
  equal(element(made, "UserName"), "Bob");
  equal((element(made, "SecretAccessKey") ?? "").length, 40);
  deepEqual(refusal(await call("CreateAccessKey", {}, keys)), [
    409,
    "LimitExceeded",
    "Cannot exceed quota for AccessKeysPerUser: 2",
  ]);
  const listed = await done("ListAccessKeys", {}, keys);
  deepEqual(
    elements(listed, "AccessKeyId").toSorted(),
    [keys.accessKeyId, element(made, "AccessKeyId")].toSorted(),
  );
  ok(!listed.includes("Secret"));

  const own = {
    accessKeyId: element(made, "AccessKeyId") ?? "",
    secretAccessKey: element(made, "SecretAccessKey") ?? "",
  };
  await done("ListAccessKeys", {}, own);
  await done("UpdateAccessKey", { AccessKeyId: own.accessKeyId, Status: "Inactive" }, keys);
  equal(refusal(await call("ListAccessKeys", {}, own))[1], "InvalidClientTokenId");
  await road.user(account, "Alice");
  deepEqual(refusal(await call("DeleteAccessKey", { UserName: "Alice", AccessKeyId: own.accessKeyId })), [
    404,
    "NoSuchEntity",
    `The Access Key with id ${own.accessKeyId} cannot be found.`,
  ]);
  await done("DeleteAccessKey", { AccessKeyId: own.accessKeyId }, keys);
  deepEqual(elements(await done("ListAccessKeys", {}, keys), "AccessKeyId"), [keys.accessKeyId]);
  const events = JSON.stringify(road.events);
  ok(!events.includes(own.secretAccessKey), "no secret in the audit events");
});

test("the root user is shown by the account's number", async () => {
  const { done } = await iamRoad();
  const shown = await done("GetUser");
  equal(element(shown, "UserId"), account);
  equal(element(shown, "Arn"), arn("root"));
  equal(element(shown, "UserName"), undefined);
});

test("a boundary must exist, is shown, and is the key of its own condition", async () => {
  const { call, done, road } = await iamRoad();
  const policy =
    element(await done("CreatePolicy", { PolicyName: "edge", PolicyDocument: allow("s3:*") }), "Arn") ?? "";
  const other =
    element(await done("CreatePolicy", { PolicyName: "wide", PolicyDocument: allow("*") }), "Arn") ?? "";
  deepEqual(
    refusal(await call("CreateUser", { UserName: "x", PermissionsBoundary: "arn:aws:iam::x:policy" })),
    [400, "ValidationError", "Value (arn:aws:iam::x:policy) for parameter PermissionsBoundary is invalid."],
  );
  equal(
    refusal(await call("CreateUser", { UserName: "x", PermissionsBoundary: `${policy}x` }))[1],
    "NoSuchEntity",
  );
  const { keys } = await road.user(account, "Delegate", {
    inlinePolicies: [
      allowing(["iam:CreateUser", "iam:PutUserPermissionsBoundary"], "*", {
        Condition: { StringEquals: { "iam:PermissionsBoundary": policy } },
      }),
    ],
  });
  equal((await call("CreateUser", { UserName: "x" }, keys)).status, 403);
  equal((await call("CreateUser", { UserName: "x", PermissionsBoundary: other }, keys)).status, 403);
  const made = await done("CreateUser", { UserName: "x", PermissionsBoundary: policy }, keys);
  equal(element(made, "PermissionsBoundaryArn"), policy);
  equal(
    (await call("PutUserPermissionsBoundary", { UserName: "x", PermissionsBoundary: other }, keys)).status,
    403,
  );
  deepEqual(refusal(await call("DeletePolicy", { PolicyArn: policy })), [
    409,
    "DeleteConflict",
    "Cannot delete a policy attached to entities.",
  ]);
  await done("DeleteUserPermissionsBoundary", { UserName: "x" });
  equal(refusal(await call("DeleteUserPermissionsBoundary", { UserName: "x" }))[1], "NoSuchEntity");
});
