import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { createAwsManagedPolicies } from "@rolecall/aws-managed-policies";
import { allowing } from "@rolecall/pipeline/testing";
import { account, allow, element, elements, iamRoad, refusal, trust } from "./testing.ts";
import type { IamRoad } from "./testing.ts";

const aws = (name: string): string => `arn:aws:iam::aws:policy/${name}`;
const readOnly = aws("ReadOnlyAccess");
const reserved = aws("aws-service-role/AWSSupportServiceRolePolicy");
const all = createAwsManagedPolicies();

/** All pages of a listing, and how many there were. */
async function pages(
  { done }: IamRoad,
  action: string,
  input: Record<string, string>,
  name: string,
): Promise<{ found: string[]; count: number }> {
  const found: string[] = [];
  let count = 0;
  for (let marker: string | undefined; ;) {
    const page = await done(action, { ...input, ...(marker !== undefined && { Marker: marker }) });
    found.push(...elements(page, name));
    count++;
    marker = element(page, "Marker");
    equal(element(page, "IsTruncated"), String(marker !== undefined));
    if (marker === undefined) return { found, count };
  }
}

test("AWS's policies are read like one's own, with their documents and versions", async () => {
  const { call, done } = await iamRoad();
  const got = await done("GetPolicy", { PolicyArn: readOnly });
  equal(element(got, "Arn"), readOnly);
  equal(element(got, "Path"), "/");
  equal(element(got, "IsAttachable"), "true");
  equal(element(got, "AttachmentCount"), "0");
  equal(element(got, "CreateDate"), "2015-02-06T18:39:48Z");
  equal(element(got, "Tags"), "");
  const versionId = element(got, "DefaultVersionId") ?? "";
  const version = await done("GetPolicyVersion", { PolicyArn: readOnly, VersionId: versionId });
  equal(element(version, "IsDefaultVersion"), "true");
  equal(decodeURIComponent(element(version, "Document") ?? ""), all.document(readOnly));
  const oldest = all.get(readOnly)?.versions.at(-1)?.versionId ?? "";
  const first = await done("GetPolicyVersion", { PolicyArn: readOnly, VersionId: oldest });
  equal(element(first, "IsDefaultVersion"), "false");
  equal(decodeURIComponent(element(first, "Document") ?? ""), all.documents(readOnly).get(oldest));
  deepEqual(refusal(await call("GetPolicyVersion", { PolicyArn: readOnly, VersionId: "v9999" })), [
    404,
    "NoSuchEntity",
    `Policy ${readOnly} version v9999 does not exist or is not attachable.`,
  ]);
  deepEqual(refusal(await call("GetPolicy", { PolicyArn: aws("NoSuchPolicy") })), [
    404,
    "NoSuchEntity",
    `Policy ${aws("NoSuchPolicy")} was not found.`,
  ]);
  deepEqual(elements(await done("ListPolicyTags", { PolicyArn: readOnly }), "Key"), []);
});

test("versions of AWS's policies are listed newest first, page by page", async () => {
  const road = await iamRoad();
  const { found, count } = await pages(
    road,
    "ListPolicyVersions",
    { PolicyArn: readOnly, MaxItems: "50" },
    "VersionId",
  );
  deepEqual(
    found,
    all.get(readOnly)?.versions.map(({ versionId }) => versionId),
  );
  equal(count, Math.ceil(found.length / 50));
});

test("ListPolicies: scopes, path, pages, and what is attached", async () => {
  const road = await iamRoad();
  const { call, done } = road;
  for (const PolicyName of ["Zeta", "alpha"])
    await done("CreatePolicy", { PolicyName, PolicyDocument: allow("s3:*") });
  const names = all.all().map(({ name }) => name);
  const whole = await pages(road, "ListPolicies", { MaxItems: "300" }, "PolicyName");
  deepEqual(whole.found, ["alpha", "Zeta", ...names]);
  equal(whole.count, Math.ceil((names.length + 2) / 300));
  deepEqual(
    (await pages(road, "ListPolicies", { Scope: "AWS", MaxItems: "1000" }, "PolicyName")).found,
    names,
  );
  deepEqual((await pages(road, "ListPolicies", { Scope: "Local" }, "PolicyName")).found, ["alpha", "Zeta"]);
  const rootTasks = await pages(road, "ListPolicies", { PathPrefix: "/root-task/", MaxItems: "2" }, "Arn");
  equal(rootTasks.found.length, 5);
  equal(rootTasks.count, 3);
  for (const arn of rootTasks.found) match(arn, /^arn:aws:iam::aws:policy\/root-task\//);

  await done("CreateUser", { UserName: "u" });
  await done("CreateUser", { UserName: "v" });
  await done("CreateGroup", { GroupName: "g" });
  await done("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust({ AWS: account }) });
  await done("AttachUserPolicy", { UserName: "u", PolicyArn: readOnly });
  await done("AttachGroupPolicy", { GroupName: "g", PolicyArn: readOnly });
  await done("PutRolePermissionsBoundary", { RoleName: "r", PermissionsBoundary: aws("PowerUserAccess") });
  const attached = (input: Record<string, string>): Promise<string[]> =>
    pages(road, "ListPolicies", { OnlyAttached: "true", ...input }, "PolicyName").then(({ found }) => found);
  deepEqual(await attached({}), ["PowerUserAccess", "ReadOnlyAccess"]);
  deepEqual(await attached({ PolicyUsageFilter: "PermissionsPolicy" }), ["ReadOnlyAccess"]);
  deepEqual(await attached({ PolicyUsageFilter: "PermissionsBoundary" }), ["PowerUserAccess"]);
  deepEqual(await attached({ Scope: "Local" }), []);
  deepEqual(await attached({ PathPrefix: "/job-function/" }), []);
  const got = await done("GetPolicy", { PolicyArn: readOnly });
  equal(element(got, "AttachmentCount"), "2");
  const edge = await done("GetPolicy", { PolicyArn: aws("PowerUserAccess") });
  deepEqual([element(edge, "AttachmentCount"), element(edge, "PermissionsBoundaryUsageCount")], ["0", "1"]);

  const page = await done("ListPolicies", { Scope: "AWS", MaxItems: "1" });
  const foreign = { Scope: "Local", Marker: element(page, "Marker") ?? "" };
  deepEqual(refusal(await call("ListPolicies", foreign)), [
    400,
    "ValidationError",
    "Marker and Filter do not match",
  ]);
});

test("attachments of AWS's policies are counted for each account by itself", async () => {
  const { done, road } = await iamRoad();
  const otherRoot = await road.account("444455556666");
  await done("CreateUser", { UserName: "u" });
  await done("AttachUserPolicy", { UserName: "u", PolicyArn: readOnly });
  equal(element(await done("GetPolicy", { PolicyArn: readOnly }, otherRoot), "AttachmentCount"), "0");
  deepEqual(elements(await done("ListEntitiesForPolicy", { PolicyArn: readOnly }), "UserName"), ["u"]);
  deepEqual(
    elements(await done("ListEntitiesForPolicy", { PolicyArn: readOnly }, otherRoot), "UserName"),
    [],
  );
  await done("DetachUserPolicy", { UserName: "u", PolicyArn: readOnly });
  equal(element(await done("GetPolicy", { PolicyArn: readOnly }), "AttachmentCount"), "0");
});

test("an attached policy of AWS decides: reading is allowed, writing is not; as a boundary it limits", async () => {
  const { call, done, road } = await iamRoad();
  const { keys } = await road.user(account, "Bob");
  equal((await call("ListUsers", {}, keys)).status, 403);
  await done("AttachUserPolicy", { UserName: "Bob", PolicyArn: readOnly });
  await done("ListUsers", {}, keys);
  await done("ListRoles", {}, keys);
  deepEqual(refusal(await call("CreateUser", { UserName: "x" }, keys)), [
    403,
    "AccessDenied",
    `User: arn:aws:iam::${account}:user/Bob is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::${account}:user/x because no identity-based policy allows the iam:CreateUser action`,
  ]);
  await done("DetachUserPolicy", { UserName: "Bob", PolicyArn: readOnly });
  await done("AttachUserPolicy", { UserName: "Bob", PolicyArn: aws("AdministratorAccess") });
  await done("CreateUser", { UserName: "x" }, keys);
  await done("PutUserPermissionsBoundary", { UserName: "Bob", PermissionsBoundary: readOnly });
  match(
    (await call("CreateUser", { UserName: "y" }, keys)).body,
    /because no permissions boundary allows the iam:CreateUser action/,
  );
  await done("ListUsers", {}, keys);
});

test("nobody changes AWS's policies, not even root", async () => {
  const { call, road } = await iamRoad();
  const { keys } = await road.user(account, "Admin", { inlinePolicies: [allowing("*")] });
  const changes: [string, Record<string, string>, string][] = [
    ["CreatePolicyVersion", { PolicyDocument: allow("*") }, `policy ${readOnly}`],
    ["DeletePolicy", {}, `policy ${readOnly}`],
    ["DeletePolicyVersion", { VersionId: "v1" }, `policy ${readOnly}`],
    ["SetDefaultPolicyVersion", { VersionId: "v1" }, `policy ${readOnly} version v1`],
    ["TagPolicy", { "Tags.member.1.Key": "a", "Tags.member.1.Value": "b" }, `policy ${readOnly}`],
    ["UntagPolicy", { "TagKeys.member.1": "a" }, `policy ${readOnly}`],
  ];
  for (const [action, input, shown] of changes) {
    deepEqual(refusal(await call(action, { PolicyArn: readOnly, ...input }, keys)), [
      403,
      "AccessDenied",
      `User: arn:aws:iam::${account}:user/Admin is not authorized to perform: iam:${action} on resource: ${shown} because no resource-based policy allows the iam:${action} action`,
    ]);
    equal(refusal(await call(action, { PolicyArn: readOnly, ...input }))[1], "AccessDenied");
  }
});

test("policies that AWS reserves are shown but not attached to ordinary identities", async () => {
  const { call, done } = await iamRoad();
  equal(element(await done("GetPolicy", { PolicyArn: reserved }), "IsAttachable"), "false");
  await done("CreateUser", { UserName: "u" });
  await done("CreateGroup", { GroupName: "g" });
  await done("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust({ AWS: account }) });
  const refused = (noun: string): unknown => [
    400,
    "PolicyNotAttachable",
    `Cannot attach AWS reserved policy to an IAM ${noun}.`,
  ];
  for (const PolicyArn of [reserved, aws("root-task/IAMAuditRootUserCredentials")]) {
    deepEqual(refusal(await call("AttachUserPolicy", { UserName: "u", PolicyArn })), refused("user"));
    deepEqual(refusal(await call("AttachGroupPolicy", { GroupName: "g", PolicyArn })), refused("group"));
    deepEqual(refusal(await call("AttachRolePolicy", { RoleName: "r", PolicyArn })), refused("role"));
    const boundary = { PermissionsBoundary: PolicyArn };
    deepEqual(
      refusal(await call("PutUserPermissionsBoundary", { UserName: "u", ...boundary })),
      refused("user"),
    );
    deepEqual(
      refusal(await call("PutRolePermissionsBoundary", { RoleName: "r", ...boundary })),
      refused("role"),
    );
    equal(refusal(await call("CreateUser", { UserName: "w", ...boundary }))[1], "NoSuchEntity");
  }
  await done("AttachRolePolicy", {
    RoleName: "r",
    PolicyArn: aws("service-role/AWSLambdaBasicExecutionRole"),
  });
});

test("the details of the account show AWS's policies that it uses, with all their versions", async () => {
  const road = await iamRoad();
  const { done } = road;
  await done("CreateUser", { UserName: "u", PermissionsBoundary: aws("PowerUserAccess") });
  await done("AttachUserPolicy", { UserName: "u", PolicyArn: aws("job-function/ViewOnlyAccess") });
  await done("AttachUserPolicy", { UserName: "u", PolicyArn: readOnly });
  const { found } = await pages(road, "GetAccountAuthorizationDetails", {}, "Arn");
  deepEqual(found, [
    `arn:aws:iam::${account}:user/u`,
    aws("PowerUserAccess"),
    readOnly,
    aws("job-function/ViewOnlyAccess"),
  ]);
  const filter = { "Filter.member.1": "AWSManagedPolicy" };
  const versions = await pages(road, "GetAccountAuthorizationDetails", filter, "VersionId");
  equal(
    versions.found.length,
    [aws("PowerUserAccess"), readOnly, aws("job-function/ViewOnlyAccess")].reduce(
      (sum, arn) => sum + (all.get(arn)?.versions.length ?? 0),
      0,
    ),
  );
  ok(versions.count > 1, "a page ends when it holds many versions");
});
