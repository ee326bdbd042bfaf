import { test } from "node:test";
import { deepEqual, equal, match } from "node:assert/strict";
import { iamService } from "@rolecall/iam";
import { allowing, testRoad } from "@rolecall/pipeline/testing";
import type { TestAnswer } from "@rolecall/pipeline/testing";
import type { Organization } from "@rolecall/store-contract";
import type { SigningCredentials } from "@rolecall/sigv4";
import { stsService } from "./index.ts";
import { credentialsIn, element, refusal, trusting, Version, whoAmI } from "./testing.ts";

const management = "111122223333";
const member = "444455556666";
const delegate = "555566667777";
const outside = "777788889999";
const organizationId = "o-abcdefghij";
const task = (name: string): string => `arn:aws:iam::aws:policy/root-task/${name}`;
const audit = task("IAMAuditRootUserCredentials");
const remove = task("IAMDeleteRootUserCredentials");

async function story(features: Organization["rootFeatures"] = ["RootSessions"]) {
  const road = await testRoad([stsService, iamService]);
  const root = await road.account(management);
  const memberRoot = await road.account(member);
  for (const id of [delegate, outside]) await road.account(id);
  await road.store.write(async (tx) => {
    await tx.organizations.insert({
      organizationId,
      managementAccountId: management,
      createdAtMs: 0,
      rootFeatures: features,
      trustedServices: ["iam.amazonaws.com"],
      delegatedAdministrators: [{ accountId: delegate, servicePrincipal: "iam.amazonaws.com" }],
    });
    for (const id of [management, member, delegate]) {
      const account = await tx.accounts.get(id);
      if (account) await tx.accounts.put({ ...account, organizationId });
    }
  });
  const admin = async (accountId: string, policy = allowing("sts:AssumeRoot")) =>
    (await road.user(accountId, "admin", { inlinePolicies: [policy] })).keys;
  const { keys } = await road.user(management, "keeper", { inlinePolicies: [allowing("sts:AssumeRoot")] });
  const assumeRoot = (
    as: SigningCredentials = keys,
    more: Record<string, string> = {},
  ): Promise<TestAnswer> =>
    road.call(as, {
      Action: "AssumeRoot",
      Version,
      TargetPrincipal: member,
      "TaskPolicyArn.arn": audit,
      ...more,
    });
  const iam = (as: SigningCredentials, Action: string, input: Record<string, string> = {}) =>
    road.call(as, { Action, Version: "2010-05-08", ...input }, { service: "iam", region: "us-east-1" });
  return { road, root, memberRoot, admin, keys, assumeRoot, iam };
}

const refused = (answer: TestAnswer): void =>
  refusal(
    answer,
    403,
    "AccessDenied",
    /^User: arn:aws:\S+ is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::\d{12}:root\. /,
  );

test("the management account and IAM's delegated administrator act as a member's root, for one task", async () => {
  const { road, admin, keys, assumeRoot, iam, memberRoot } = await story();
  for (const as of [keys, await admin(delegate)]) {
    const answer = await assumeRoot(as, { TargetPrincipal: `arn:aws:iam::${member}:root` });
    const session = credentialsIn(answer);
    equal(element(answer.body, "Expiration"), "2026-09-27T12:15:00Z");
    const identity = (await whoAmI(road, session)).body;
    equal(element(identity, "Arn"), `arn:aws:iam::${member}:root`);
    equal(element(identity, "Account"), member);
    equal(element(identity, "UserId"), member);
    const list = await iam(session, "ListAccessKeys");
    equal(element(list.body, "AccessKeyId"), memberRoot.accessKeyId, list.body);
    refusal(
      await iam(session, "DeleteAccessKey", { AccessKeyId: memberRoot.accessKeyId }),
      403,
      "AccessDenied",
      /iam:DeleteAccessKey on resource: \S+ with an explicit deny in a session policy/,
    );
    refusal(await iam(session, "ListUsers"), 403, "AccessDenied", /iam:ListUsers/);
  }
  deepEqual(road.failures, []);
});

test("the task of deleting root credentials deletes the member's root key", async () => {
  const { road, assumeRoot, iam, memberRoot, root } = await story();
  const session = credentialsIn(await assumeRoot(undefined, { "TaskPolicyArn.arn": remove }));
  const answer = await iam(session, "DeleteAccessKey", { AccessKeyId: memberRoot.accessKeyId });
  equal(answer.status, 200, answer.body);
  refusal(await whoAmI(road, memberRoot), 403, "InvalidClientTokenId", /invalid/);
  // Another account's root key is not found by it.
  refusal(
    await iam(session, "DeleteAccessKey", { AccessKeyId: root.accessKeyId }),
    404,
    "NoSuchEntity",
    /Access Key/,
  );
});

test("a session of AssumeRoot does nothing else at STS, and ends after 15 minutes", async () => {
  const { road, assumeRoot } = await story();
  const session = credentialsIn(await assumeRoot());
  for (const [Action, more] of [
    ["GetSessionToken", {}],
    ["GetFederationToken", { Name: "fed" }],
    ["AssumeRole", { RoleArn: `arn:aws:iam::${member}:role/foo`, RoleSessionName: "s1" }],
    ["AssumeRoot", { TargetPrincipal: member, "TaskPolicyArn.arn": audit }],
  ] as const)
    refusal(
      await road.call(session, { Action, Version, ...more }),
      403,
      "AccessDenied",
      /session credentials/,
    );
  road.clock.nowMs += 900_000;
  refusal(await whoAmI(road, session), 403, "ExpiredToken", /expired/);
  const short = credentialsIn(await assumeRoot(undefined, { DurationSeconds: "60" }));
  road.clock.nowMs += 60_000;
  refusal(await whoAmI(road, short), 403, "ExpiredToken", /expired/);
});

test("whoever is not entitled meets one refusal", async () => {
  const { road, root, admin, assumeRoot, keys } = await story();
  refusal(await assumeRoot(root), 403, "AccessDenied", /root user credentials/);
  refused(await assumeRoot(await admin(outside)));
  refused(await assumeRoot(await admin(member)));
  refused(await assumeRoot(keys, { TargetPrincipal: management }));
  refused(await assumeRoot(keys, { TargetPrincipal: outside }));
  refused(await assumeRoot(keys, { TargetPrincipal: "999999999999" }));
  const { keys: plain } = await road.user(management, "plain");
  refused(await assumeRoot(plain));
  const { keys: narrow } = await road.user(management, "narrow", {
    inlinePolicies: [
      allowing("sts:AssumeRoot", "*", {
        Condition: { StringEquals: { "sts:TaskPolicyArn": audit, "aws:ResourceAccount": member } },
      }),
    ],
  });
  equal((await assumeRoot(narrow)).status, 200);
  refused(await assumeRoot(narrow, { "TaskPolicyArn.arn": remove }));
  refused(await assumeRoot(narrow, { TargetPrincipal: delegate }));
  const off = await story(["RootCredentialsManagement"]);
  refused(await off.assumeRoot());
});

test("what is no target, no task or too long is told", async () => {
  const { assumeRoot } = await story();
  const bad = [
    [{ TargetPrincipal: `arn:aws:iam::${member}:user/x` }, /is invalid$/],
    [{ "TaskPolicyArn.arn": "arn:aws:iam::aws:policy/AdministratorAccess" }, /is not a task policy/],
    [{ "TaskPolicyArn.arn": task("NoSuchTask") }, /is not a task policy/],
    [{ DurationSeconds: "901" }, /Member must have value less than or equal to 900/],
  ] as const;
  for (const [more, message] of bad)
    refusal(await assumeRoot(undefined, more), 400, "ValidationError", message);
});

test("the event names target and task, in both accounts; later ones say that root was assumed", async () => {
  const { road, assumeRoot } = await story();
  const session = credentialsIn(await assumeRoot());
  const [own, copy] = road.events;
  deepEqual(own?.requestParameters, { targetPrincipal: member, taskPolicyArn: { arn: audit } });
  deepEqual([own?.recipientAccountId, copy?.recipientAccountId], [management, member]);
  equal(own?.sharedEventID, copy?.sharedEventID);
  await whoAmI(road, session);
  const { userIdentity } = road.events.at(-1) ?? {};
  equal(userIdentity?.type, "Root");
  equal(userIdentity?.accountId, member);
  equal(userIdentity?.sessionContext?.assumedRoot, "true");
});

test("a role's session keeps its source identity through it", async () => {
  const { road, assumeRoot } = await story();
  const all = ["sts:AssumeRole", "sts:SetSourceIdentity"];
  await road.role(management, "ops", trusting(`arn:aws:iam::${management}:user/keeper`, {}, all), {
    inlinePolicies: [allowing("sts:AssumeRoot")],
  });
  const { keys } = await road.user(management, "ana");
  equal((await assumeRoot(keys)).status, 403);
  const trusted = await road.role(
    management,
    "ops2",
    trusting(`arn:aws:iam::${management}:user/ana`, {}, all),
    { inlinePolicies: [allowing("sts:AssumeRoot")] },
  );
  const session = credentialsIn(
    await road.call(keys, {
      Action: "AssumeRole",
      Version,
      RoleArn: `arn:aws:iam::${management}:role/${trusted.name}`,
      RoleSessionName: "s1",
      SourceIdentity: "ana",
    }),
  );
  const answer = await assumeRoot(session);
  equal(element(answer.body, "SourceIdentity"), "ana", answer.body);
  match(answer.body, /<AssumeRootResponse /);
});

test("without its task policy a session of AssumeRoot may do nothing", async () => {
  const { road, iam } = await story();
  const session = road.session({
    kind: "assumed-root",
    accountId: member,
    entityId: member,
    policyArns: [task("NoLongerThere")],
  });
  refusal(await iam(session, "ListAccessKeys"), 403, "AccessDenied", /because no session policy allows/);
});
