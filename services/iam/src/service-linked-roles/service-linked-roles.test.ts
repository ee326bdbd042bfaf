import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { createAwsManagedPolicies } from "@rolecall/aws-managed-policies";
import { allowing } from "@rolecall/pipeline/testing";
import { account, allow, element, elements, iamRoad, refusal, trust } from "../testing.ts";
import { serviceLinkedRoleTemplates } from "./table.ts";

const autoscaling = { AWSServiceName: "autoscaling.amazonaws.com" };
const roleArn = (path: string): string => `arn:aws:iam::${account}:role/${path}`;
const name = "AWSServiceRoleForAutoScaling";
const arn = roleArn(`aws-service-role/autoscaling.amazonaws.com/${name}`);

test("a service's role has the name, path, trust and permissions that the service gives it", async () => {
  const { done } = await iamRoad();
  const made = await done("CreateServiceLinkedRole", { ...autoscaling, Description: "mine" });
  equal(element(made, "Arn"), arn);
  equal(element(made, "Path"), "/aws-service-role/autoscaling.amazonaws.com/");
  match(element(made, "RoleId") ?? "", /^AROA/);
  equal(element(made, "MaxSessionDuration"), undefined);
  const got = await done("GetRole", { RoleName: name });
  equal(element(got, "Description"), "mine");
  equal(element(got, "MaxSessionDuration"), "3600");
  equal(
    decodeURIComponent(element(got, "AssumeRolePolicyDocument") ?? ""),
    trust({ Service: "autoscaling.amazonaws.com" }),
  );
  deepEqual(elements(await done("ListAttachedRolePolicies", { RoleName: name }), "PolicyArn"), [
    "arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy",
  ]);
  const suffixed = await done("CreateServiceLinkedRole", { ...autoscaling, CustomSuffix: "blue" });
  equal(element(suffixed, "RoleName"), `${name}_blue`);
  equal(element(await done("GetRole", { RoleName: `${name}_blue` }), "Description"), undefined);
});

test("what AWS refuses is refused in its words", async () => {
  const { call, done } = await iamRoad();
  const create = async (input: Record<string, string>): Promise<unknown> =>
    refusal(await call("CreateServiceLinkedRole", input));
  await done("CreateServiceLinkedRole", autoscaling);
  deepEqual(await create(autoscaling), [
    400,
    "InvalidInput",
    `Service role name ${name} has been taken in this account, please try a different suffix.`,
  ]);
  deepEqual(await create({ AWSServiceName: "acm.amazonaws.com", CustomSuffix: "x" }), [
    400,
    "InvalidInput",
    "Custom suffix is not allowed for acm.amazonaws.com",
  ]);
  for (const service of ["account.amazonaws.com", "AutoScaling.amazonaws.com"])
    deepEqual(await create({ AWSServiceName: service }), [
      403,
      "AccessDenied",
      `Cannot find Service Linked Role template for ${service}`,
    ]);
  deepEqual(((await create({ AWSServiceName: "appsync.amazonaws.com" })) as unknown[]).slice(0, 2), [
    400,
    "NotImplemented",
  ]);
  deepEqual(((await create({ ...autoscaling, CustomSuffix: "x".repeat(50) })) as unknown[]).slice(0, 2), [
    400,
    "InvalidInput",
  ]);
  equal(((await create({ AWSServiceName: "a b" })) as unknown[])[1], "ValidationError");
  deepEqual(elements(await done("ListRoles", { PathPrefix: "/aws-service-role/" }), "RoleName"), [name]);
});

test("creation is decided on the role's ARN and the service's name", async () => {
  const { call, done, road } = await iamRoad();
  const { keys } = await road.user(account, "ana", {
    inlinePolicies: [
      allowing("iam:CreateServiceLinkedRole", roleArn("aws-service-role/*"), {
        Condition: { StringLike: { "iam:AWSServiceName": "autoscaling.*" } },
      }),
    ],
  });
  await done("CreateServiceLinkedRole", autoscaling, keys);
  const denied = (service: string, role: string): unknown => [
    403,
    "AccessDenied",
    `User: arn:aws:iam::${account}:user/ana is not authorized to perform: iam:CreateServiceLinkedRole on resource: ${roleArn(`aws-service-role/${service}/${role}`)} because no identity-based policy allows the iam:CreateServiceLinkedRole action`,
  ];
  const create = async (AWSServiceName: string): Promise<unknown> =>
    refusal(await call("CreateServiceLinkedRole", { AWSServiceName }, keys));
  deepEqual(await create("ecs.amazonaws.com"), denied("ecs.amazonaws.com", "AWSServiceRoleForECS"));
  deepEqual(await create("none.amazonaws.com"), denied("none.amazonaws.com", "AWSServiceRoleFor"));
});

test("only its service changes such a role; description and tags are the account's", async () => {
  const { call, done } = await iamRoad();
  await done("CreateServiceLinkedRole", autoscaling);
  await done("CreateInstanceProfile", { InstanceProfileName: "ip" });
  await done("CreatePolicy", { PolicyName: "P", PolicyDocument: allow("s3:*") });
  const policy = `arn:aws:iam::${account}:policy/P`;
  const refused: Record<string, Record<string, string>> = {
    UpdateAssumeRolePolicy: { PolicyDocument: trust({ AWS: account }) },
    UpdateRole: { MaxSessionDuration: "7200", Description: "x" },
    PutRolePolicy: { PolicyName: "p", PolicyDocument: allow("s3:*") },
    DeleteRolePolicy: { PolicyName: "p" },
    AttachRolePolicy: { PolicyArn: policy },
    DetachRolePolicy: { PolicyArn: "arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy" },
    PutRolePermissionsBoundary: { PermissionsBoundary: policy },
    DeleteRolePermissionsBoundary: {},
    DeleteRole: {},
    AddRoleToInstanceProfile: { InstanceProfileName: "ip" },
  };
  for (const [action, input] of Object.entries(refused))
    deepEqual(
      refusal(await call(action, { RoleName: name, ...input })),
      [
        400,
        "UnmodifiableEntity",
        action === "UpdateRole"
          ? `${name} is an AWS service linked role, max session duration cannot be changed.`
          : `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
      ],
      action,
    );
  await done("TagRole", { RoleName: name, "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" });
  await done("UpdateRole", { RoleName: name, Description: "one" });
  await done("UpdateRoleDescription", { RoleName: name, Description: "two" });
  const got = await done("GetRole", { RoleName: name });
  equal(element(got, "Description"), "two");
  deepEqual(elements(got, "Key"), ["k"]);
  equal(element(got, "MaxSessionDuration"), "3600");
  await done("UntagRole", { RoleName: name, "TagKeys.member.1": "k" });
  deepEqual(elements(await done("ListRoleTags", { RoleName: name }), "Key"), []);
});

test("roles of IAM Identity Center are not changed at all", async () => {
  const { call, road } = await iamRoad();
  const RoleName = "AWSReservedSSO_Admin_0123456789abcdef";
  const path = "/aws-reserved/sso.amazonaws.com/eu-west-1/";
  await road.role(account, RoleName, {}, { path });
  const refused: Record<string, Record<string, string>> = {
    TagRole: { "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" },
    UntagRole: { "TagKeys.member.1": "k" },
    UpdateRole: { Description: "x" },
    UpdateRoleDescription: { Description: "x" },
    DeleteRole: {},
    PutRolePolicy: { PolicyName: "p", PolicyDocument: allow("s3:*") },
  };
  for (const [action, input] of Object.entries(refused))
    equal(refusal(await call(action, { RoleName, ...input }))[1], "UnmodifiableEntity", action);
});

test("an account makes no roles of its own where services have theirs", async () => {
  const { call, done } = await iamRoad();
  const create = async (Path: string): Promise<unknown> =>
    refusal(
      await call("CreateRole", { RoleName: "r", Path, AssumeRolePolicyDocument: trust({ AWS: account }) }),
    );
  deepEqual(await create("/aws-service-role/ecs.amazonaws.com/"), [
    400,
    "InvalidInput",
    "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles",
  ]);
  deepEqual(((await create("/aws-reserved/x/")) as unknown[]).slice(0, 2), [400, "InvalidInput"]);
  await done("CreateRole", {
    RoleName: "r",
    Path: "/service-role/",
    AssumeRolePolicyDocument: trust({ AWS: account }),
  });
});

test("a deletion is done when its task is answered, and can be asked for", async () => {
  const { call, done, road } = await iamRoad();
  await done("CreateServiceLinkedRole", autoscaling);
  const taskId = element(await done("DeleteServiceLinkedRole", { RoleName: name }), "DeletionTaskId") ?? "";
  match(
    taskId,
    /^task\/aws-service-role\/autoscaling\.amazonaws\.com\/AWSServiceRoleForAutoScaling\/[0-9a-f-]{36}$/,
  );
  equal(refusal(await call("GetRole", { RoleName: name }))[1], "NoSuchEntity");
  const status = await done("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId: taskId });
  equal(element(status, "Status"), "SUCCEEDED");
  equal(element(status, "Reason"), undefined);
  deepEqual(refusal(await call("DeleteServiceLinkedRole", { RoleName: name })), [
    404,
    "NoSuchEntity",
    `The role with name ${name} cannot be found.`,
  ]);
  await done("CreateServiceLinkedRole", autoscaling);

  const unknown = `${taskId.slice(0, -4)}0000`;
  deepEqual(refusal(await call("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId: unknown })), [
    404,
    "NoSuchEntity",
    "Cannot find deletion status for given id.",
  ]);
  for (const DeletionTaskId of ["nonsense", "task/aws-service-role/x", `${taskId}/more`])
    deepEqual(refusal(await call("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId })), [
      400,
      "InvalidInput",
      "Invalid task id",
    ]);
  const stranger = await road.account("444455556666");
  equal(
    refusal(await call("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId: taskId }, stranger))[1],
    "NoSuchEntity",
    "a task is its account's",
  );
  await done("CreateRole", { RoleName: "mine", AssumeRolePolicyDocument: trust({ AWS: account }) });
  equal(refusal(await call("DeleteServiceLinkedRole", { RoleName: "mine" }))[1], "NoSuchEntity");
  await done("GetRole", { RoleName: "mine" });

  road.clock.nowMs += 31 * 24 * 3600 * 1000;
  await done("DeleteServiceLinkedRole", { RoleName: name });
  equal(
    refusal(await call("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId: taskId }))[1],
    "NoSuchEntity",
  );
});

test("with a service-linked role goes what was known of its use", async () => {
  const { done, road } = await iamRoad();
  const made = await done("CreateServiceLinkedRole", autoscaling);
  const roleId = element(made, "RoleId") ?? "";
  await road.store.write((tx) =>
    tx.serviceAccesses.insert({
      accountId: account,
      entityId: roleId,
      service: "ec2",
      atMs: road.clock.nowMs,
      region: "eu-west-1",
      actions: {},
    }),
  );
  await done("DeleteServiceLinkedRole", { RoleName: name });
  equal(await road.store.read((tx) => tx.serviceAccesses.count([account, roleId])), 0);
});

test("deletion and its status are decided on the role's ARN", async () => {
  const { call, done, road } = await iamRoad();
  await done("CreateServiceLinkedRole", autoscaling);
  const { keys } = await road.user(account, "ana");
  const denied = (action: string): unknown => [
    403,
    "AccessDenied",
    `User: arn:aws:iam::${account}:user/ana is not authorized to perform: iam:${action} on resource: role ${name} because no identity-based policy allows the iam:${action} action`,
  ];
  deepEqual(
    refusal(await call("DeleteServiceLinkedRole", { RoleName: name }, keys)),
    denied("DeleteServiceLinkedRole"),
  );
  const { keys: cleaner } = await road.user(account, "ben", {
    inlinePolicies: [
      allowing(["iam:DeleteServiceLinkedRole", "iam:GetServiceLinkedRoleDeletionStatus"], arn),
    ],
  });
  const taskId =
    element(await done("DeleteServiceLinkedRole", { RoleName: name }, cleaner), "DeletionTaskId") ?? "";
  await done("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId: taskId }, cleaner);
  deepEqual(
    refusal(await call("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId: taskId }, keys)),
    denied("GetServiceLinkedRoleDeletionStatus"),
  );
});

test("a role that its service uses is not deleted, and the task says what uses it", async () => {
  const { done, road } = await iamRoad();
  const RoleName = "AWSServiceRoleForOrganizations";
  await done("CreateServiceLinkedRole", { AWSServiceName: "organizations.amazonaws.com" });
  const setOrganization = (organizationId: string | undefined): Promise<void> =>
    road.store.write(async (tx) => {
      const record = await tx.accounts.get(account);
      ok(record);
      const { organizationId: _left, ...rest } = record;
      await tx.accounts.put({ ...rest, ...(organizationId !== undefined && { organizationId }) });
    });
  await road.store.write((tx) =>
    tx.organizations.insert({
      organizationId: "o-abcdefghij",
      managementAccountId: "444455556666",
      createdAtMs: 0,
      rootFeatures: [],
      trustedServices: [],
      delegatedAdministrators: [],
    }),
  );
  await setOrganization("o-abcdefghij");
  const taskOf = async (): Promise<string> =>
    element(await done("DeleteServiceLinkedRole", { RoleName }), "DeletionTaskId") ?? "";
  const failed = await done("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId: await taskOf() });
  equal(element(failed, "Status"), "FAILED");
  equal(element(failed, "Region"), "us-east-1");
  deepEqual(elements(failed, "member").slice(-1), [
    "arn:aws:organizations::444455556666:organization/o-abcdefghij",
  ]);
  await done("GetRole", { RoleName });
  await setOrganization(undefined);
  const gone = await done("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId: await taskOf() });
  equal(element(gone, "Status"), "SUCCEEDED");
});

test("the table names policies that AWS has", () => {
  equal(serviceLinkedRoleTemplates.size, 190);
  const aws = createAwsManagedPolicies();
  const missing = [...serviceLinkedRoleTemplates.values()]
    .flatMap(({ attachedPolicies }) => attachedPolicies)
    .filter((policy) => aws.get(policy) === undefined);
  // Recorded on the role; our copy of AWS's policies has it under another name. It grants nothing here.
  deepEqual(missing, ["arn:aws:iam::aws:policy/aws-service-role/AmazonLexBotPolicy"]);
  for (const { serviceName, roleName } of serviceLinkedRoleTemplates.values()) {
    match(serviceName, /^[a-z0-9.-]+\.amazonaws\.com$/);
    if (roleName !== undefined) match(roleName, /^AWSServiceRoleFor[\w-]{1,47}$/);
  }
});
