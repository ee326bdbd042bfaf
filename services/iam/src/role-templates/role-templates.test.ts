import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { allowing } from "@rolecall/pipeline/testing";
import { account, allow, element, elements, iamRoad, refusal, trust } from "../testing.ts";

const power = "arn:aws:iam::aws:role-template/iam.amazonaws.com/PowerUserRoleTemplate:1";
const rotation =
  "arn:aws:iam::aws:role-template/secretsmanager.amazonaws.com/AWSSecretsManagerRotationRoleTemplate:1";

/** The form of a map of lists. */
function values(entries: Record<string, string | string[]>): Record<string, string> {
  const form: Record<string, string> = {};
  for (const [at, [name, value]] of Object.entries(entries).entries()) {
    form[`ReplacementValues.entry.${at + 1}.key`] = name;
    for (const [index, one] of [value].flat().entries())
      form[`ReplacementValues.entry.${at + 1}.value.Values.member.${index + 1}`] = one;
  }
  return form;
}

const lambda = { TemplateArn: power, ...values({ AWSServiceName: "lambda.amazonaws.com", RoleName: "r" }) };
const rotationValues = {
  accountId: account,
  region: "us-east-1",
  resourceType: "probe",
};

const decoded = (text: string | undefined): unknown => JSON.parse(decodeURIComponent(text ?? ""));

test("a template makes a role with its policies, and finds it again", async () => {
  const { done } = await iamRoad();
  const made = await done("AcquireRole", lambda);
  equal(element(made, "Arn"), `arn:aws:iam::${account}:role/r`);
  equal(element(made, "SourceRoleTemplate"), undefined);
  equal(element(made, "Description"), undefined);
  equal(element(await done("AcquireRole", lambda), "RoleId"), element(made, "RoleId"));
  const role = await done("GetRole", { RoleName: "r" });
  equal(element(role, "Description"), "Power user role for lambda.amazonaws.com");
  equal(element(role, "TemplateArn"), power);
  equal(element(role, "TemplateMinorVersion"), "0");
  deepEqual(decoded(element(role, "AssumeRolePolicyDocument")), {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  });
  deepEqual(elements(await done("ListAttachedRolePolicies", { RoleName: "r" }), "PolicyArn"), [
    "arn:aws:iam::aws:policy/PowerUserAccess",
  ]);
});

test("statements of inline policies follow their switches; what only they name may be missing", async () => {
  const { done } = await iamRoad();
  const acquire = (name: string, more: Record<string, string | string[]> = {}): Promise<string> =>
    done("AcquireRole", {
      TemplateArn: rotation,
      ...values({ ...rotationValues, RoleName: name, ...more }),
    });
  const inline = async (RoleName: string) => {
    const PolicyName = "SecretRotationPermissionPolicy";
    const body = await done("GetRolePolicy", { RoleName, PolicyName });
    return decoded(element(body, "PolicyDocument")) as { Statement: Record<string, unknown>[] };
  };
  const made = await acquire("off");
  equal(element(made, "Path"), "/service-role/");
  deepEqual(
    (await inline("off")).Statement.map(({ Sid }) => Sid),
    ["AllowRotationAccessGeneric", "AllowPasswordGenerationAccessAdmin"],
  );
  const kmsKeyArn = ["arn:aws:kms:us-east-1:111122223333:key/1", "arn:aws:kms:us-east-1:111122223333:key/2"];
  for (const value of ["True", "true"]) {
    const on = { ADMIN_RESOURCE_ENABLED: value, CMK_ENABLED: value, adminType: "admin", kmsKeyArn };
    await acquire(`on-${value === "True" ? 1 : 2}`, on);
    const statements = (await inline(`on-${value === "True" ? 1 : 2}`)).Statement;
    equal(statements.length, 4);
    deepEqual(statements[3], {
      Sid: "KMSAccessForCustomerSecret",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
      Resource: kmsKeyArn,
      Condition: { StringEquals: { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" } },
    });
  }
});

test("parameters are checked in the service's words", async () => {
  const { call } = await iamRoad();
  const refused = async (more: Record<string, string>) =>
    refusal(await call("AcquireRole", { TemplateArn: power, ...more }));
  const service = { AWSServiceName: "lambda.amazonaws.com" };
  deepEqual(await refused({}), [
    400,
    "InvalidInput",
    "Failed to render template: Parameter 'AWSServiceName' not found.",
  ]);
  deepEqual(await refused(values({ ...service, Unused: "x" })), [
    400,
    "InvalidInput",
    "Failed to render template: Unrecognized parameter: Unused",
  ]);
  deepEqual(await refused(values({ AWSServiceName: ["a.amazonaws.com", "b.amazonaws.com"] })), [
    400,
    "ValidationError",
    "AWSServiceName replacement value must contain exactly one value, got 2",
  ]);
  deepEqual(await refused(values({ AWSServiceName: "not-a-service" })), [
    400,
    "MalformedPolicyDocument",
    'Invalid principal in policy: "SERVICE":"not-a-service"',
  ]);
  deepEqual((await refused(values({ ...service, RoleName: "no/name" }))).slice(0, 2), [400, "InvalidInput"]);
  for (const minor of ["1", "-1"])
    deepEqual(await refused({ ...values(service), TemplateMinorVersion: minor }), [
      404,
      "NoSuchEntity",
      `Role template not found in repository: ${power}`,
    ]);
  deepEqual(refusal(await call("AcquireRole", { TemplateArn: `${power}0` })), [
    404,
    "NoSuchEntity",
    `Role Template ${power}0 cannot be found.`,
  ]);
});

test("a role that is there must be the same one, unmodified", async () => {
  const { call, done } = await iamRoad();
  const again = async (form: Record<string, string> = lambda) =>
    refusal(await call("AcquireRole", form)).slice(0, 3);
  const modified = [
    409,
    "RoleModified",
    "Role r has been modified since it was created and is no longer managed.",
  ];
  const role = { RoleName: "r" };
  await done("AcquireRole", lambda);
  await done("UpdateRole", { ...role, Description: "mine", MaxSessionDuration: "7200" });
  await done("AcquireRole", lambda);

  const extra = { ...role, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
  await done("AttachRolePolicy", extra);
  deepEqual(await again(), modified);
  await done("DetachRolePolicy", extra);
  await done("TagRole", { ...role, "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" });
  deepEqual(await again(), modified);
  await done("UntagRole", { ...role, "TagKeys.member.1": "k" });
  await done("PutRolePolicy", { ...role, PolicyName: "p", PolicyDocument: allow("s3:*") });
  deepEqual(await again(), modified);
  await done("DeleteRolePolicy", { ...role, PolicyName: "p" });
  await done("PutRolePermissionsBoundary", {
    ...role,
    PermissionsBoundary: "arn:aws:iam::aws:policy/ReadOnlyAccess",
  });
  deepEqual(await again(), modified);
  await done("DeleteRolePermissionsBoundary", role);
  await done("UpdateAssumeRolePolicy", { ...role, PolicyDocument: trust({ Service: "ec2.amazonaws.com" }) });
  deepEqual(await again(), modified);
  const equivalent = trust({ Service: ["lambda.amazonaws.com"] });
  await done("UpdateAssumeRolePolicy", { ...role, PolicyDocument: equivalent });
  await done("AcquireRole", lambda);

  const conflict = [
    409,
    "NameConflict",
    "A role with this name exists but was created with different parameters. Pass a unique roleName to create a new role.",
  ];
  const other = { AWSServiceName: "ec2.amazonaws.com", RoleName: "r" };
  deepEqual(await again({ TemplateArn: power, ...values(other) }), conflict);
  const folded = { AWSServiceName: "lambda.amazonaws.com", RoleName: "R" };
  deepEqual(await again({ TemplateArn: power, ...values(folded) }), conflict);
  await done("CreateRole", {
    RoleName: "plain",
    AssumeRolePolicyDocument: trust({ Service: "lambda.amazonaws.com" }),
  });
  const plain = { AWSServiceName: "lambda.amazonaws.com", RoleName: "plain" };
  deepEqual(await again({ TemplateArn: power, ...values(plain) }), [
    409,
    "NameConflict",
    "A role with this name already exists in the account but was not created from this template. Choose a different role name, or remove the existing role if it is no longer needed.",
  ]);
});

test("making a role wants the permissions of its parts; finding one, to read it; both, to read the template", async () => {
  const { road, call, done } = await iamRoad();
  const key = (action: string) =>
    allowing(action, "*", { Condition: { StringEquals: { "iam:RoleTemplateARN": power } } });
  const named = (name: string, policy: { document: string }) => ({ name, document: policy.document });
  const read = named("read", allowing("iam:GetRoleTemplateVersion", power));
  const user = async (name: string, ...inlinePolicies: { name: string; document: string }[]) =>
    (await road.user(account, name, { inlinePolicies })).keys;
  const refused = async (keys: Awaited<ReturnType<typeof user>>) =>
    refusal(await call("AcquireRole", lambda, keys))[2];
  const denial = (name: string, action: string, resource: string): string =>
    `User: arn:aws:iam::${account}:user/${name} is not authorized to perform: iam:${action} on resource: ${resource} because no identity-based policy allows the iam:${action} action`;

  equal(
    await refused(await user("a", named("w", allowing(["iam:CreateRole", "iam:AttachRolePolicy"])))),
    denial("a", "GetRoleTemplateVersion", `role template ${power}`),
  );

  equal(await refused(await user("b", read)), denial("b", "CreateRole", `arn:aws:iam::${account}:role/r`));
  equal(
    await refused(await user("c", read, named("w", key("iam:CreateRole")))),
    denial("c", "AttachRolePolicy", "role/r"),
  );
  equal((await call("GetRole", { RoleName: "r" })).status, 404);
  const attach = allowing("iam:AttachRolePolicy", `arn:aws:iam::${account}:role/r`, {
    Condition: {
      ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/PowerUserAccess" },
      StringEquals: { "iam:RoleTemplateARN": power },
    },
  });
  await done(
    "AcquireRole",
    lambda,
    await user("d", read, named("w", key("iam:CreateRole")), named("x", attach)),
  );
  equal(await refused(await user("e", read)), denial("e", "GetRole", "role r"));
  const reader = await user("f", read, named("w", key("iam:GetRole")));
  await done("AcquireRole", lambda, reader);
  // The key is there while acquiring only.
  equal((await call("GetRole", { RoleName: "r" }, reader)).status, 403);
});

test("inline policies want PutRolePolicy", async () => {
  const { road, call } = await iamRoad();
  const { keys } = await road.user(account, "a", {
    inlinePolicies: [allowing(["iam:GetRoleTemplateVersion", "iam:CreateRole"])],
  });
  const answer = await call("AcquireRole", { TemplateArn: rotation, ...values(rotationValues) }, keys);
  match(
    refusal(answer)[2] ?? "",
    /iam:PutRolePolicy on resource: role\/service-role\/AWSSecretsManagerSecretRotationRole because/,
  );
});

test("an account's quotas hold for acquired roles", async () => {
  const { call } = await iamRoad({ quotas: { "*": { RolesPerAccount: 0 } } });
  deepEqual(refusal(await call("AcquireRole", lambda)), [
    409,
    "LimitExceeded",
    "Cannot exceed quota for RolesPerAccount: 0",
  ]);
  const small = await iamRoad({ quotas: { "*": { RolePolicySize: 100 } } });
  deepEqual(refusal(await small.call("AcquireRole", { TemplateArn: rotation, ...values(rotationValues) })), [
    409,
    "LimitExceeded",
    "Maximum policy size of 100 bytes exceeded for role AWSSecretsManagerSecretRotationRole",
  ]);
});

test("GetRoleTemplateVersion tells the template as it is kept", async () => {
  const { road, call, done } = await iamRoad();
  const body = await done("GetRoleTemplateVersion", { TemplateArn: rotation, MinorVersion: "0" });
  equal(element(body, "TemplateName"), "AWSSecretsManagerRotationRoleTemplate");
  equal(element(body, "MajorVersion"), "1");
  equal(element(body, "PolicyName"), "SecretRotationPermissionPolicy");
  const document = decoded(element(body, "PolicyDocument")) as { Statement: object[] };
  equal(document.Statement.length, 4);
  ok(elements(body, "Type").includes("StringList"));
  deepEqual(refusal(await call("GetRoleTemplateVersion", { TemplateArn: rotation, MinorVersion: "1" })), [
    404,
    "NoSuchEntity",
    `Role Template ${rotation} cannot be found.`,
  ]);
  const { keys } = await road.user(account, "a");
  deepEqual(refusal(await call("GetRoleTemplateVersion", { TemplateArn: power }, keys)), [
    403,
    "AccessDenied",
    `User: arn:aws:iam::${account}:user/a is not authorized to perform: iam:GetRoleTemplateVersion on resource: role-template ${power} because no identity-based policy allows the iam:GetRoleTemplateVersion action`,
  ]);
});

const properties = (entries: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([key, value], at) => [
      [`Properties.entry.${at + 1}.key`, key],
      [`Properties.entry.${at + 1}.value`, value],
    ]),
  );

test("the role manager is switched on with its service-linked role, and off without touching it", async () => {
  const { done, call } = await iamRoad();
  const enabled = async () => element(await done("GetAccountProperties"), "value");
  equal(await enabled(), "false");
  await done("PutAccountProperties", properties({ "RoleManager/Enabled": "true" }));
  await done("PutAccountProperties", properties({ "RoleManager/Enabled": "true", "RoleManager/Other": "x" }));
  equal(await enabled(), "true");
  const role = await done("GetRole", { RoleName: "AWSServiceRoleForIAMRoleManager" });
  equal(element(role, "Path"), "/aws-service-role/role-manager.iam.amazonaws.com/");
  equal((await call("DeleteRole", { RoleName: "AWSServiceRoleForIAMRoleManager" })).status, 400);
  await done("PutAccountProperties", properties({ "RoleManager/Enabled": "false" }));
  equal(await enabled(), "false");
  await done("GetRole", { RoleName: "AWSServiceRoleForIAMRoleManager" });
});

test("properties are checked in the service's words", async () => {
  const { call } = await iamRoad();
  const cases: [Record<string, string>, string][] = [
    [{ Enabled: "true" }, "Property key must be in format Namespace/PropertyName: Enabled"],
    [{ "RoleManager/Enabled": "true", "Other/X": "1" }, "All properties must belong to the same namespace"],
    [{ "Other/Enabled": "true" }, "Unsupported namespace: Other"],
    [{ "RoleManager/Other": "true" }, "RoleManager namespace requires Enabled property"],
    [{ "RoleManager/Enabled/x": "true" }, "RoleManager namespace requires Enabled property"],
    [{ "RoleManager/Enabled": "True" }, "Enabled must be 'true' or 'false'"],
  ];
  for (const [given, sentence] of cases)
    deepEqual(refusal(await call("PutAccountProperties", properties(given))), [
      400,
      "InvalidInput",
      sentence,
    ]);
  equal(refusal(await call("PutAccountProperties"))[1], "ValidationError");
});

test("properties are checked on *, by namespace; switching on wants the service-linked role too", async () => {
  const { road, call } = await iamRoad();
  const condition = (value: string) => ({
    Condition: { "ForAllValues:StringEquals": { "iam:AccountPropertyNamespaces": [value] } },
  });
  const user = async (name: string, ...policies: { document: string }[]) => {
    const inlinePolicies = policies.map(({ document }, at) => ({ name: `p${at}`, document }));
    return (await road.user(account, name, { inlinePolicies })).keys;
  };
  const both = ["iam:GetAccountProperties", "iam:PutAccountProperties"];
  const bare = await user("bare");
  const wrong = await user("wrong", allowing(both, "*", condition("Other")));
  const put = await user("put", allowing(both, "*", condition("RoleManager")));
  const on = properties({ "RoleManager/Enabled": "true" });
  const off = properties({ "RoleManager/Enabled": "false" });
  equal(
    refusal(await call("GetAccountProperties", {}, bare))[2],
    `User: arn:aws:iam::${account}:user/bare is not authorized to perform: iam:GetAccountProperties on resource: * because no identity-based policy allows the iam:GetAccountProperties action`,
  );
  equal((await call("GetAccountProperties", {}, wrong)).status, 403);
  equal((await call("PutAccountProperties", off, wrong)).status, 403);
  equal((await call("GetAccountProperties", {}, put)).status, 200);
  equal((await call("PutAccountProperties", off, put)).status, 200);
  match(
    refusal(await call("PutAccountProperties", on, put))[2] ?? "",
    /iam:CreateServiceLinkedRole on resource: arn:aws:iam::111122223333:role\/aws-service-role\/role-manager.iam.amazonaws.com\/AWSServiceRoleForIAMRoleManager because/,
  );
  const linking = allowing("iam:CreateServiceLinkedRole", "*", {
    Condition: { StringEquals: { "iam:AWSServiceName": "role-manager.iam.amazonaws.com" } },
  });
  const full = await user("full", allowing(both), linking);
  equal((await call("PutAccountProperties", on, full)).status, 200);
});
