import { test } from "node:test";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetAccessKeyLastUsedCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetServiceLastAccessedDetailsCommand,
  ListUsersCommand,
  paginateListPolicies,
} from "@aws-sdk/client-iam";
import type { ServiceLastAccessed } from "@aws-sdk/client-iam";
import { CreateBucketCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { clients, failure } from "./clients.ts";
import type { Clients } from "./clients.ts";
import { removeDirectory, startProcess, temporaryDirectory } from "./server-process.ts";

const account = "111122223333";
const aws = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

async function namesOf(root: Clients, Scope: "AWS" | "Local"): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListPolicies({ client: root.iam, pageSize: 400 }, { Scope }))
    names.push(...(page.Policies ?? []).map(({ PolicyName }) => PolicyName ?? ""));
  return names;
}

/** Every service of a report, once it is complete. */
async function reportOn(root: Clients, Arn: string): Promise<ServiceLastAccessed[]> {
  const { JobId } = await root.iam.send(
    new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity: "ACTION_LEVEL" }),
  );
  const services: ServiceLastAccessed[] = [];
  for (let Marker: string | undefined; ;) {
    const page = await root.iam.send(
      new GetServiceLastAccessedDetailsCommand({ JobId, MaxItems: 1000, ...(Marker && { Marker }) }),
    );
    if (page.JobStatus === "IN_PROGRESS") {
      await new Promise((done) => setTimeout(done, 200));
      continue;
    }
    services.push(...(page.ServicesLastAccessed ?? []));
    Marker = page.Marker;
    if (Marker === undefined) return services;
  }
}

test("AWS's managed policies decide for real, and what was used is known after a restart", async () => {
  const data = temporaryDirectory();
  let server = await startProcess(data, [], { ROLECALL_ACCOUNT_ID: account });
  try {
    let root = clients(server, server.profile());
    const names = await namesOf(root, "AWS");
    ok(names.length > 1500);
    equal(new Set(names).size, names.length);
    deepEqual(await namesOf(root, "Local"), []);
    const { Policy } = await root.iam.send(new GetPolicyCommand({ PolicyArn: aws("ReadOnlyAccess") }));
    const { PolicyVersion } = await root.iam.send(
      new GetPolicyVersionCommand({ PolicyArn: Policy?.Arn, VersionId: Policy?.DefaultVersionId }),
    );
    match(decodeURIComponent(PolicyVersion?.Document ?? ""), /"iam:List\*"/);
    const changed = await failure(
      root.iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: aws("ReadOnlyAccess"),
          PolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
          }),
        }),
      ),
    );
    equal(changed.name, "AccessDenied");

    await root.iam.send(new CreateUserCommand({ UserName: "reader" }));
    await root.iam.send(
      new AttachUserPolicyCommand({ UserName: "reader", PolicyArn: aws("ReadOnlyAccess") }),
    );
    const { AccessKey } = await root.iam.send(new CreateAccessKeyCommand({ UserName: "reader" }));
    const keys = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    const reader = clients(server, keys, "eu-west-1");
    await reader.iam.send(new ListUsersCommand({}));
    await reader.s3.send(new ListBucketsCommand({}));
    equal((await failure(reader.iam.send(new CreateUserCommand({ UserName: "x" })))).name, "AccessDenied");
    equal((await failure(reader.s3.send(new CreateBucketCommand({ Bucket: "made" })))).name, "AccessDenied");

    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" }],
    });
    await root.iam.send(new CreateRoleCommand({ RoleName: "admin", AssumeRolePolicyDocument }));
    await root.iam.send(
      new AttachRolePolicyCommand({ RoleName: "admin", PolicyArn: aws("AdministratorAccess") }),
    );
    await root.iam.send(
      new AttachUserPolicyCommand({ UserName: "reader", PolicyArn: aws("AdministratorAccess") }),
    );
    const RoleArn = `arn:aws:iam::${account}:role/admin`;
    const { Credentials } = await reader.sts.send(
      new AssumeRoleCommand({
        RoleArn,
        RoleSessionName: "limited",
        PolicyArns: [{ arn: aws("ReadOnlyAccess") }],
      }),
    );
    const session = clients(server, {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    });
    await session.iam.send(new ListUsersCommand({}));
    match(
      (await failure(session.iam.send(new CreateUserCommand({ UserName: "y" })))).message,
      /because no session policy allows the iam:CreateUser action/,
    );

    equal(await server.kill("SIGTERM"), 0);
    server = await startProcess(data);
    root = clients(server, server.profile());
    const { AccessKeyLastUsed } = await root.iam.send(
      new GetAccessKeyLastUsedCommand({ AccessKeyId: keys.accessKeyId }),
    );
    deepEqual([AccessKeyLastUsed?.ServiceName, AccessKeyLastUsed?.Region], ["iam", "us-east-1"]);
    const { Role } = await root.iam.send(new GetRoleCommand({ RoleName: "admin" }));
    equal(Role?.RoleLastUsed?.Region, "us-east-1");
    ok(Role?.RoleLastUsed?.LastUsedDate instanceof Date);
    const report = await reportOn(root, `arn:aws:iam::${account}:user/reader`);
    const accessed = report.filter(({ LastAuthenticated }) => LastAuthenticated !== undefined);
    deepEqual(
      accessed.map(({ ServiceNamespace, LastAuthenticatedRegion, TrackedActionsLastAccessed }) => [
        ServiceNamespace,
        LastAuthenticatedRegion,
        TrackedActionsLastAccessed?.filter(({ LastAccessedTime }) => LastAccessedTime).map(
          ({ ActionName }) => ActionName,
        ),
      ]),
      [
        ["iam", "us-east-1", ["CreateUser", "ListUsers"]],
        ["s3", "eu-west-1", ["CreateBucket", "ListAllMyBuckets"]],
        ["sts", "eu-west-1", ["AssumeRole"]],
      ],
    );
    ok(report.length > 300);
  } finally {
    await server.kill("SIGTERM");
    removeDirectory(data);
  }
});
