import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { iam } from "@rolecall/model";
import type { OperationModel, Shape } from "@rolecall/model";
import { sampleMetadata } from "@rolecall/federation/testing";
import { serviceAuthorization } from "@rolecall/service-authorization";
import { iamService } from "./index.ts";
import { testCertificate } from "./testing-certificates.ts";
import { account, allow, element, iamRoad, refusal, trust } from "./testing.ts";
import type { IamRoad } from "./testing.ts";

// What is true of every operation, asked of every operation that there is. A new one is asked by itself; where it
// needs something that cannot be read from the model, the failing test says what to add to which table.

const catalog = serviceAuthorization();
const { certificate, privateKey } = await testCertificate("every-operation");
const names = iamService.operations.map(({ name }) => name).toSorted();
const arn = (resource: string): string => `arn:aws:iam::${account}:${resource}`;
const modelOf = (name: string): OperationModel => {
  const model = iam.operations[name];
  if (!model) throw new Error(`the model has no operation ${name}`);
  return model;
};
const hasMember = (name: string, member: string): boolean =>
  modelOf(name).input.members.some((known) => known.name === member);

/** What a member may be, by its name: lists and structures as they are, not as they are sent. */
type Values = Record<string, unknown>;

/** Values that no model tells, for members of operations that exist or will. */
const values: Values = {
  AccessKeyId: "AKIAABCDEFGHIJKLMNOP",
  AccountAlias: "acme",
  ActionNames: ["s3:GetObject"],
  Arn: arn("user/team/bob"),
  AssumeRolePolicyDocument: trust({ AWS: account }),
  AuthenticationCode1: "123456",
  AuthenticationCode2: "654321",
  AWSServiceName: "support.amazonaws.com",
  CertificateBody: certificate,
  CertificateId: "ABCDEFGHIJKLMNOPQRSTUVWX",
  ClientID: "sts.amazonaws.com",
  DelegationRequestId: "0123456789abcdef",
  Description: "described",
  EntityPath: "o-abcdefghij/r-abcd",
  GroupName: "team",
  InstanceProfileName: "profile",
  JobId: "00000000-0000-4000-8000-000000000000",
  EntityArn: arn("delegation-request/0123456789abcdef"),
  Name: "provider",
  NewPassword: "N3w.Pass-word",
  NotificationChannel: `arn:aws:sns:eu-west-1:${account}:topic`,
  OldPassword: "0ld.Pass-word",
  OpenIDConnectProviderArn: arn("oidc-provider/oidc.example.com"),
  Permissions: { PolicyTemplateArn: arn("policy/rules") },
  PermissionsBoundary: arn("policy/rules"),
  PolicyArn: arn("policy/rules"),
  PolicyDocument: allow("s3:GetObject"),
  PolicyInputList: [allow("s3:GetObject")],
  PolicyName: "inline",
  PrivateKey: privateKey,
  PolicySourceArn: arn("user/team/bob"),
  // A map as it is sent.
  Properties: { "entry.1.key": "RoleManager/Enabled", "entry.1.value": "false" },
  RequestorWorkflowId: "workflow",
  RoleName: "worker",
  SAMLMetadataDocument: sampleMetadata(),
  SAMLProviderArn: arn("saml-provider/provider"),
  SerialNumber: arn("mfa/device"),
  ServerCertificateName: "certificate",
  ServiceName: "codecommit.amazonaws.com",
  ServiceNamespace: "s3",
  ServiceNamespaces: ["s3", "sqs"],
  SSHPublicKeyBody: "ssh-rsa AAAAB3NzaC1yc2E=",
  SSHPublicKeyId: "APKAABCDEFGHIJKLMNOP",
  ServiceSpecificCredentialId: "ACCAABCDEFGHIJKLMNOP",
  DeletionTaskId:
    "task/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport/00000000-0000-4000-8000-000000000000",
  Tags: [
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ],
  TagKeys: ["a"],
  TemplateArn: "arn:aws:iam::aws:role-template/x",
  ThumbprintList: ["0".repeat(40)],
  Url: "https://oidc.example.com",
  UserName: "bob",
  VersionId: "v1",
  VirtualMFADeviceName: "device",
};

function valueOf(name: string, member: string, shape: Shape): unknown {
  const known = values[member];
  if (known !== undefined) return known;
  if (shape.type === "string" && shape.enum?.[0] !== undefined) return shape.enum[0];
  if (shape.type === "integer") return shape.min ?? 1;
  if (shape.type === "boolean") return true;
  throw new Error(`add to \`values\` in every-operation.test.ts what ${member} of ${name} may be`);
}

/** The least that an operation takes. */
const leastInput = (name: string): Values =>
  Object.fromEntries(
    modelOf(name)
      .input.members.filter(({ isRequired }) => isRequired)
      .map(({ name: member, shape }) => [member, valueOf(name, member, shape)]),
  );

/** As it is sent: `Tags.member.1.Key`. */
function form(input: Values, prefix = ""): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [member, value] of Object.entries(input)) {
    if (Array.isArray(value))
      Object.assign(
        fields,
        form(
          Object.fromEntries(value.map((item, n) => [n + 1, item] as const)),
          `${prefix}${member}.member.`,
        ),
      );
    else if (typeof value === "object" && value !== null)
      Object.assign(fields, form(value as Values, `${prefix}${member}.`));
    else fields[prefix + member] = String(value);
  }
  return fields;
}

/** As section by section of AWS's own denials: by name for what exists, by ARN for what is new or listed. */
const shownByType: Record<string, (input: Values) => string> = {
  group: ({ GroupName }) => `group ${String(GroupName)}`,
  "instance-profile": ({ InstanceProfileName }) => `instance profile ${String(InstanceProfileName)}`,
  // A name that was not sent is not shown.
  user: ({ UserName = "" }) => `user ${String(UserName)}`,
  role: ({ RoleName }) => `role ${String(RoleName)}`,
  policy: ({ PolicyArn }) => `policy ${String(PolicyArn)}`,
  mfa: ({ SerialNumber }) => String(SerialNumber),
  "oidc-provider": ({ OpenIDConnectProviderArn }) => String(OpenIDConnectProviderArn),
  "saml-provider": ({ SAMLProviderArn }) => String(SAMLProviderArn),
  "server-certificate": ({ ServerCertificateName }) => `server certificate ${String(ServerCertificateName)}`,
  "delegation-request": ({ DelegationRequestId = "0123456789abcdef" }) =>
    arn(`delegation-request/${String(DelegationRequestId)}`),
  "role-template": ({ TemplateArn }) => `role-template ${String(TemplateArn)}`,
  "access-report": ({ EntityPath }) => arn(`access-report/${String(EntityPath)}`),
};

/** Operations whose resource is not written as its type says. */
const shownByOperation: Record<string, string> = {
  AcquireRole: "role template arn:aws:iam::aws:role-template/x",
  ChangePassword: "user Powerless",
  CreateDelegationRequest: arn("delegation-request/*"),
  CreateGroup: arn("group/team"),
  CreateInstanceProfile: arn("instance-profile/profile"),
  CreateOpenIDConnectProvider: arn("oidc-provider/oidc.example.com"),
  CreatePolicy: "policy inline",
  CreateRole: arn("role/worker"),
  CreateSAMLProvider: arn("saml-provider/provider"),
  CreateServiceLinkedRole: arn("role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport"),
  CreateUser: arn("user/bob"),
  CreateVirtualMFADevice: arn("mfa/device"),
  GenerateServiceLastAccessedDetails: arn("user/team/bob"),
  // Decided on its owner, who is not known before the key is: so he is not shown.
  GetAccessKeyLastUsed: "access key KEY",
  GetContextKeysForPrincipalPolicy: arn("user/team/bob"),
  GetServiceLinkedRoleDeletionStatus: "role AWSServiceRoleForSupport",
  ListGroups: arn("group/"),
  ListInstanceProfiles: arn("instance-profile/"),
  ListOpenIDConnectProviders: arn("oidc-provider/*"),
  ListPolicies: "policy path /",
  ListPoliciesGrantingServiceAccess: arn("user/team/bob"),
  ListRoles: arn("role/"),
  ListSAMLProviders: arn("saml-provider/*"),
  ListServerCertificates: arn("server-certificate/"),
  ListUsers: arn("user/"),
  ListVirtualMFADevices: arn("mfa/"),
  SetDefaultPolicyVersion: `policy ${arn("policy/rules")} version v1`,
  SimulatePrincipalPolicy: arn("user/team/bob"),
  UpdateDelegationRequest: arn("delegation-request/0123456789abcdef"),
  UploadServerCertificate: arn("server-certificate/certificate"),
};

/** Operations without a permission of their own. */
const permissions: Record<string, string> = { AcquireRole: "GetRoleTemplateVersion" };

function shownResource(name: string, input: Values): string {
  const exception = shownByOperation[name];
  if (exception !== undefined) return exception;
  const action = catalog.action(`iam:${name}`);
  const [type] = action?.resourceTypes ?? [];
  if (!type) return "*";
  const shown = shownByType[type.name]?.(input);
  if (shown === undefined || shown.includes("undefined"))
    throw new Error(
      `add to \`shownByOperation\` in every-operation.test.ts how a denial of ${name} shows its resource`,
    );
  return shown;
}

test("every operation is denied to a caller without permissions, in AWS's words", async () => {
  const { call, road } = await iamRoad();
  const { keys } = await road.user(account, "Powerless");
  for (const name of names) {
    // His own key, so that the denial is of this account.
    const input = leastInput(name);
    if ("AccessKeyId" in input) input["AccessKeyId"] = keys.accessKeyId;
    const shown = shownResource(name, input).replace("KEY", keys.accessKeyId);
    const action = `iam:${permissions[name] ?? name}`;
    deepEqual(refusal(await call(name, form(input), keys)), [
      403,
      "AccessDenied",
      `User: ${arn("user/Powerless")} is not authorized to perform: ${action} on resource: ${shown} because no identity-based policy allows the ${action} action`,
    ]);
  }
  deepEqual(road.failures, []);
});

test("every operation ignores members that it does not know", async () => {
  const { call, road } = await iamRoad();
  const { keys } = await road.user(account, "Powerless");
  for (const name of names) {
    const input = form(leastInput(name));
    const unknown = { NoSuchMember: "x", "NoSuchList.member.1": "y" };
    deepEqual(
      refusal(await call(name, { ...input, ...unknown }, keys)),
      refusal(await call(name, input, keys)),
    );
  }
});

test("every operation names each required member that is missing", async () => {
  const { call } = await iamRoad();
  const clause = (path: string): string =>
    `Value at '${path}' failed to satisfy constraint: Member must not be null`;
  for (const name of names) {
    const required = modelOf(name).input.members.filter(({ isRequired }) => isRequired);
    for (const { name: member, path } of required) {
      const { [member]: _, ...rest } = leastInput(name);
      deepEqual(
        refusal(await call(name, form(rest))),
        [400, "ValidationError", `1 validation error detected: ${clause(path)}`],
        `${name} without ${member}`,
      );
    }
    if (required.length < 2) continue;
    const [status, code, message] = refusal(await call(name, {}));
    deepEqual([status, code], [400, "ValidationError"], name);
    ok(message?.startsWith(`${required.length} validation errors detected: `), message);
    for (const { path } of required) ok(message?.includes(clause(path)), message);
  }
});

/**
 * An account with what the listings list. Gives members that only it knows, by operation.
 */
async function world({ done, road }: IamRoad): Promise<(name: string) => Values> {
  const make = (name: string, more: Values = {}): Promise<string> =>
    done(name, form({ ...leastInput(name), ...more }));
  const { Tags } = values;
  await make("CreateUser", { Path: "/team/", Tags });
  await make("CreateGroup");
  await make("CreateRole", { Tags });
  await make("CreateInstanceProfile", { Tags });
  await make("CreatePolicy", { PolicyName: "rules", Tags });
  await make("CreateVirtualMFADevice", { Tags });
  await make("PutUserPolicy");
  await make("PutRolePolicy");
  await make("PutGroupPolicy");
  await make("AddUserToGroup");
  await make("CreateOpenIDConnectProvider", { Tags, ThumbprintList: values["ThumbprintList"] });
  await make("CreateSAMLProvider", { Tags });
  await make("UploadServerCertificate", { Tags });
  await road.store.write(async (tx) => {
    const organizationId = "o-abcdefghij";
    await tx.organizations.insert({
      organizationId,
      managementAccountId: account,
      createdAtMs: road.clock.nowMs,
      rootFeatures: [],
      trustedServices: [],
      delegatedAdministrators: [],
    });
    const found = await tx.accounts.get(account);
    if (found) await tx.accounts.put({ ...found, organizationId });
  });
  const ofOrganization = element(await make("GenerateOrganizationsAccessReport"), "JobId");
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  const ofPolicy = element(await make("GenerateServiceLastAccessedDetails", { Arn: PolicyArn }), "JobId");
  road.clock.nowMs += 60_000;
  return (name) => ({
    JobId: name === "GetOrganizationsAccessReport" ? ofOrganization : ofPolicy,
    // Else the caller's own, which for the root user is nothing to list.
    ...(hasMember(name, "UserName") && { UserName: "bob" }),
  });
}

/** Operations that refuse a foreign marker in words of their own. */
const markerRefusals: Record<string, [number, string, string]> = {
  SimulateCustomPolicy: [400, "InvalidInput", "Invalid marker for pagination."],
  SimulatePrincipalPolicy: [400, "InvalidInput", "Invalid marker for pagination."],
};

test("every listing takes MaxItems=1 and refuses a marker that it did not give", async () => {
  const iamWorld = await iamRoad();
  const { call } = iamWorld;
  const own = await world(iamWorld);
  const listings = names.filter((name) => hasMember(name, "Marker"));
  ok(listings.length > 20);
  for (const name of listings) {
    const members = modelOf(name).input.members.map(({ name: member }) => member);
    const known = Object.entries({ ...leastInput(name), ...own(name) });
    const input = form(Object.fromEntries(known.filter(([member]) => members.includes(member))));
    const one = await call(name, { ...input, ...(members.includes("MaxItems") && { MaxItems: "1" }) });
    equal(one.status, 200, `${name}: ${one.body}\nadd to \`world\` in every-operation.test.ts what it lists`);
    const isTruncated = element(one.body, "IsTruncated") ?? element(one.body, "isTruncated");
    ok(isTruncated === "true" || isTruncated === "false", `${name} says whether there is more`);
    equal(isTruncated === "true", element(one.body, "Marker") !== undefined, name);
    if (members.includes("MaxItems"))
      equal(refusal(await call(name, { ...input, MaxItems: "0" }))[1], "ValidationError", name);
    for (const Marker of ["bm9uZSBvZiBvdXJz", "x"])
      deepEqual(
        refusal(await call(name, { ...input, Marker })),
        markerRefusals[name] ?? [400, "ValidationError", "Marker and Filter do not match"],
        name,
      );
  }
});
