import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { after, before, test } from "node:test";
import { GetAccountSummaryCommand } from "@aws-sdk/client-iam";
import type { IAMClient } from "@aws-sdk/client-iam";
import { sampleMetadata } from "@rolecall/federation/testing";
import { clients } from "./clients.ts";
import { removeDirectory, startProcess, temporaryDirectory } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";
import { accountAlias, openIdConnectProvider, passwordPolicy, samlProvider } from "./terraform/account.ts";
import type { Kind, State } from "./terraform/kind.ts";
import { policy } from "./terraform/policies.ts";
import { instanceProfile, role, serviceLinkedRole } from "./terraform/roles.ts";
import type { RoleArguments } from "./terraform/roles.ts";
import { accessKey, group, groupMembership, user } from "./terraform/users.ts";

// The life of each resource as Terraform's AWS provider leads it: apply, plan without changes, import, change, destroy.

const account = "111122223333";
const data = temporaryDirectory();
let server: ServerProcess;
let iam: IAMClient;

before(async () => {
  server = await startProcess(data, [], { ROLECALL_ACCOUNT_ID: account });
  ({ iam } = clients(server, server.profile()));
});
after(async () => {
  await server.kill("SIGTERM");
  removeDirectory(data);
});

const arn = (resource: string): string => `arn:aws:iam::${account}:${resource}`;

/** As `data.aws_iam_policy_document` writes it: a list of one is a string. */
const document = (Action: string | string[], more: object = {}): unknown => ({
  Version: "2012-10-17",
  Statement: [{ Sid: "a", Effect: "Allow", Action, Resource: "*", ...more }],
});
const trust = (Principal: object, Action = "sts:AssumeRole", more: object = {}): unknown => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal, Action, ...more }],
});

/** A refresh: what the configuration says must be what is there, or each plan would want to change it. */
async function planIsEmpty<A>(kind: Kind<A>, id: string, wanted: A): Promise<State<A>> {
  const state = await kind.read(iam, id);
  ok(state, `${id} is gone`);
  deepEqual(state.arguments, wanted);
  return state;
}

/** Applies each configuration after the other, and destroys. */
async function live<A>(kind: Kind<A>, first: A, ...later: A[]): Promise<void> {
  let id = await kind.create(iam, first);
  const created = await planIsEmpty(kind, id, first);
  deepEqual(await planIsEmpty(kind, id, first), created, "a second plan sees what the first saw");
  let current = first;
  for (const wanted of later) {
    id = await kind.update(iam, id, current, wanted);
    const { computed } = await planIsEmpty(kind, id, wanted);
    deepEqual(computed, created.computed, "what the service made up stays");
    current = wanted;
  }
  await kind.destroy(iam, id);
  equal(await kind.read(iam, id), undefined);
  const again = await kind.create(iam, first);
  await planIsEmpty(kind, again, first);
  await kind.destroy(iam, again);
}

test("aws_iam_policy: more versions than are kept, and a description that cannot change", async () => {
  const first = {
    name: "tf-policy",
    path: "/tf/",
    description: "",
    policy: document("s3:GetObject"),
    tags: {},
  };
  const versions = ["s3:PutObject", "s3:Get*", "sqs:*", "sns:*", "kms:Decrypt", "ec2:Describe*"].map(
    (action) => ({
      ...first,
      policy: document([action, "s3:ListBucket"], {
        Condition: { StringLike: { "s3:prefix": ["a%3A+b/${aws:username}/*"] } },
      }),
    }),
  );
  await live(policy, first, ...versions, { ...first, tags: { Team: "a b+c", "env:x": "" } });
  await live(policy, { ...first, description: 'Reads objects, and "more"' });
});

test("aws_iam_role: trust, boundary, duration, description, policies and tags", async () => {
  const boundary = await policy.create(iam, {
    name: "tf-boundary",
    path: "/",
    description: "",
    policy: document("*"),
    tags: {},
  });
  const first: RoleArguments = {
    name: "tf-role",
    path: "/tf/role/",
    assumeRolePolicy: trust({ Service: "ec2.amazonaws.com" }),
    description: "",
    maxSessionDuration: 3600,
    permissionsBoundary: undefined,
    tags: {},
    inlinePolicies: {},
    managedPolicyArns: [],
  };
  const full: RoleArguments = {
    ...first,
    assumeRolePolicy: trust({ AWS: arn("root") }, "sts:AssumeRole", {
      Condition: {
        StringEquals: { "sts:ExternalId": "a+b c%20d" },
        Bool: { "aws:MultiFactorAuthPresent": "true" },
      },
    }),
    description: "tab\tand é",
    maxSessionDuration: 43_200,
    permissionsBoundary: boundary,
    tags: { Name: "tf", Empty: "" },
    inlinePolicies: { one: document("s3:*"), two: document(["sqs:SendMessage", "sqs:ReceiveMessage"]) },
    managedPolicyArns: [boundary, "arn:aws:iam::aws:policy/ReadOnlyAccess"],
  };
  const less: RoleArguments = {
    ...full,
    description: "other",
    tags: { Name: "changed", New: "1" },
    inlinePolicies: { two: document("sqs:*") },
    managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
  };
  await live(role, first, full, less, { ...first, description: "" });
  await live(role, full);
  await policy.destroy(iam, boundary);
});

test("aws_iam_user, aws_iam_group, membership and access keys", async () => {
  const boundary = await policy.create(iam, {
    name: "tf-user-boundary",
    path: "/",
    description: "",
    policy: document("*"),
    tags: {},
  });
  const first = { name: "tf-user", path: "/", permissionsBoundary: undefined, tags: { a: "1" } };
  await live(
    user,
    first,
    { ...first, permissionsBoundary: boundary, tags: { A: "2" } },
    { ...first, path: "/moved/", tags: {} },
    { ...first, name: "tf-renamed", path: "/moved/" },
  );
  await policy.destroy(iam, boundary);
  await live(
    group,
    { name: "tf-group", path: "/" },
    { name: "tf-group", path: "/g/" },
    { name: "TF-Other", path: "/g/" },
  );

  const member = await user.create(iam, first);
  for (const name of ["one", "two", "three"]) await group.create(iam, { name, path: "/" });
  await live(groupMembership, { user: member, groups: ["one", "two"] }, { user: member, groups: ["three"] });
  for (const name of ["one", "two", "three"]) await group.destroy(iam, name);
  await live(
    accessKey,
    { user: member, status: "Active" },
    { user: member, status: "Inactive" },
    { user: member, status: "Active" },
  );
  await user.destroy(iam, member);
});

test("aws_iam_instance_profile: its role can be changed", async () => {
  const bare: RoleArguments = {
    name: "tf-instance",
    path: "/",
    assumeRolePolicy: trust({ Service: "ec2.amazonaws.com" }),
    description: "",
    maxSessionDuration: 3600,
    permissionsBoundary: undefined,
    tags: {},
    inlinePolicies: {},
    managedPolicyArns: [],
  };
  const one = await role.create(iam, bare);
  const two = await role.create(iam, { ...bare, name: "tf-instance-2" });
  const first = { name: "tf-profile", path: "/p/", role: one, tags: { a: "b" } };
  await live(instanceProfile, first, { ...first, role: two, tags: {} }, { ...first, role: undefined });
  await role.destroy(iam, one);
  await role.destroy(iam, two);
});

test("aws_iam_openid_connect_provider: the order of the lists, the slash of the URL", async () => {
  // In small letters, as AWS keeps them.
  const thumbprints = ["b".repeat(40), `ab${"0".repeat(38)}`];
  const first = {
    url: "https://idp.example.com/realms/Main/",
    clientIds: ["web", "api"],
    thumbprints,
    tags: {},
  };
  await live(
    openIdConnectProvider,
    first,
    { ...first, thumbprints: thumbprints.toReversed(), tags: { team: "a" } },
    { ...first, clientIds: ["api", "cli"], tags: { team: "b" } },
  );
  await live(openIdConnectProvider, {
    url: "https://oidc.example.com",
    clientIds: ["sts.amazonaws.com"],
    thumbprints: [],
    tags: {},
  });
});

test("aws_iam_saml_provider: the document to the last blank", async () => {
  const first = { name: "tf.saml_provider-1", metadata: sampleMetadata(), tags: {} };
  const windows = sampleMetadata({ filler: 'Zoë &amp; Søn\t"%2B" +' }).replaceAll("\n", "\r\n");
  await live(
    samlProvider,
    first,
    { ...first, metadata: windows, tags: { a: "" } },
    { ...first, tags: { b: "c" } },
  );
});

test("aws_iam_saml_provider: a document of megabytes", async () => {
  const metadata = sampleMetadata({ filler: "name &lt; value; ".repeat(200_000) });
  ok(metadata.length > 3_000_000);
  await live(samlProvider, { name: "tf-large", metadata, tags: {} });
});

test("aws_iam_service_linked_role: with and without a suffix", async () => {
  const first = {
    serviceName: "autoscaling.amazonaws.com",
    customSuffix: "blue",
    description: "",
    tags: { a: "b" },
  };
  await live(serviceLinkedRole, first, { ...first, description: "mine", tags: { c: "d" } });
  await live(serviceLinkedRole, { ...first, serviceName: "ecs.amazonaws.com", customSuffix: undefined });
});

test("aws_iam_account_alias and aws_iam_account_password_policy", async () => {
  await live(accountAlias, { alias: "tf-alias" }, { alias: "tf-other-alias" });
  const defaults = {
    minimumLength: 6,
    requireSymbols: false,
    requireNumbers: false,
    requireUppercase: false,
    requireLowercase: false,
    allowChange: true,
    maxAgeDays: 0,
    reusePrevention: 0,
    hardExpiry: false,
  };
  const strict = {
    minimumLength: 14,
    requireSymbols: true,
    requireNumbers: true,
    requireUppercase: true,
    requireLowercase: true,
    allowChange: false,
    maxAgeDays: 90,
    reusePrevention: 24,
    hardExpiry: true,
  };
  await live(passwordPolicy, defaults, strict, defaults);
});

test("a whole configuration: applied in the order of its references, destroyed in the other", async () => {
  const summary = async (): Promise<unknown> => (await iam.send(new GetAccountSummaryCommand({}))).SummaryMap;
  const empty = await summary();
  const destroy: (() => Promise<void>)[] = [];
  const plans: (() => Promise<unknown>)[] = [];
  const apply = async <A>(kind: Kind<A>, wanted: A): Promise<string> => {
    const id = await kind.create(iam, wanted);
    destroy.unshift(() => kind.destroy(iam, id));
    plans.push(() => planIsEmpty(kind, id, wanted));
    return id;
  };
  const tags = { Project: "whole" };
  const boundary = await apply(policy, {
    name: "w-boundary",
    path: "/w/",
    description: "b",
    policy: document("*"),
    tags,
  });
  const issuer = "token.actions.githubusercontent.com";
  const oidc = await apply(openIdConnectProvider, {
    url: `https://${issuer}`,
    clientIds: ["sts.amazonaws.com"],
    thumbprints: ["6938fd4d98bab03faadb97b34396831e3780aea1"],
    tags,
  });
  const saml = await apply(samlProvider, { name: "w-idp", metadata: sampleMetadata(), tags });
  const base: RoleArguments = {
    name: "w-deploy",
    path: "/w/",
    assumeRolePolicy: trust({ Federated: oidc }, "sts:AssumeRoleWithWebIdentity", {
      Condition: {
        StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" },
        StringLike: { [`${issuer}:sub`]: "repo:o/r:ref:refs/heads/*" },
      },
    }),
    description: "",
    maxSessionDuration: 3600,
    permissionsBoundary: boundary,
    tags,
    inlinePolicies: { deploy: document(["s3:PutObject", "s3:DeleteObject"]) },
    managedPolicyArns: [],
  };
  await apply(role, base);
  await apply(role, {
    ...base,
    name: "w-people",
    assumeRolePolicy: trust({ Federated: saml }, "sts:AssumeRoleWithSAML", {
      Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    }),
  });
  const person = await apply(user, { name: "w-person", path: "/w/", permissionsBoundary: boundary, tags });
  const admins = await apply(group, { name: "w-admins", path: "/w/" });
  await apply(groupMembership, { user: person, groups: [admins] });
  await apply(accessKey, { user: person, status: "Active" });
  const trusted = await apply(role, {
    ...base,
    name: "w-trusts",
    assumeRolePolicy: trust({ AWS: arn("user/w/w-person") }),
  });
  await apply(instanceProfile, { name: "w-profile", path: "/w/", role: trusted, tags });
  notEqual(JSON.stringify(await summary()), JSON.stringify(empty));

  for (const plan of plans) await plan();
  // Another process reads the same: the server is stopped and started on its data.
  await server.kill("SIGTERM");
  server = await startProcess(data, [], { ROLECALL_ACCOUNT_ID: account });
  ({ iam } = clients(server, server.profile()));
  for (const plan of plans) await plan();

  for (const one of destroy) await one();
  deepEqual(await summary(), empty);
});
