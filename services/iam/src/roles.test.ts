import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { allowing } from "@rolecall/pipeline/testing";
import { account, allow, element, elements, iamRoad, refusal, trust } from "./testing.ts";

const arn = (resource: string): string => `arn:aws:iam::${account}:${resource}`;
const documentIn = (body: string, name = "AssumeRolePolicyDocument"): string =>
  decodeURIComponent(element(body, name) ?? "");

test("a role's answers show what AWS shows, each in its own way", async () => {
  const { done } = await iamRoad();
  const document = `{ "Version":"2012-10-17", "Statement":[{"Effect":"Allow","Principal":{"AWS":"${account}"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"a%3Ab*(')!"}}}]}`;
  const input = {
    RoleName: "foo",
    AssumeRolePolicyDocument: document,
    Description: "d",
    MaxSessionDuration: "7200",
  };
  const created = await done("CreateRole", input);
  equal(element(created, "MaxSessionDuration"), undefined);
  equal(element(created, "RoleLastUsed"), undefined);
  equal(element(created, "Description"), undefined);
  const got = await done("GetRole", { RoleName: "FOO" });
  equal(element(got, "RoleName"), "foo");
  equal(element(got, "MaxSessionDuration"), "7200");
  equal(element(got, "RoleLastUsed"), "");
  equal(documentIn(got), document);
  ok(!/[!'()*]/.test(element(got, "AssumeRolePolicyDocument") ?? ""));
  const listed = await done("ListRoles");
  equal(element(listed, "MaxSessionDuration"), "7200");
  equal(element(listed, "RoleLastUsed"), undefined);
  equal(documentIn(listed), document);
});

test("UpdateRole leaves what it is not sent", async () => {
  const { done, call } = await iamRoad();
  await done("CreateRole", {
    RoleName: "r",
    AssumeRolePolicyDocument: trust({ AWS: account }),
    Description: "one",
  });
  await done("UpdateRole", { RoleName: "r", MaxSessionDuration: "43200" });
  equal(element(await done("GetRole", { RoleName: "r" }), "Description"), "one");
  await done("UpdateRole", { RoleName: "r", Description: "" });
  const got = await done("GetRole", { RoleName: "r" });
  equal(element(got, "Description"), "");
  equal(element(got, "MaxSessionDuration"), "43200");
  equal(
    refusal(await call("UpdateRole", { RoleName: "r", MaxSessionDuration: "43201", Description: "two" }))[1],
    "ValidationError",
  );
  equal(element(await done("GetRole", { RoleName: "r" }), "Description"), "");
  const described = await done("UpdateRoleDescription", { RoleName: "r", Description: "three" });
  equal(element(described, "Description"), "three");
  for (const absent of ["MaxSessionDuration", "RoleLastUsed", "Tags", "PermissionsBoundary"])
    equal(element(described, absent), undefined, absent);
});

test("a trust policy is refused in AWS's words, and nothing is kept", async () => {
  const { call, done } = await iamRoad();
  const refused = async (document: string): Promise<unknown> => {
    const answer = await call("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: document });
    return refusal(answer).slice(0, 3);
  };
  const malformed = (message: string): unknown => [400, "MalformedPolicyDocument", message];
  deepEqual(await refused("{"), malformed("This policy contains invalid Json"));
  const ghost = arn("user/Ghost");
  deepEqual(await refused(trust({ AWS: ghost })), malformed(`Invalid principal in policy: "AWS":"${ghost}"`));
  deepEqual(
    await refused(trust({ AWS: "arn:aws:iam::999999999999:root" })),
    malformed('Invalid principal in policy: "AWS":"arn:aws:iam::999999999999:root"'),
  );
  deepEqual(
    await refused(trust({ Service: "nothing.example.com" })),
    malformed('Invalid principal in policy: "SERVICE":"nothing.example.com"'),
  );
  const withResource = trust({ AWS: account }).replace('"Action"', '"Resource":"*","Action"');
  deepEqual(await refused(withResource), malformed("Has prohibited field Resource"));
  const long = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: "x".repeat(2100), Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" },
    ],
  });
  deepEqual(await refused(long), [409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048"]);
  deepEqual(elements(await done("ListRoles"), "RoleName"), []);
  deepEqual(refusal(await call("CreateRole", { RoleName: "r" })), [
    400,
    "ValidationError",
    "1 validation error detected: Value at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null",
  ]);
});

test("a principal is bound to who bears the name; a successor is not meant", async () => {
  const { done } = await iamRoad();
  const bobId = element(await done("CreateUser", { UserName: "Bob" }), "UserId") ?? "";
  const bob = arn("user/Bob");
  await done("CreateRole", { RoleName: "foo", AssumeRolePolicyDocument: trust({ AWS: bob }) });
  await done("UpdateUser", { UserName: "Bob", NewUserName: "Robert" });
  equal(documentIn(await done("GetRole", { RoleName: "foo" })), trust({ AWS: arn("user/Robert") }));
  await done("UpdateUser", { UserName: "Robert", NewUserName: "Bob" });
  equal(documentIn(await done("GetRole", { RoleName: "foo" })), trust({ AWS: bob }));
  await done("DeleteUser", { UserName: "Bob" });
  equal(documentIn(await done("GetRole", { RoleName: "foo" })), trust({ AWS: bobId }));
  await done("CreateUser", { UserName: "Bob" });
  equal(documentIn(await done("GetRole", { RoleName: "foo" })), trust({ AWS: bobId }));
  await done("UpdateAssumeRolePolicy", { RoleName: "foo", PolicyDocument: trust({ AWS: bob }) });
  equal(documentIn(await done("GetRole", { RoleName: "foo" })), trust({ AWS: bob }));
});

test("a principal that is saved as a unique id is shown by its name while it has one", async () => {
  const { call, done } = await iamRoad();
  const bobId = element(await done("CreateUser", { UserName: "Bob" }), "UserId") ?? "";
  const made = await done("CreateRole", { RoleName: "foo", AssumeRolePolicyDocument: trust({ AWS: bobId }) });
  equal(documentIn(made), trust({ AWS: arn("user/Bob") }));
  const fooId = element(made, "RoleId") ?? "";
  await done("UpdateAssumeRolePolicy", { RoleName: "foo", PolicyDocument: trust({ AWS: [bobId, fooId] }) });
  const both = trust({ AWS: [arn("user/Bob"), arn("role/foo")] });
  equal(documentIn(await done("GetRole", { RoleName: "foo" })), both);
  await done("DeleteUser", { UserName: "Bob" });
  const left = trust({ AWS: [bobId, arn("role/foo")] });
  equal(documentIn(await done("GetRole", { RoleName: "foo" })), left);
  // What is shown can be saved again only without the id that names nobody.
  deepEqual(refusal(await call("UpdateAssumeRolePolicy", { RoleName: "foo", PolicyDocument: left })), [
    400,
    "MalformedPolicyDocument",
    `Invalid principal in policy: "AWS":"${bobId}"`,
  ]);
});

test("inline policies ignore the case of their names, keep the first spelling, and are bounded together", async () => {
  const { call, done } = await iamRoad();
  await done("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust({ AWS: account }) });
  await done("PutRolePolicy", { RoleName: "r", PolicyName: "Mixed", PolicyDocument: allow("s3:*") });
  await done("PutRolePolicy", { RoleName: "r", PolicyName: "MIXED", PolicyDocument: allow("sqs:*") });
  deepEqual(elements(await done("ListRolePolicies", { RoleName: "r" }), "member"), ["Mixed"]);
  const got = await done("GetRolePolicy", { RoleName: "R", PolicyName: "miXed" });
  equal(element(got, "PolicyName"), "miXed");
  equal(documentIn(got, "PolicyDocument"), allow("sqs:*"));
  const big = (n: number): string =>
    allow(Array.from({ length: n }, (_, i) => `s3:Get${"x".repeat(90)}${i}`));
  const put = (PolicyName: string): Promise<unknown> =>
    call("PutRolePolicy", { RoleName: "r", PolicyName, PolicyDocument: big(50) }).then(refusal);
  await put("one");
  deepEqual(await put("two"), [
    409,
    "LimitExceeded",
    "Maximum policy size of 10240 bytes exceeded for role r",
  ]);
  deepEqual(elements(await done("ListRolePolicies", { RoleName: "r" }), "member"), ["Mixed", "one"]);
  deepEqual(refusal(await call("GetRolePolicy", { RoleName: "r", PolicyName: "two" })), [
    404,
    "NoSuchEntity",
    "The role policy with name two cannot be found.",
  ]);
  equal(
    refusal(await call("PutRolePolicy", { RoleName: "r", PolicyName: "p", PolicyDocument: "{}" }))[1],
    "MalformedPolicyDocument",
  );
  await done("DeleteRolePolicy", { RoleName: "r", PolicyName: "ONE" });
  deepEqual(elements(await done("ListRolePolicies", { RoleName: "r" }), "member"), ["Mixed"]);
});

test("a role is passed to the instances of the account that may have its profile", async () => {
  const { call, done, road } = await iamRoad();
  await done("CreateRole", {
    RoleName: "r",
    AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }),
  });
  const passing = (associated: string): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "iam:AddRoleToInstanceProfile", Resource: "*" },
        {
          Effect: "Allow",
          Action: "iam:PassRole",
          Resource: "*",
          Condition: {
            StringEquals: {
              "iam:PassedToService": "ec2.amazonaws.com",
              "iam:AssociatedResourceArn": associated,
            },
          },
        },
      ],
    });
  const { keys } = await road.user(account, "Ops");
  const add = async (InstanceProfileName: string, associated: string): Promise<number> => {
    await done("PutUserPolicy", { UserName: "Ops", PolicyName: "p", PolicyDocument: passing(associated) });
    await done("CreateInstanceProfile", { InstanceProfileName });
    return (await call("AddRoleToInstanceProfile", { InstanceProfileName, RoleName: "r" }, keys)).status;
  };
  equal(await add("any", `arn:aws:ec2:*:${account}:instance/*`), 200);
  equal(await add("one", `arn:aws:ec2:us-east-1:${account}:instance/i-0123456789abcdef0`), 403);
  equal(await add("foreign", "arn:aws:ec2:*:444455556666:instance/*"), 403);
});

test("instance profiles hold one role, which must be passable, and keep it from deletion", async () => {
  const { call, done, road } = await iamRoad();
  await done("CreateRole", {
    RoleName: "r",
    Path: "/team/",
    AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }),
  });
  const made = await done("CreateInstanceProfile", { InstanceProfileName: "ip", Path: "/p/" });
  match(element(made, "InstanceProfileId") ?? "", /^AIPA/);
  const { keys } = await road.user(account, "Ops", {
    inlinePolicies: [allowing("iam:AddRoleToInstanceProfile")],
  });
  const add = { InstanceProfileName: "ip", RoleName: "r" };
  deepEqual(refusal(await call("AddRoleToInstanceProfile", add, keys)), [
    403,
    "AccessDenied",
    `User: ${arn("user/Ops")} is not authorized to perform: iam:PassRole on resource: ${arn("role/team/r")} because no identity-based policy allows the iam:PassRole action`,
  ]);
  await done("AddRoleToInstanceProfile", add);
  deepEqual(refusal(await call("AddRoleToInstanceProfile", add)), [
    409,
    "LimitExceeded",
    "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
  ]);
  equal(element(await done("GetInstanceProfile", { InstanceProfileName: "IP" }), "RoleName"), "r");
  deepEqual(elements(await done("ListInstanceProfilesForRole", { RoleName: "r" }), "InstanceProfileName"), [
    "ip",
  ]);
  const conflict = [
    409,
    "DeleteConflict",
    "Cannot delete entity, must remove roles from instance profile first.",
  ];
  deepEqual(refusal(await call("DeleteRole", { RoleName: "r" })), conflict);
  deepEqual(refusal(await call("DeleteInstanceProfile", { InstanceProfileName: "ip" })), conflict);
  await done("RemoveRoleFromInstanceProfile", add);
  await done("DeleteInstanceProfile", { InstanceProfileName: "ip" });
  await done("DeleteRole", { RoleName: "r" });
  deepEqual(refusal(await call("GetInstanceProfile", { InstanceProfileName: "ip" })), [
    404,
    "NoSuchEntity",
    "Instance Profile ip cannot be found.",
  ]);
});
