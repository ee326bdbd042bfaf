import { after, before, describe, mock, test } from "node:test";
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { signRequest } from "@rolecall/sigv4";
import { Secret, TOTP } from "otpauth";
import { clients, failure } from "./clients.ts";
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
const account = "000000000000";
const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const serial = `arn:aws:iam::${account}:mfa/bob`;
const hourMs = 3_600_000;

const directory = temporaryDirectory();
const data = join(directory, "data");
let server: ServerProcess;
let bob: Keys;
/** Of Bob's device, in base 32. */
let seed: string;
/** The last step whose code was used. */
let usedStep: number;

const document = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const trust = (principal: string, more: object = {}): string =>
  document({ Effect: "Allow", Principal: { AWS: principal }, Action: "sts:AssumeRole", ...more });
const allowAssume = document({ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" });

const stepOf = (ms: number): number => Math.floor(ms / 30_000);
const codeOf = (step: number): string =>
  new TOTP({ secret: Secret.fromBase32(seed) }).generate({ timestamp: step * 30_000 });

const rootCall = async (method: string, path: string, input: object): Promise<number> => {
  const body = JSON.stringify(input);
  const signed = signRequest(
    {
      method,
      path,
      query: "",
      headers: [
        ["host", new URL(server.url).host],
        ["content-type", "application/json"],
      ],
    },
    {
      credentials: server.profile(),
      region: "us-east-1",
      service: "rolecall",
      nowMs: Date.now(),
      bodySha256: createHash("sha256").update(body).digest("hex"),
    },
  );
  const headers = signed.headers.filter(([name]) => name.toLowerCase() !== "host");
  const answer = await fetch(`${server.url}${path}`, {
    method,
    body,
    headers: headers.map(([name, value]) => [name, value] as [string, string]),
  });
  return answer.status;
};

before(async () => {
  server = await startProcess(data, ["--allow-reset"]);
  const { iam } = clients(server, server.profile());
  await iam.send(new CreateUserCommand({ UserName: "bob" }));
  await iam.send(new PutUserPolicyCommand({ UserName: "bob", PolicyName: "p", PolicyDocument: allowAssume }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "bob" }));
  bob = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const user = `arn:aws:iam::${account}:user/bob`;
  for (const [RoleName, AssumeRolePolicyDocument] of [
    ["first", trust(user, { Condition: { StringEquals: { "sts:ExternalId": "x-1" } } })],
    ["long", trust(user)],
    ["guarded", trust(user, { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })],
  ] as const)
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, MaxSessionDuration: 43_200 }));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: "first", PolicyName: "p", PolicyDocument: allowAssume }),
  );
  await iam.send(
    new CreateRoleCommand({ RoleName: "second", AssumeRolePolicyDocument: trust(roleArn("first")) }),
  );
  const { VirtualMFADevice } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "bob" }),
  );
  equal(VirtualMFADevice?.SerialNumber, serial);
  seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? new Uint8Array()).toString();
  usedStep = stepOf(Date.now());
  await iam.send(
    new EnableMFADeviceCommand({
      UserName: "bob",
      SerialNumber: serial,
      AuthenticationCode1: codeOf(usedStep - 1),
      AuthenticationCode2: codeOf(usedStep),
    }),
  );
});
after(async () => {
  await server.kill("SIGTERM");
  removeDirectory(directory);
});

describe("profiles of the stock AWS CLI", { skip: existsSync(aws) ? false : `no AWS CLI at ${aws}` }, () => {
  const environment = (): Record<string, string> =>
    cleanEnvironment({
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_CONFIG_FILE: join(directory, "config"),
      AWS_SHARED_CREDENTIALS_FILE: join(directory, "shared-credentials"),
      AWS_PAGER: "",
      HOME: directory,
    });
  const whoAmI = (profile: string): Promise<Finished> =>
    run(
      aws,
      ["sts", "get-caller-identity", "--profile", profile, "--output", "text", "--query", "Arn"],
      environment(),
    );
  /** Debian's CLI of 2023 does not know `AWS_ENDPOINT_URL`, which the profile's own calls go by. */
  async function knowsEndpoint(): Promise<boolean> {
    const { stdout } = await run(aws, ["--version"], environment());
    const [, major, minor] = /aws-cli\/(\d+)\.(\d+)/.exec(stdout) ?? [];
    return !(Number(major) === 2 && Number(minor) < 13);
  }
  async function is(profile: string, pattern: RegExp): Promise<void> {
    const { code, stdout, stderr } = await whoAmI(profile);
    equal(code, 0, stderr);
    match(stdout, pattern);
  }

  const script = join(directory, "process.mjs");

  before(() => {
    writeFileSync(
      join(directory, "shared-credentials"),
      `[bob]\naws_access_key_id = ${bob.accessKeyId}\naws_secret_access_key = ${bob.secretAccessKey}\n`,
    );
    writeFileSync(
      script,
      `import { execFileSync } from "node:child_process";
       const [, , aws, ...args] = process.argv;
       const { Credentials } = JSON.parse(execFileSync(aws, [...args, "--output", "json"], { encoding: "utf8" }));
       process.stdout.write(JSON.stringify({ Version: 1, ...Credentials }));`,
    );
    const node = process.execPath;
    writeFileSync(
      join(directory, "config"),
      [
        "[profile first]",
        `role_arn = ${roleArn("first")}`,
        "source_profile = bob",
        "external_id = x-1",
        "duration_seconds = 900",
        "role_session_name = by-profile",
        "[profile nobody]",
        `role_arn = ${roleArn("first")}`,
        "source_profile = bob",
        "external_id = other",
        "[profile second]",
        `role_arn = ${roleArn("second")}`,
        "source_profile = first",
        "[profile process]",
        `credential_process = ${node} ${script} ${aws} sts assume-role --profile bob --role-arn ${roleArn("long")} --role-session-name by-process`,
        "",
      ].join("\n"),
    );
  });

  test("role_arn, source_profile, external_id, duration_seconds", async () => {
    if (!(await knowsEndpoint())) return;
    await is("first", /assumed-role\/first\/by-profile/);
    const wrong = await whoAmI("nobody");
    ok(wrong.code !== 0);
    match(wrong.stderr, /AccessDenied.*sts:AssumeRole/);
  });

  test("a profile over a profile", async () => {
    if (!(await knowsEndpoint())) return;
    await is("second", /assumed-role\/second\/botocore-session-\d+/);
  });

  test("credential_process", async () => {
    if (!(await knowsEndpoint())) return;
    await is("process", /assumed-role\/long\/by-process/);
  });

  test("a second factor, its code good once", async () => {
    if (!(await knowsEndpoint())) return;
    // A prompt would ask the keyboard for the code. That of the next step is not used up yet, and early by one at most.
    usedStep = Math.max(usedStep + 1, stepOf(Date.now()));
    appendFileSync(
      join(directory, "config"),
      `[profile guarded]\ncredential_process = ${process.execPath} ${script} ${aws} sts assume-role --profile bob --role-arn ${roleArn("guarded")} --role-session-name by-mfa --serial-number ${serial} --token-code ${codeOf(usedStep)}\n`,
    );
    await is("guarded", /assumed-role\/guarded\/by-mfa/);
    const again = await whoAmI("guarded");
    ok(again.code !== 0);
    match(again.stderr, /MultiFactorAuthentication failed with invalid MFA one time pass code/);
  });
});

test("rolecall sessions and keys, from the command line", async () => {
  const options = ["--endpoint", server.url, "--data", data];
  const { sts } = clients(server, bob);
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn("long"), RoleSessionName: "to-end" }),
  );
  const session: Keys = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  const rotated = await rolecall(["keys", "rotate", ...options]);
  equal(rotated.code, 0, rotated.stderr);
  equal((await rolecall(["keys", "rotate", "--master", ...options])).code, 0);
  const asSession = clients(server, session).sts;
  equal((await asSession.send(new GetCallerIdentityCommand({}))).Account, account);
  const listed = await rolecall(["sessions", "list", "--role", roleArn("long"), "--json", ...options]);
  equal(listed.code, 0, listed.stderr);
  const { sessions } = JSON.parse(listed.stdout) as {
    sessions: { accessKeyId: string; chain: { arn: string }[] }[];
  };
  const found = sessions.find(({ accessKeyId }) => accessKeyId === session.accessKeyId);
  deepEqual(
    found?.chain.map(({ arn }) => arn),
    [`arn:aws:iam::${account}:user/bob`],
  );
  const revoked = await rolecall(["sessions", "revoke", "--session", session.accessKeyId, ...options]);
  equal(revoked.code, 0, revoked.stderr);
  equal((await failure(asSession.send(new GetCallerIdentityCommand({})))).name, "InvalidClientTokenId");
  const both = await rolecall(["sessions", "revoke", ...options]);
  equal(both.code, 1);
  match(both.stderr, /one of --session, --role and --source-identity/);
});

test("the SDK gets new credentials when the old ones end, and a session of twelve hours ends in a moment", async (t) => {
  const provider = fromTemporaryCredentials({
    masterCredentials: bob,
    params: { RoleArn: roleArn("long"), RoleSessionName: "refreshing", DurationSeconds: 3600 },
    clientConfig: { endpoint: server.url, region: "us-east-1" },
  });
  const sts = new STSClient({ endpoint: server.url, region: "us-east-1", credentials: provider });
  const long = await clients(server, bob).sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn("long"), RoleSessionName: "twelve", DurationSeconds: 43_200 }),
  );
  const session: Keys = {
    accessKeyId: long.Credentials?.AccessKeyId ?? "",
    secretAccessKey: long.Credentials?.SecretAccessKey ?? "",
    sessionToken: long.Credentials?.SessionToken ?? "",
  };
  match((await sts.send(new GetCallerIdentityCommand({}))).Arn ?? "", /assumed-role\/long\/refreshing/);
  const first = (await sts.config.credentials()).accessKeyId;

  const realMs = Date.now();
  const move = async (offsetMs: number): Promise<void> => {
    equal(await rootCall("POST", "/_rolecall/clock", { offsetMs }), 200);
    mock.timers.reset();
    mock.timers.enable({ apis: ["Date"], now: realMs + offsetMs });
  };
  t.after(() => mock.timers.reset());
  await move(hourMs);
  match((await sts.send(new GetCallerIdentityCommand({}))).Arn ?? "", /assumed-role\/long\/refreshing/);
  notEqual((await sts.config.credentials()).accessKeyId, first);
  const asLong = (): STSClient => clients(server, session).sts;
  match((await asLong().send(new GetCallerIdentityCommand({}))).Arn ?? "", /assumed-role\/long\/twelve/);
  await move(12 * hourMs);
  equal((await failure(asLong().send(new GetCallerIdentityCommand({})))).name, "ExpiredToken");
});
