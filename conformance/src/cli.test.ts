import { after, before, describe, test } from "node:test";
import { equal, match, ok } from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import {
  cleanEnvironment,
  removeDirectory,
  rolecall,
  run,
  startProcess,
  temporaryDirectory,
} from "./server-process.ts";
import type { Finished, Keys, ServerProcess } from "./server-process.ts";

/** Debian's AWS CLI 2 if it is there, else one that the caller names. */
const aws = process.env["AWS_CLI"] ?? "/usr/bin/aws";
const skip = existsSync(aws) ? false : `no AWS CLI at ${aws} (apt-get install awscli)`;

const directory = temporaryDirectory();
const data = join(directory, "data");
let server: ServerProcess;

const bobArn = "arn:aws:iam::111122223333:user/Bob";
const fooArn = "arn:aws:iam::444455556666:role/foo";

function environment(keys: Keys | undefined, more: Record<string, string> = {}): Record<string, string> {
  return cleanEnvironment({
    AWS_ENDPOINT_URL: server.url,
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: join(directory, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, "shared-credentials"),
    AWS_PAGER: "",
    HOME: directory,
    ...(keys && {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      ...(keys.sessionToken !== undefined && { AWS_SESSION_TOKEN: keys.sessionToken }),
    }),
    ...more,
  });
}

/** Debian's CLI is older than `AWS_ENDPOINT_URL`, so the endpoint is given on the command line too. */
const cli = (keys: Keys | undefined, ...args: string[]): Promise<Finished> =>
  run(aws, [...args, "--endpoint-url", server.url], environment(keys));

async function json<T>(keys: Keys, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await cli(keys, ...args, "--output", "json");
  equal(code, 0, `aws ${args.join(" ")}: ${stderr}\n${server.output()}`);
  return (stdout.trim() === "" ? {} : JSON.parse(stdout)) as T;
}

async function refused(keys: Keys, pattern: RegExp, ...args: string[]): Promise<void> {
  const { code, stderr } = await cli(keys, ...args);
  ok(code !== 0, `aws ${args.join(" ")} was allowed`);
  match(stderr, pattern);
}

const policy = (action: unknown, resource: unknown): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
  });

interface KeyAnswer {
  AccessKey: { AccessKeyId: string; SecretAccessKey: string };
}
interface SessionAnswer {
  Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string; Expiration: string };
}

describe("the stock AWS CLI", { skip }, () => {
  let rootA: Keys;
  let rootB: Keys;
  let bob: Keys;
  let session: Keys;

  before(async () => {
    server = await startProcess(data);
    for (const [id, name] of [
      ["111122223333", "dev"],
      ["444455556666", "prod"],
    ] as const) {
      const made = await rolecall([
        "account",
        "create",
        "--id",
        id,
        "--name",
        name,
        "--endpoint",
        server.url,
        "--data",
        data,
      ]);
      equal(made.code, 0, made.stderr);
    }
    rootA = server.profile("rolecall-111122223333");
    rootB = server.profile("rolecall-444455556666");
  });
  after(async () => {
    await server.kill("SIGTERM");
    removeDirectory(directory);
  });

  test("rolecall env points the tools at the server", async () => {
    const { stdout } = await rolecall([
      "env",
      "--endpoint",
      server.url,
      "--data",
      data,
      "--profile",
      "rolecall-111122223333",
    ]);
    const {
      code,
      stdout: identity,
      stderr,
    } = await run(
      "/bin/sh",
      [
        "-c",
        `${stdout}\n${aws} sts get-caller-identity --endpoint-url "$AWS_ENDPOINT_URL" --output text --query Arn`,
      ],
      environment(undefined),
    );
    equal(code, 0, stderr);
    equal(identity.trim(), "arn:aws:iam::111122223333:root");
  });

  test("waiters end both ways", async () => {
    const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"${bobArn}"}}]}`;
    await json(rootA, "iam", "create-user", "--user-name", "Bob");
    equal((await cli(rootA, "iam", "wait", "user-exists", "--user-name", "Bob")).code, 0);
    await json(rootB, "iam", "create-role", "--role-name", "foo", "--assume-role-policy-document", trust);
    equal((await cli(rootB, "iam", "wait", "role-exists", "--role-name", "foo")).code, 0);
    const { AccessKey } = await json<KeyAnswer>(rootA, "iam", "create-access-key", "--user-name", "Bob");
    bob = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
    await json(rootB, "s3api", "create-bucket", "--bucket", "cli-foo-bucket");
    await json(rootB, "s3api", "create-bucket", "--bucket", "cli-other-bucket");
    await json(
      rootB,
      "iam",
      "put-role-policy",
      "--role-name",
      "foo",
      "--policy-name",
      "p",
      "--policy-document",
      policy(
        ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
        ["arn:aws:s3:::cli-foo-bucket", "arn:aws:s3:::cli-foo-bucket/*"],
      ),
    );
  });

  test("trust alone does not suffice across accounts", async () => {
    await refused(
      bob,
      /AccessDenied.*User: arn:aws:iam::111122223333:user\/Bob is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role\/foo/,
      "sts",
      "assume-role",
      "--role-arn",
      fooArn,
      "--role-session-name",
      "cli",
    );
    await refused(
      bob,
      /403|Forbidden|AccessDenied/,
      "s3",
      "cp",
      "s3://cli-foo-bucket/x",
      join(directory, "x"),
    );
  });

  test("with both sides Bob becomes foo and copies up and down", async () => {
    await json(
      rootA,
      "iam",
      "put-user-policy",
      "--user-name",
      "Bob",
      "--policy-name",
      "p",
      "--policy-document",
      policy("sts:AssumeRole", fooArn),
    );
    const { Credentials } = await json<SessionAnswer>(
      bob,
      "sts",
      "assume-role",
      "--role-arn",
      fooArn,
      "--role-session-name",
      "cli",
    );
    match(Credentials.Expiration, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)$/);
    session = {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    };
    equal(
      (await json<{ Arn: string }>(session, "sts", "get-caller-identity")).Arn,
      "arn:aws:sts::444455556666:assumed-role/foo/cli",
    );

    const big = join(directory, "big");
    writeFileSync(big, randomBytes(20 * 1024 * 1024));
    equal(
      (await cli(session, "s3", "cp", big, "s3://cli-foo-bucket/dir/big", "--quiet")).code,
      0,
      "multipart upload",
    );
    const up = await cli(session, "s3", "cp", big, "s3://cli-foo-bucket/dir/big", "--quiet");
    equal(up.code, 0, up.stderr);
    const down = await cli(session, "s3", "cp", "s3://cli-foo-bucket/dir/big", `${big}.back`, "--quiet");
    equal(down.code, 0, down.stderr);
    ok(readFileSync(big).equals(readFileSync(`${big}.back`)), "the bytes differ");
    await refused(session, /AccessDenied|403/, "s3", "cp", big, "s3://cli-other-bucket/big");
    await refused(
      session,
      /AccessDenied/,
      "s3api",
      "delete-object",
      "--bucket",
      "cli-foo-bucket",
      "--key",
      "dir/big",
    );
    await refused(session, /AccessDenied/, "iam", "list-users");
  });

  test("a profile with role_arn and source_profile is all a user needs", async () => {
    writeFileSync(
      join(directory, "shared-credentials"),
      `[bob]\naws_access_key_id = ${bob.accessKeyId}\naws_secret_access_key = ${bob.secretAccessKey}\n`,
    );
    writeFileSync(
      join(directory, "config"),
      `[profile foo]\nrole_arn = ${fooArn}\nsource_profile = bob\nregion = us-east-1\n`,
    );
    // The profile's own AssumeRole goes to AWS_ENDPOINT_URL, which Debian's CLI does not know.
    const { stdout: version } = await run(aws, ["--version"], environment(undefined));
    const minor = /aws-cli\/(\d+)\.(\d+)/.exec(version);
    if (Number(minor?.[1]) === 2 && Number(minor?.[2]) < 13) return;
    const { code, stdout, stderr } = await run(
      aws,
      ["sts", "get-caller-identity", "--profile", "foo", "--output", "text", "--query", "Arn"],
      environment(undefined),
    );
    equal(code, 0, stderr);
    match(stdout, /assumed-role\/foo\/botocore-session-\d+/);
  });

  test("after its hour the session is over, and everything else is as it was", async () => {
    // A session of two hours ago, made while the server's and the SDK's clock stood there.
    await server.kill("SIGKILL");
    server = await startProcess(data, ["--clock-offset", "-2h"]);
    const sts = new STSClient({
      endpoint: server.url,
      region: "us-east-1",
      credentials: bob,
      systemClockOffset: -2 * 3_600_000,
    });
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: fooArn, RoleSessionName: "old" }),
    );
    const old: Keys = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
    await server.kill("SIGTERM");
    server = await startProcess(data);
    await refused(old, /ExpiredToken/, "s3api", "list-objects-v2", "--bucket", "cli-foo-bucket");
    await refused(old, /ExpiredToken/, "sts", "get-caller-identity");
    await json(session, "s3api", "list-objects-v2", "--bucket", "cli-foo-bucket");
  });

  test("deleting the role ends its sessions at once", async () => {
    await json(rootB, "iam", "delete-role-policy", "--role-name", "foo", "--policy-name", "p");
    await json(rootB, "iam", "delete-role", "--role-name", "foo");
    await refused(session, /InvalidClientTokenId/, "sts", "get-caller-identity");
    await refused(
      session,
      /InvalidAccessKeyId|InvalidToken/,
      "s3api",
      "list-objects-v2",
      "--bucket",
      "cli-foo-bucket",
    );
  });
});
