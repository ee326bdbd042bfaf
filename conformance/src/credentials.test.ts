import { after, before, describe, test } from "node:test";
import { deepEqual, equal, ok } from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  ChangePasswordCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountPasswordPolicyCommand,
  GetCredentialReportCommand,
  GetLoginProfileCommand,
  GetSSHPublicKeyCommand,
  ListServiceSpecificCredentialsCommand,
  ListSSHPublicKeysCommand,
  NoSuchEntityException,
  PasswordPolicyViolationException,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
  UploadServerCertificateCommand,
  UploadSSHPublicKeyCommand,
} from "@aws-sdk/client-iam";
import { clients, failure } from "./clients.ts";
import type { Clients } from "./clients.ts";
import { removeDirectory, startProcess, temporaryDirectory } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";

const first = "Correct-Horse-1";
const second = "Battery-Staple-2";
const UserName = "Bob";

describe("credentials of users, with the stock SDK", () => {
  const data = temporaryDirectory();
  let server: ServerProcess;
  let root: Clients;
  let bob: Clients;

  before(async () => {
    server = await startProcess(data);
    root = clients(server, server.profile());
    await root.iam.send(new CreateUserCommand({ UserName }));
  });
  after(async () => {
    await server.kill("SIGTERM");
    removeDirectory(data);
  });

  test("a password is set under the account's policy, and changed by its user", async () => {
    const { iam } = root;
    const missing = await failure(iam.send(new GetAccountPasswordPolicyCommand({})));
    ok(missing instanceof NoSuchEntityException, missing.name);
    await iam.send(
      new UpdateAccountPasswordPolicyCommand({ RequireNumbers: true, AllowUsersToChangePassword: true }),
    );
    const { PasswordPolicy } = await iam.send(new GetAccountPasswordPolicyCommand({}));
    deepEqual([PasswordPolicy?.MinimumPasswordLength, PasswordPolicy?.ExpirePasswords], [6, false]);

    const weak = await failure(iam.send(new CreateLoginProfileCommand({ UserName, Password: "weak-word" })));
    ok(weak instanceof PasswordPolicyViolationException, weak.name);
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: first, PasswordResetRequired: true }));

    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const keys = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    bob = clients(server, keys);
    await bob.iam.send(new ChangePasswordCommand({ OldPassword: first, NewPassword: second }));
    const { LoginProfile } = await iam.send(new GetLoginProfileCommand({ UserName }));
    equal(LoginProfile?.PasswordResetRequired, false);
    const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keys.accessKeyId }));
    equal(used.UserName, UserName);
  });

  test("what was given is there after a restart, and its secrets nowhere in clear", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    await root.iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: pem }));
    const { ServiceSpecificCredential: credential } = await root.iam.send(
      new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: "codecommit.amazonaws.com" }),
    );
    const secretKey = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const mistaken = new UploadServerCertificateCommand({
      ServerCertificateName: "web",
      CertificateBody: secretKey,
      PrivateKey: secretKey,
    });
    equal((await failure(root.iam.send(mistaken))).name, "MalformedCertificateException");
    equal((await root.iam.send(new GenerateCredentialReportCommand({}))).State, "STARTED");

    await server.kill("SIGKILL");
    server = await startProcess(data);
    const keys = await root.iam.config.credentials();
    root = clients(server, keys);
    bob = clients(server, await bob.iam.config.credentials());

    const { SSHPublicKeys } = await root.iam.send(new ListSSHPublicKeysCommand({ UserName }));
    const SSHPublicKeyId = SSHPublicKeys?.[0]?.SSHPublicKeyId;
    const { SSHPublicKey } = await root.iam.send(
      new GetSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Encoding: "PEM" }),
    );
    equal(SSHPublicKey?.SSHPublicKeyBody, pem);
    const listed = await root.iam.send(new ListServiceSpecificCredentialsCommand({ UserName }));
    equal(listed.ServiceSpecificCredentials?.[0]?.ServiceUserName, credential?.ServiceUserName);
    // The password is the one of before: it is wanted as the old one.
    const change = (OldPassword: string, NewPassword: string): Promise<unknown> =>
      bob.iam.send(new ChangePasswordCommand({ OldPassword, NewPassword }));
    equal((await failure(change(first, second))).name, "AccessDenied");
    await change(second, "Third-Password-3");
    await root.iam.send(new UpdateLoginProfileCommand({ UserName, Password: first }));

    let state: string | undefined;
    while (state !== "COMPLETE") {
      state = (await root.iam.send(new GenerateCredentialReportCommand({}))).State;
      ok(state === "INPROGRESS" || state === "COMPLETE", state);
      if (state !== "COMPLETE") await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { Content } = await root.iam.send(new GetCredentialReportCommand({}));
    const lines = Buffer.from(Content ?? [])
      .toString()
      .split("\n");
    deepEqual(
      lines.map((line) => line.split(",")[0]),
      ["user", "<root_account>", UserName],
    );

    const secrets = [first, second, credential?.ServicePassword ?? "", secretKey.slice(60, 120)];
    for (const file of [
      ...readdirSync(data),
      ...readdirSync(join(data, "audit")).map((f) => join("audit", f)),
    ]) {
      if (file === "audit") continue;
      const bytes = readFileSync(join(data, file));
      for (const secret of secrets) ok(!bytes.includes(secret), `${file} holds a secret`);
    }
  });
});
