import { after, before, test } from "node:test";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolesCommand,
  paginateListRoles,
  PutUserPolicyCommand,
  waitUntilRoleExists,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { createHash } from "node:crypto";
import { presign } from "@rolecall/sigv4";
import { clients, failure } from "./clients.ts";
import type { Clients } from "./clients.ts";
import { removeDirectory, startProcess, temporaryDirectory } from "./server-process.ts";
import type { Keys, ServerProcess } from "./server-process.ts";

const account = "111122223333";
const data = temporaryDirectory();
let server: ServerProcess;
let root: Clients;

before(async () => {
  server = await startProcess(data, [], { ROLECALL_ACCOUNT_ID: account });
  root = clients(server, server.profile());
});
after(async () => {
  await server.kill("SIGTERM");
  removeDirectory(data);
});

const document = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const trust = (principal: object): string =>
  document({ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" });
const ec2 = trust({ Service: "ec2.amazonaws.com" });

async function newUser(UserName: string, policy?: string): Promise<Keys> {
  await root.iam.send(new CreateUserCommand({ UserName }));
  if (policy !== undefined)
    await root.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument: policy }));
  const { AccessKey } = await root.iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
}

test("IAM and STS verify for whatever region the client signs", async () => {
  for (const region of ["eu-west-1", "us-east-1", "aws-global"]) {
    const { iam, sts } = clients(server, server.profile(), region);
    equal((await sts.send(new GetCallerIdentityCommand({}))).Account, account);
    ok(Array.isArray((await iam.send(new ListRolesCommand({}))).Roles));
  }
});

test("a presigned GetCallerIdentity lives for 15 minutes, whatever it says", async () => {
  const at = (minutesAgo: number): Promise<Response> => {
    const host = new URL(server.url).host;
    const signed = presign(
      {
        method: "GET",
        path: "/",
        query: "Action=GetCallerIdentity&Version=2011-06-15",
        headers: [
          ["host", host],
          ["x-k8s-aws-id", "cluster"],
        ],
      },
      {
        credentials: server.profile(),
        region: "us-east-1",
        service: "sts",
        nowMs: Date.now() - minutesAgo * 60_000,
        expiresSeconds: 60,
        bodySha256: createHash("sha256").update("").digest("hex"),
      },
    );
    return fetch(`${server.url}/?${signed.query}`, {
      headers: { "x-k8s-aws-id": "cluster", accept: "application/json" },
    });
  };
  for (const minutes of [0, 14]) {
    const answer = await at(minutes);
    equal(answer.status, 200, await answer.clone().text());
    const body = (await answer.json()) as {
      GetCallerIdentityResponse: { GetCallerIdentityResult: { Account: string } };
    };
    equal(body.GetCallerIdentityResponse.GetCallerIdentityResult.Account, account);
  }
  ok((await at(16)).status >= 400);
});

test("GetCallerIdentity cannot be refused", async () => {
  const keys = await newUser("denied", document({ Effect: "Deny", Action: "*", Resource: "*" }));
  const { sts, iam } = clients(server, keys);
  equal((await sts.send(new GetCallerIdentityCommand({}))).Arn, `arn:aws:iam::${account}:user/denied`);
  const refused = await failure(iam.send(new GetUserCommand({})));
  match(
    refused.message,
    /^User: arn:aws:iam::111122223333:user\/denied is not authorized to perform: iam:GetUser on resource: user /,
  );
  match(refused.message, /with an explicit deny in an identity-based policy/);
});

test("missing things are NoSuchEntity, 404", async () => {
  const calls = [
    () => root.iam.send(new GetUserCommand({ UserName: "none" })),
    () => root.iam.send(new GetRoleCommand({ RoleName: "none" })),
    () => root.iam.send(new GetPolicyCommand({ PolicyArn: `arn:aws:iam::${account}:policy/none` })),
    () => root.iam.send(new GetInstanceProfileCommand({ InstanceProfileName: "none" })),
    () => root.iam.send(new GetRolePolicyCommand({ RoleName: "none", PolicyName: "none" })),
    () => root.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: "none" })),
  ];
  for (const call of calls) {
    const error = await failure(call());
    equal(error.name, "NoSuchEntityException");
    equal(error.$metadata.httpStatusCode, 404);
    ok(error.message.length > 0);
  }
});

test("what was created is there for the next call, whole", async () => {
  await root.iam.send(
    new CreateRoleCommand({
      RoleName: "whole",
      Path: "/team/",
      Description: "d",
      AssumeRolePolicyDocument: ec2,
      MaxSessionDuration: 7200,
      Tags: [{ Key: "k", Value: "v" }],
    }),
  );
  const { Role } = await root.iam.send(new GetRoleCommand({ RoleName: "whole" }));
  equal(Role?.Arn, `arn:aws:iam::${account}:role/team/whole`);
  equal(Role?.MaxSessionDuration, 7200);
  equal(Role?.Description, "d");
  deepEqual(Role?.Tags, [{ Key: "k", Value: "v" }]);
  equal(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""), ec2);
  match(Role?.RoleId ?? "", /^AROA[A-Z2-7]{17}$/);
  const waited = await waitUntilRoleExists({ client: root.iam, maxWaitTime: 5 }, { RoleName: "whole" });
  equal(String(waited.state), "SUCCESS");
});

test("documents come back byte for byte, percent sequences included", async () => {
  const odd = `{"Version":"2012-10-17",\n "Statement" : [{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/%3A +&é*"}]}`;
  const { Policy } = await root.iam.send(new CreatePolicyCommand({ PolicyName: "odd", PolicyDocument: odd }));
  const version = await root.iam.send(
    new GetPolicyVersionCommand({ PolicyArn: Policy?.Arn, VersionId: "v1" }),
  );
  const raw = version.PolicyVersion?.Document ?? "";
  ok(!raw.includes("+") && raw.includes("%20"), raw);
  equal(decodeURIComponent(raw), odd);
});

test("policy versions: five at most, the default cannot go, conflicts have their codes", async () => {
  const doc = document({ Effect: "Allow", Action: "s3:*", Resource: "*" });
  const { Policy } = await root.iam.send(
    new CreatePolicyCommand({ PolicyName: "versions", PolicyDocument: doc, Description: "d" }),
  );
  const PolicyArn = Policy?.Arn ?? "";
  for (let i = 0; i < 4; i++)
    await root.iam.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: doc, SetAsDefault: true }),
    );
  const sixth = await failure(
    root.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: doc })),
  );
  deepEqual([sixth.name, sixth.$metadata.httpStatusCode], ["LimitExceededException", 409]);
  equal((await root.iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.DefaultVersionId, "v5");
  const { Versions } = await root.iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  deepEqual(
    Versions?.map((v) => v.VersionId),
    ["v5", "v4", "v3", "v2", "v1"],
  );
  equal(
    (await failure(root.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v5" })))).name,
    "DeleteConflictException",
  );
  await root.iam.send(new CreateRoleCommand({ RoleName: "attached", AssumeRolePolicyDocument: ec2 }));
  await root.iam.send(new AttachRolePolicyCommand({ RoleName: "attached", PolicyArn }));
  equal(
    (await failure(root.iam.send(new DeletePolicyCommand({ PolicyArn })))).name,
    "DeleteConflictException",
  );
  const conflict = await failure(root.iam.send(new DeleteRoleCommand({ RoleName: "attached" })));
  deepEqual([conflict.name, conflict.$metadata.httpStatusCode], ["DeleteConflictException", 409]);
  await root.iam.send(new DetachRolePolicyCommand({ RoleName: "attached", PolicyArn }));
  await root.iam.send(new DeleteRoleCommand({ RoleName: "attached" }));
});

test("pages of one and of a thousand, in the order of names", async () => {
  for (const name of ["b", "A", "c", "Z", "d"])
    await root.iam.send(
      new CreateRoleCommand({ RoleName: `page-${name}`, Path: "/pages/", AssumeRolePolicyDocument: ec2 }),
    );
  const names: string[] = [];
  for await (const page of paginateListRoles({ client: root.iam, pageSize: 1 }, { PathPrefix: "/pages/" }))
    names.push(...(page.Roles ?? []).map((role) => role.RoleName ?? ""));
  deepEqual(names, ["page-A", "page-b", "page-c", "page-d", "page-Z"]);
  const all = await root.iam.send(new ListRolesCommand({ PathPrefix: "/pages/", MaxItems: 1000 }));
  deepEqual([all.Roles?.length, all.IsTruncated], [5, false]);
});

test("a role that names a principal that does not exist is refused", async () => {
  for (const principal of [
    { AWS: `arn:aws:iam::${account}:user/nobody` },
    { AWS: "999999999999" },
    { Service: "nonsense" },
  ]) {
    const error = await failure(
      root.iam.send(new CreateRoleCommand({ RoleName: "bad", AssumeRolePolicyDocument: trust(principal) })),
    );
    equal(error.name, "MalformedPolicyDocumentException");
    match(error.message, /Invalid principal in policy/);
  }
  equal(
    (await failure(root.iam.send(new GetRoleCommand({ RoleName: "bad" })))).name,
    "NoSuchEntityException",
  );
});

test("thirteen tags and a policy of 2,000 characters go into a session; too much is PackedPolicyTooLarge", async () => {
  const keys = await newUser("vending", document({ Effect: "Allow", Action: "sts:*", Resource: "*" }));
  const { sts } = clients(server, keys);
  await root.iam.send(
    new CreateRoleCommand({
      RoleName: "vended",
      AssumeRolePolicyDocument: document({
        Effect: "Allow",
        Principal: { AWS: account },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      }),
    }),
  );
  const RoleArn = `arn:aws:iam::${account}:role/vended`;
  const Tags = Array.from({ length: 13 }, (_, i) => ({ Key: `Key${i}`, Value: `refs/heads/main:/@=${i}` }));
  const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "" };
  const Policy = document({ ...statement, Resource: `arn:aws:s3:::${"x".repeat(1900)}` });
  const answer = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: "1790510400", Tags, Policy }),
  );
  ok((answer.PackedPolicySize ?? 0) > 0);
  const identity = await clients(server, {
    accessKeyId: answer.Credentials?.AccessKeyId ?? "",
    secretAccessKey: answer.Credentials?.SecretAccessKey ?? "",
    sessionToken: answer.Credentials?.SessionToken ?? "",
  }).sts.send(new GetCallerIdentityCommand({}));
  equal(identity.Arn, `arn:aws:sts::${account}:assumed-role/vended/1790510400`);
  const tooMuch = await failure(
    sts.send(
      new AssumeRoleCommand({
        RoleArn,
        RoleSessionName: "s2",
        Policy: document({ ...statement, Resource: `arn:aws:s3:::${"x".repeat(2100)}` }),
      }),
    ),
  );
  deepEqual([tooMuch.name, tooMuch.$metadata.httpStatusCode], ["PackedPolicyTooLargeException", 400]);
});

test("what is not built says so by name, and is not retried as a server error", async () => {
  const error = await failure(
    root.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "appsync.amazonaws.com" })),
  );
  deepEqual([error.name, error.$metadata.httpStatusCode], ["NotImplemented", 400]);
  match(error.message, /appsync\.amazonaws\.com/);
});
