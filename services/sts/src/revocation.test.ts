import { test } from "node:test";
import { deepEqual, equal } from "node:assert/strict";
import { adminService, firstAccountSetting } from "@rolecall/admin";
import { memoryAuditSink } from "@rolecall/audit";
import { iamService } from "@rolecall/iam";
import { allowing, testRoad } from "@rolecall/pipeline/testing";
import type { TestAnswer } from "@rolecall/pipeline/testing";
import { signRequest } from "@rolecall/sigv4";
import type { SigningCredentials } from "@rolecall/sigv4";
import { createHash } from "node:crypto";
import { stsService } from "./index.ts";
import { a, assume, b, credentialsIn, foo, refusal, trusting, Version, whoAmI } from "./testing.ts";

const all = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
const bar = `arn:aws:iam::${b}:role/bar`;

/** Bob of A may be foo of B, whose sessions may be bar; A is the installation's first account. */
async function story() {
  const audit = memoryAuditSink();
  const admin = adminService(audit, { allowed: false, setClockOffset: () => undefined });
  const road = await testRoad([stsService, iamService, admin], { audit });
  const root = await road.account(a);
  await road.account(b);
  await road.store.write((tx) => tx.settings.put({ name: firstAccountSetting, value: a }));
  const { keys: bob } = await road.user(a, "Bob", { inlinePolicies: [allowing("sts:*")] });
  const role = await road.role(b, "foo", trusting(`arn:aws:iam::${a}:user/Bob`, {}, all), {
    inlinePolicies: [allowing("sts:*"), allowing("iam:GetRole")],
  });
  await road.role(b, "bar", trusting(`arn:aws:iam::${b}:role/foo`, {}, all));
  const admins = (
    keys: SigningCredentials,
    method: string,
    path: string,
    query = "",
    input?: object,
  ): Promise<TestAnswer> => {
    const body = Buffer.from(input === undefined ? "" : JSON.stringify(input));
    const head = { method, path, query, headers: [["host", "localhost"]] as [string, string][] };
    return road.send(
      signRequest(head, {
        credentials: keys,
        region: "us-east-1",
        service: "rolecall",
        nowMs: road.clock.nowMs,
        bodySha256: createHash("sha256").update(body).digest("hex"),
      }),
      body,
    );
  };
  const revoke = (input: object, keys = root): Promise<TestAnswer> =>
    admins(keys, "POST", "/_rolecall/sessions/revoke", "", input);
  const list = async (query = ""): Promise<Record<string, unknown>[]> => {
    const { status, body } = await admins(root, "GET", "/_rolecall/sessions", query);
    equal(status, 200, body);
    return (JSON.parse(body) as { sessions: Record<string, unknown>[] }).sessions;
  };
  return { road, root, bob, role, revoke, list };
}

const over = (answer: TestAnswer): void =>
  refusal(answer, 403, "InvalidClientTokenId", "The security token included in the request is invalid");

test("one session is ended at once, with those chained from it, and no other", async () => {
  const { road, bob, revoke } = await story();
  const one = credentialsIn(await assume(road, bob));
  const other = credentialsIn(await assume(road, bob, { RoleSessionName: "s2" }));
  const chained = credentialsIn(await assume(road, one, { RoleArn: bar }));
  equal((await revoke({ accessKeyId: one.accessKeyId })).status, 200);
  over(await whoAmI(road, one));
  over(await whoAmI(road, chained));
  over(await assume(road, one, { RoleArn: bar }));
  equal((await whoAmI(road, other)).status, 200);
  equal((await whoAmI(road, bob)).status, 200);
});

test("a revocation by a node whose clock is behind takes no earlier one back", async () => {
  const { road, bob, revoke } = await story();
  const one = credentialsIn(await assume(road, bob));
  const first = await revoke({ role: foo });
  road.clock.nowMs -= 5000;
  const second = await revoke({ role: foo });
  equal(second.status, 200);
  equal(second.body, first.body);
  road.clock.nowMs += 5000;
  over(await whoAmI(road, one));
});

test("a session in the middle of a long chain ends all that came of it", async () => {
  const { road, bob, revoke } = await story();
  const loop = `arn:aws:iam::${b}:role/loop`;
  await road.role(b, "loop", trusting({ AWS: [foo, loop] }, {}, all), {
    inlinePolicies: [allowing("sts:*")],
  });
  const sessions = [credentialsIn(await assume(road, bob))];
  for (let at = 1; at < 30; at++) {
    const [last] = sessions.slice(-1);
    if (!last) throw new Error("no session");
    sessions.push(credentialsIn(await assume(road, last, { RoleArn: loop, RoleSessionName: `s${at}` })));
  }
  equal((await revoke({ accessKeyId: sessions[3]?.accessKeyId })).status, 200);
  for (const [at, session] of sessions.entries())
    if (at < 3) equal((await whoAmI(road, session)).status, 200, String(at));
    else over(await whoAmI(road, session));
});

test("what was chained from the sessions of a role ends with them", async () => {
  const { road, bob, revoke, list } = await story();
  const one = credentialsIn(await assume(road, bob));
  const chained = credentialsIn(await assume(road, one, { RoleArn: bar }));
  equal((await revoke({ role: foo })).status, 200);
  over(await whoAmI(road, chained));
  deepEqual(
    (await list()).map(({ arn, revoked }) => [arn, revoked]),
    [
      [`arn:aws:sts::${b}:assumed-role/bar/s1`, true],
      [`arn:aws:sts::${b}:assumed-role/foo/s1`, true],
    ],
  );
  road.clock.nowMs += 1000;
  const later = credentialsIn(await assume(road, bob));
  equal((await whoAmI(road, credentialsIn(await assume(road, later, { RoleArn: bar })))).status, 200);
});

test("a session is ended by its own id, whatever the clock of the node says that issued it", async () => {
  const { road, bob, revoke } = await story();
  // A node whose clock is ahead.
  road.clock.nowMs += 3000;
  const one = credentialsIn(await assume(road, bob));
  const chained = credentialsIn(await assume(road, one, { RoleArn: bar }));
  const token = credentialsIn(await road.call(bob, { Action: "GetSessionToken", Version }));
  road.clock.nowMs -= 3000;
  equal((await revoke({ accessKeyId: one.accessKeyId })).status, 200);
  road.clock.nowMs += 3000;
  over(await whoAmI(road, one));
  over(await whoAmI(road, chained));
  equal((await whoAmI(road, token)).status, 200);
});

test("all sessions of a role end, those issued later live, and a role made anew is another", async () => {
  const { road, bob, role, revoke } = await story();
  const before = [
    credentialsIn(await assume(road, bob)),
    credentialsIn(await assume(road, bob, { RoleSessionName: "s2" })),
  ];
  equal((await revoke({ role: foo })).status, 200);
  for (const session of before) over(await whoAmI(road, session));
  road.clock.nowMs += 1000;
  const after = credentialsIn(await assume(road, bob));
  equal((await whoAmI(road, after)).status, 200);
  deepEqual(await road.store.read((tx) => tx.revocations.list([], { limit: 10 })), [
    {
      scope: "role",
      value: role.roleId,
      revokedAtMs: road.clock.nowMs - 1000,
      expiresAtMs: road.clock.nowMs - 1000 + 36 * 3_600_000,
    },
  ]);
});

test("a source identity is followed through the chain and over accounts", async () => {
  const { road, bob, revoke } = await story();
  const ana = credentialsIn(await assume(road, bob, { SourceIdentity: "ana" }));
  const chained = credentialsIn(await assume(road, ana, { RoleArn: bar }));
  const ben = credentialsIn(await assume(road, bob, { SourceIdentity: "ben" }));
  equal((await revoke({ sourceIdentity: "ana" })).status, 200);
  over(await whoAmI(road, ana));
  over(await whoAmI(road, chained));
  equal((await whoAmI(road, ben)).status, 200);
});

test("the key of a user ends the sessions that began with it", async () => {
  const { road, bob, revoke } = await story();
  const session = credentialsIn(await assume(road, bob));
  const token = credentialsIn(await road.call(bob, { Action: "GetSessionToken", Version }));
  equal((await revoke({ accessKeyId: bob.accessKeyId })).status, 200);
  over(await whoAmI(road, session));
  over(await whoAmI(road, token));
  // The key itself is switched off in IAM.
  equal((await whoAmI(road, bob)).status, 200);
});

test("only who may revokes, and only what can be meant", async () => {
  const { road, bob, revoke } = await story();
  equal((await revoke({ role: foo }, bob)).status, 403);
  const session = credentialsIn(await assume(road, bob));
  equal((await revoke({ role: foo }, session)).status, 403);
  const { keys } = await road.user(a, "Warden", {
    inlinePolicies: [allowing("rolecall:RevokeSessions", `arn:aws:rolecall::${a}:role/${foo}`)],
  });
  equal((await revoke({ sourceIdentity: "ana" }, keys)).status, 403);
  equal((await whoAmI(road, session)).status, 200);
  equal((await revoke({ role: foo }, keys)).status, 200);
  over(await whoAmI(road, session));
  for (const input of [
    {},
    { role: foo, sourceIdentity: "x1" },
    { role: "foo" },
    { other: "x" },
    { accessKeyId: 1 },
  ])
    equal((await revoke(input)).status, 400, JSON.stringify(input));
  equal((await revoke({ role: `${foo}x` })).status, 404);
});

test("the list says who stands behind a session, when it was used, and that it was ended", async () => {
  const { road, bob, revoke, list } = await story();
  const one = credentialsIn(await assume(road, bob, { SourceIdentity: "ana" }));
  road.clock.nowMs += 60_000;
  const chained = credentialsIn(await assume(road, one, { RoleArn: bar, RoleSessionName: "deep" }));
  road.clock.nowMs += 60_000;
  await whoAmI(road, chained);
  const [newest, oldest, ...more] = await list();
  deepEqual(more, []);
  deepEqual(newest, {
    accessKeyId: chained.accessKeyId,
    arn: `arn:aws:sts::${b}:assumed-role/bar/deep`,
    operation: "AssumeRole",
    role: bar,
    sourceIdentity: "ana",
    issuedAt: "2026-09-27T12:01:00.000Z",
    expiresAt: "2026-09-27T13:01:00.000Z",
    lastUsedAt: "2026-09-27T12:02:00.000Z",
    revoked: false,
    chain: [
      { arn: `arn:aws:iam::${a}:user/Bob`, accessKeyId: bob.accessKeyId },
      { arn: `arn:aws:sts::${b}:assumed-role/foo/s1`, accessKeyId: one.accessKeyId },
    ],
  });
  equal(oldest?.["lastUsedAt"], "2026-09-27T12:01:00.000Z");
  equal((await list(`role=${encodeURIComponent(bar)}`)).length, 1);
  equal((await list(`account=${a}`)).length, 0);
  await revoke({ accessKeyId: one.accessKeyId });
  deepEqual(
    (await list()).map(({ revoked }) => revoked),
    [true, true],
  );
  road.clock.nowMs += 3_600_000;
  deepEqual(await list(), []);
});

test("a policy that denies older tokens ends what was issued before it", async () => {
  const { road, bob, role } = await story();
  const getRole = (keys: SigningCredentials): Promise<TestAnswer> =>
    road.call(
      keys,
      { Action: "GetRole", Version: "2010-05-08", RoleName: "foo" },
      { service: "iam", region: "us-east-1" },
    );
  const old = credentialsIn(await assume(road, bob));
  equal((await getRole(old)).status, 200);
  road.clock.nowMs += 60_000;
  const document = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Action: ["*"],
        Resource: ["*"],
        Condition: { DateLessThan: { "aws:TokenIssueTime": "2026-09-27T12:00:30.000Z" } },
      },
    ],
  });
  await road.store.write((tx) =>
    tx.roles.put({
      ...role,
      inlinePolicies: [...role.inlinePolicies, { name: "AWSRevokeOlderSessions", document }],
    }),
  );
  refusal(await getRole(old), 403, "AccessDenied", /with an explicit deny in an identity-based policy/);
  // Nothing can refuse this one.
  equal((await whoAmI(road, old)).status, 200);
  equal((await getRole(credentialsIn(await assume(road, bob)))).status, 200);
});
