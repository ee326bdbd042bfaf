import { after, before, describe, test } from "node:test";
import { deepEqual, equal, match } from "node:assert/strict";
import { join } from "node:path";
import { CreatePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  cleanEnvironment,
  removeDirectory,
  rolecall,
  startProcess,
  temporaryDirectory,
} from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";

const directory = temporaryDirectory();
const data = join(directory, "data");
const account = "111122223333";
const roleArn = `arn:aws:iam::${account}:role/ops/deploy`;
const policyArn = `arn:aws:iam::${account}:policy/pass`;
let server: ServerProcess;

const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const lint = (...args: string[]) => rolecall(["lint", ...args, "--endpoint", server.url, "--data", data]);

/** Issue codes by the names of the policies. */
async function codes(...args: string[]): Promise<Record<string, string[]>> {
  const { stdout } = await lint(...args, "--format", "json");
  const subjects = JSON.parse(stdout) as { name: string; findings: { issueCode: string }[] }[];
  return Object.fromEntries(
    subjects.map(({ name, findings }) => [name, findings.map(({ issueCode }) => issueCode)]),
  );
}

describe("rolecall lint on a running server", () => {
  before(async () => {
    server = await startProcess(data, [], cleanEnvironment({ ROLECALL_ACCOUNT_ID: account }));
    const { accessKeyId, secretAccessKey } = server.profile();
    const iam = new IAMClient({
      endpoint: server.url,
      region: "us-east-1",
      credentials: { accessKeyId, secretAccessKey },
    });
    const trust = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
    const pass = { Effect: "Allow", Action: "iam:PassRole", Resource: "*" };
    const typo = { Effect: "Allow", Action: "s3:GetObjekt", Resource: "arn:aws:s3:::logs/*" };
    const RoleName = "deploy";
    await iam.send(
      new CreateRoleCommand({ RoleName, Path: "/ops/", AssumeRolePolicyDocument: document(trust) }),
    );
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: "read", PolicyDocument: document(typo) }),
    );
    await iam.send(new CreatePolicyCommand({ PolicyName: "pass", PolicyDocument: document(pass) }));
    iam.destroy();
  });
  after(async () => {
    await server.kill("SIGTERM");
    removeDirectory(directory);
  });

  test("--live checks trust, inline and managed policies", async () => {
    deepEqual(await codes("--live"), {
      [`${roleArn} trust policy`]: ["ROLECALL_TRUST_OPEN_TO_ALL"],
      [`${roleArn} inline policy read`]: ["INVALID_ACTION"],
      [policyArn]: ["PASS_ROLE_WITH_STAR_IN_RESOURCE"],
    });
  });

  test("an ARN checks its own policies", async () => {
    deepEqual(Object.keys(await codes(policyArn)), [policyArn]);
    equal(Object.keys(await codes(roleArn)).length, 2);
    const { code, stderr } = await lint(`arn:aws:iam::${account}:role/none`);
    equal(code, 1);
    match(stderr, /has no policy of its own in this account/);
  });

  test("the exit code says whether there is an error or a security warning", async () => {
    equal((await lint("--live")).code, 1);
    equal((await lint("--live", "--fail-on", "none")).code, 0);
  });
});
