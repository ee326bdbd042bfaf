import { after, before, test } from "node:test";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import {
  AcceptDelegationRequestCommand,
  AcquireRoleCommand,
  AssociateDelegationRequestCommand,
  CreateDelegationRequestCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  EnableOrganizationsRootSessionsCommand,
  GetAccountPropertiesCommand,
  GetDelegationRequestCommand,
  GetHumanReadableSummaryCommand,
  GetRoleCommand,
  GetRoleTemplateVersionCommand,
  ListOrganizationsFeaturesCommand,
  ListRolesCommand,
  ListUsersCommand,
  paginateSimulatePrincipalPolicy,
  PutAccountPropertiesCommand,
  PutUserPolicyCommand,
  SendDelegationTokenCommand,
  SimulateCustomPolicyCommand,
} from "@aws-sdk/client-iam";
import { GetDelegatedAccessTokenCommand } from "@aws-sdk/client-sts";
import { clients, failure as failureOf } from "./clients.ts";
import type { Clients } from "./clients.ts";
import { removeDirectory, rolecall, startProcess, temporaryDirectory } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";

// Simulation, central root access, role templates and delegated access, as the stock SDK and the command line see them.

const account = "111122223333";
const member = "222233334444";
const data = temporaryDirectory();
let server: ServerProcess;
let root: Clients;

const failure = async (call: Promise<unknown>): Promise<string> => (await failureOf(call)).name;

async function cli(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await rolecall([...args, "--endpoint", server.url, "--data", data]);
  equal(code, 0, stderr);
  return stdout;
}

before(async () => {
  server = await startProcess(data, [], {
    ROLECALL_ACCOUNT_ID: account,
    ROLECALL_QUOTAS: JSON.stringify({ [member]: { UsersPerAccount: 1 } }),
  });
  root = clients(server, server.profile());
});
after(async () => {
  await server.kill("SIGTERM");
  removeDirectory(data);
});

const allow = (Action: string, Resource = "*"): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] });

test("an installation becomes an organization, with central root access", async () => {
  equal(
    await failure(root.iam.send(new ListOrganizationsFeaturesCommand({}))),
    "OrganizationNotFoundException",
  );
  const none = await rolecall(["organization", "show", "--endpoint", server.url, "--data", data]);
  equal(none.code, 1);
  match(none.stderr, /not an organization/);
  match(await cli("organization", "create"), /Organization o-[a-z0-9]{10}\n.*111122223333/);
  await cli("account", "create", "--id", member, "--name", "member");
  match(await cli("organization", "delegate", member), /222233334444 \(iam\.amazonaws\.com\)/);
  const enabled = await root.iam.send(new EnableOrganizationsRootSessionsCommand({}));
  deepEqual(enabled.EnabledFeatures, ["RootSessions"]);
  match(await cli("organization", "show"), /RootSessions/);
  const delegate = clients(server, server.profile(`rolecall-${member}`));
  const listed = await delegate.iam.send(new ListOrganizationsFeaturesCommand({}));
  deepEqual(listed.EnabledFeatures, ["RootSessions"]);
});

test("quotas are set by account", async () => {
  const other = clients(server, server.profile(`rolecall-${member}`));
  await other.iam.send(new CreateUserCommand({ UserName: "first" }));
  equal(
    await failure(other.iam.send(new CreateUserCommand({ UserName: "second" }))),
    "LimitExceededException",
  );
});

test("policies are simulated", async () => {
  const PolicyInputList = [allow("s3:GetObject", "arn:aws:s3:::logs/*")];
  const custom = await root.iam.send(
    new SimulateCustomPolicyCommand({
      PolicyInputList,
      ActionNames: ["s3:GetObject", "s3:PutObject"],
      ResourceArns: ["arn:aws:s3:::logs/a"],
    }),
  );
  deepEqual(
    custom.EvaluationResults?.map(({ EvalDecision }) => EvalDecision),
    ["allowed", "implicitDeny"],
  );
  equal(custom.EvaluationResults?.[0]?.MatchedStatements?.[0]?.SourcePolicyId, "PolicyInputList.1");
  await root.iam.send(new CreateUserCommand({ UserName: "bob" }));
  await root.iam.send(
    new PutUserPolicyCommand({ UserName: "bob", PolicyName: "p", PolicyDocument: allow("iam:Get*") }),
  );
  const decisions: (string | undefined)[] = [];
  const pages = paginateSimulatePrincipalPolicy(
    { client: root.iam, pageSize: 1 },
    {
      PolicySourceArn: `arn:aws:iam::${account}:user/bob`,
      ActionNames: ["iam:GetUser", "iam:ListUsers", "iam:GetRole"],
    },
  );
  for await (const page of pages)
    decisions.push(...(page.EvaluationResults ?? []).map(({ EvalDecision }) => EvalDecision));
  deepEqual(decisions, ["allowed", "implicitDeny", "allowed"]);
});

test("a role template makes a role", async () => {
  const TemplateArn = "arn:aws:iam::aws:role-template/iam.amazonaws.com/PowerUserRoleTemplate:1";
  const { RoleTemplateVersion } = await root.iam.send(new GetRoleTemplateVersionCommand({ TemplateArn }));
  equal(RoleTemplateVersion?.TemplateName, "PowerUserRoleTemplate");
  const { Role } = await root.iam.send(
    new AcquireRoleCommand({
      TemplateArn,
      ReplacementValues: { AWSServiceName: { Values: ["lambda.amazonaws.com"] } },
    }),
  );
  equal(Role?.RoleName, "PowerUserRole");
  const read = await root.iam.send(new GetRoleCommand({ RoleName: "PowerUserRole" }));
  equal(read.Role?.SourceRoleTemplate?.TemplateArn, TemplateArn);
  await root.iam.send(new PutAccountPropertiesCommand({ Properties: { "RoleManager/Enabled": "true" } }));
  const { Properties } = await root.iam.send(new GetAccountPropertiesCommand({}));
  deepEqual(Properties, { "RoleManager/Enabled": "true" });
});

test("access is asked for, approved, traded in and limited", async () => {
  const partner = clients(server, server.profile(`rolecall-${member}`));
  const { Policy } = await partner.iam.send(
    new CreatePolicyCommand({
      PolicyName: "template",
      PolicyDocument: allow("iam:ListRoles", "arn:aws:iam::@{owner}:role/*"),
    }),
  );
  const { DelegationRequestId } = await partner.iam.send(
    new CreateDelegationRequestCommand({
      Description: "Look at the roles",
      OwnerAccountId: account,
      Permissions: {
        PolicyTemplateArn: Policy?.Arn,
        Parameters: [{ Name: "owner", Type: "string", Values: [account] }],
      },
      RequestorWorkflowId: "workflow-1",
      NotificationChannel: `arn:aws:sns:eu-west-1:${member}:delegations`,
      SessionDuration: 900,
    }),
  );
  ok(DelegationRequestId);
  await root.iam.send(new AssociateDelegationRequestCommand({ DelegationRequestId }));
  const EntityArn = `arn:aws:iam::${account}:delegation-request/${DelegationRequestId}`;
  const summary = await root.iam.send(new GetHumanReadableSummaryCommand({ EntityArn }));
  match(summary.SummaryContent ?? "", /iam:ListRoles\n {2}on arn:aws:iam::111122223333:role\/\*/);
  await root.iam.send(new AcceptDelegationRequestCommand({ DelegationRequestId }));
  await root.iam.send(new SendDelegationTokenCommand({ DelegationRequestId }));
  const { DelegationRequest } = await root.iam.send(new GetDelegationRequestCommand({ DelegationRequestId }));
  equal(DelegationRequest?.State, "FINALIZED");

  const foreign = await rolecall([
    "notifications",
    DelegationRequestId,
    "--endpoint",
    server.url,
    "--data",
    data,
  ]);
  match(foreign.stderr, /cannot be found/);
  const lines = (await cli("notifications", DelegationRequestId, "--profile", `rolecall-${member}`))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { Type: string; State: string; ExchangeToken?: string });
  deepEqual(
    lines.map(({ Type, State }) => `${Type} ${State}`),
    [
      "StateChange UNASSIGNED",
      "StateChange ASSIGNED",
      "StateChange ACCEPTED",
      "StateChange FINALIZED",
      "ExchangeToken FINALIZED",
    ],
  );
  const TradeInToken = lines.at(-1)?.ExchangeToken ?? "";
  const { Credentials, AssumedPrincipal } = await partner.sts.send(
    new GetDelegatedAccessTokenCommand({ TradeInToken }),
  );
  equal(AssumedPrincipal, `arn:aws:iam::${account}:root`);
  const delegated = clients(server, {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  });
  ok((await delegated.iam.send(new ListRolesCommand({}))).Roles?.length);
  equal(await failure(delegated.iam.send(new ListUsersCommand({}))), "AccessDenied");
});
