import { test } from "node:test";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { allowing, testRoad } from "@rolecall/pipeline/testing";
import { stsService } from "./index.ts";
import {
  a,
  assume,
  b,
  credentialsIn,
  element,
  foo,
  refusal,
  story,
  trusting,
  Version,
  whoAmI,
} from "./testing.ts";

test("GetCallerIdentity tells each kind of caller", async () => {
  const { road, rootA, bob, user, role } = await story();
  match(
    (await whoAmI(road, rootA)).body,
    new RegExp(
      `<Arn>arn:aws:iam::${a}:root</Arn><UserId>${a}</UserId>|<UserId>${a}</UserId><Account>${a}</Account><Arn>arn:aws:iam::${a}:root</Arn>`,
    ),
  );
  const asBob = await whoAmI(road, bob);
  equal(element(asBob.body, "Arn"), `arn:aws:iam::${a}:user/Bob`);
  equal(element(asBob.body, "UserId"), user.userId);
  const session = credentialsIn(await assume(road, bob));
  const asFoo = await whoAmI(road, session);
  equal(element(asFoo.body, "Arn"), `arn:aws:sts::${b}:assumed-role/foo/s1`);
  equal(element(asFoo.body, "UserId"), `${role.roleId}:s1`);
  equal(element(asFoo.body, "Account"), b);
  deepEqual(road.failures, []);
});

test("across accounts both sides must allow", async () => {
  const bare = `User: arn:aws:iam::${a}:user/Bob is not authorized to perform: sts:AssumeRole on resource: ${foo}`;
  const onlyTrust = await story(undefined, []);
  refusal(await assume(onlyTrust.road, onlyTrust.bob), 403, "AccessDenied", `${bare}.`);
  const onlyIdentity = await story(trusting(`arn:aws:iam::${b}:root`));
  refusal(await assume(onlyIdentity.road, onlyIdentity.bob), 403, "AccessDenied", bare);
  const both = await story();
  equal((await assume(both.road, both.bob)).status, 200);
  refusal(
    await both.road.call(both.bob, {
      Action: "AssumeRole",
      Version,
      RoleArn: `${foo}x`,
      RoleSessionName: "s1",
    }),
    403,
    "AccessDenied",
    `${bare}x.`,
  );
});

test("in the same account a trust policy that names the user is enough, one that names the account is not", async () => {
  const road = await testRoad([stsService]);
  await road.account(b);
  const { keys } = await road.user(b, "Eve");
  await road.role(b, "foo", trusting(`arn:aws:iam::${b}:user/Eve`));
  equal((await assume(road, keys)).status, 200);
  await road.role(b, "delegating", trusting(b));
  refusal(
    await assume(road, keys, { RoleArn: `arn:aws:iam::${b}:role/delegating` }),
    403,
    "AccessDenied",
    /sts:AssumeRole/,
  );
  const { keys: allowed } = await road.user(b, "Ann", {
    inlinePolicies: [allowing("sts:AssumeRole", `arn:aws:iam::${b}:role/delegating`)],
  });
  equal((await assume(road, allowed, { RoleArn: `arn:aws:iam::${b}:role/delegating` })).status, 200);
  refusal(await assume(road, allowed), 403, "AccessDenied", /sts:AssumeRole/);
});

test("a role ARN in another path or case is another role; a malformed one is invalid", async () => {
  const { road, bob } = await story();
  for (const arn of [`arn:aws:iam::${b}:role/x/foo`, `arn:aws:iam::${b}:role/FOO`])
    refusal(await assume(road, bob, { RoleArn: arn }), 403, "AccessDenied", /sts:AssumeRole/);
  for (const arn of ["arn:aws:iam::444455556666:user/foo", "this-is-no-arn-at-all"])
    refusal(await assume(road, bob, { RoleArn: arn }), 400, "ValidationError", `${arn} is invalid`);
});

test("external ids, session names and source identities reach the trust policy", async () => {
  const { road, bob } = await story(
    trusting(`arn:aws:iam::${a}:user/Bob`, {
      Condition: { StringEquals: { "sts:ExternalId": "x1", "sts:RoleSessionName": "s1" } },
    }),
  );
  equal((await assume(road, bob, { ExternalId: "x1" })).status, 200);
  equal((await assume(road, bob, { ExternalId: "x2" })).status, 403);
  equal((await assume(road, bob)).status, 403);
  equal((await assume(road, bob, { ExternalId: "x1", RoleSessionName: "s2" })).status, 403);
});

test("tags and source identity need permissions of their own", async () => {
  const plain = await story();
  refusal(
    await assume(plain.road, plain.bob, { "Tags.member.1.Key": "team", "Tags.member.1.Value": "x" }),
    403,
    "AccessDenied",
    /sts:TagSession on resource/,
  );
  refusal(
    await assume(plain.road, plain.bob, { SourceIdentity: "bob" }),
    403,
    "AccessDenied",
    /sts:SetSourceIdentity on resource/,
  );
  const open = await story(
    trusting(`arn:aws:iam::${a}:user/Bob`, {}, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]),
  );
  const answer = await assume(open.road, open.bob, {
    SourceIdentity: "bob",
    "Tags.member.1.Key": "team",
    "Tags.member.1.Value": "a:/@=b",
  });
  equal(answer.status, 200, answer.body);
  equal(element(answer.body, "SourceIdentity"), "bob");
  equal(element(answer.body, "PackedPolicySize"), "1");
});

test("wrong tags are told in AWS's words", async () => {
  const { road, bob } = await story();
  const tag = (n: number, key: string) => ({
    [`Tags.member.${n}.Key`]: key,
    [`Tags.member.${n}.Value`]: "v",
  });
  refusal(
    await assume(road, bob, { ...tag(1, "Team"), ...tag(2, "team") }),
    400,
    "InvalidParameterValue",
    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
  );
  refusal(
    await assume(road, bob, { ...tag(1, "team"), "TransitiveTagKeys.member.1": "other" }),
    400,
    "InvalidParameterValue",
    "The specified transitive tag key must be included in the requested tags.",
  );
});

test("in a chain, transitive tags and source identity stay, and the hour is the limit", async () => {
  const all = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
  const { road, bob, role } = await story(trusting(`arn:aws:iam::${a}:user/Bob`, {}, all));
  await road.store.write((tx) =>
    tx.roles.put({ ...role, maxSessionDurationSeconds: 43_200, inlinePolicies: [allowing("sts:*")] }),
  );
  const next = `arn:aws:iam::${b}:role/next`;
  await road.role(
    b,
    "next",
    trusting(
      b,
      { Condition: { StringEquals: { "aws:PrincipalTag/team": "x", "sts:SourceIdentity": "bob" } } },
      all,
    ),
    { maxSessionDurationSeconds: 43_200 },
  );
  const tags = {
    "Tags.member.1.Key": "team",
    "Tags.member.1.Value": "x",
    "Tags.member.2.Key": "other",
    "Tags.member.2.Value": "y",
    "TransitiveTagKeys.member.1": "team",
    SourceIdentity: "bob",
  };
  const session = credentialsIn(await assume(road, bob, { ...tags, DurationSeconds: "43200" }));
  const chained = await assume(road, session, { RoleArn: next });
  equal(element(chained.body, "SourceIdentity"), "bob", chained.body);
  refusal(
    await assume(road, session, { RoleArn: next, DurationSeconds: "3601" }),
    400,
    "ValidationError",
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
  );
  refusal(
    await assume(road, session, { RoleArn: next, "Tags.member.1.Key": "TEAM", "Tags.member.1.Value": "z" }),
    400,
    "InvalidParameterValue",
    "One of the specified transitive tag keys can't be set because it conflicts",
  );
});

test("durations: default one hour, bounded by the role and by the model", async () => {
  const { road, bob } = await story();
  const answer = await assume(road, bob);
  equal(element(answer.body, "Expiration"), "2026-09-27T13:00:00Z");
  refusal(
    await assume(road, bob, { DurationSeconds: "3601" }),
    400,
    "ValidationError",
    "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  );
  refusal(
    await assume(road, bob, { DurationSeconds: "899" }),
    400,
    "ValidationError",
    /1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900/,
  );
  refusal(
    await assume(road, bob, { RoleSessionName: "Session1:2" }),
    400,
    "ValidationError",
    /1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[\\w\+=,\.@-\]\*/,
  );
});

test("sessions end at their expiry, with their role, and are not revived", async () => {
  const { road, bob, role } = await story();
  const session = credentialsIn(await assume(road, bob));
  road.clock.nowMs += 3_599_000;
  equal((await whoAmI(road, session)).status, 200);
  road.clock.nowMs += 1000;
  refusal(
    await whoAmI(road, session),
    403,
    "ExpiredToken",
    "The security token included in the request is expired",
  );
  const second = credentialsIn(await assume(road, bob));
  await road.store.write((tx) => tx.roles.delete(b, "foo"));
  refusal(
    await whoAmI(road, second),
    403,
    "InvalidClientTokenId",
    "The security token included in the request is invalid",
  );
  await road.role(b, "foo", trusting(`arn:aws:iam::${a}:user/Bob`), {
    roleId: `${role.roleId.slice(0, -1)}Z`,
  });
  refusal(await whoAmI(road, second), 403, "InvalidClientTokenId", /invalid/);
});

test("a token goes with its own key, its own secret, and unaltered", async () => {
  const { road, bob } = await story();
  const one = credentialsIn(await assume(road, bob));
  const two = credentialsIn(await assume(road, bob));
  refusal(
    await whoAmI(road, { ...one, sessionToken: two.sessionToken }),
    403,
    "InvalidClientTokenId",
    /invalid/,
  );
  refusal(
    await whoAmI(road, { ...one, secretAccessKey: two.secretAccessKey }),
    403,
    "SignatureDoesNotMatch",
    /does not match/,
  );
  refusal(
    await whoAmI(road, { accessKeyId: one.accessKeyId, secretAccessKey: one.secretAccessKey }),
    403,
    "InvalidClientTokenId",
    /invalid/,
  );
  refusal(
    await whoAmI(road, { ...bob, sessionToken: one.sessionToken }),
    403,
    "InvalidClientTokenId",
    /invalid/,
  );
  for (let i = 0; i < one.sessionToken.length; i += 7) {
    const c = one.sessionToken[i] === "A" ? "B" : "A";
    const sessionToken = one.sessionToken.slice(0, i) + c + one.sessionToken.slice(i + 1);
    refusal(await whoAmI(road, { ...one, sessionToken }), 403, "InvalidClientTokenId", /invalid/);
  }
});

test("keys that are inactive, unknown or of a deleted user are all the same to a stranger", async () => {
  const { road, bob, user } = await story();
  const invalid = "The security token included in the request is invalid";
  refusal(
    await whoAmI(road, { ...bob, accessKeyId: "AKIAIOSFODNN7EXAMPLE" }),
    403,
    "InvalidClientTokenId",
    invalid,
  );
  refusal(
    await whoAmI(road, { ...bob, secretAccessKey: "wrong" }),
    403,
    "SignatureDoesNotMatch",
    /does not match/,
  );
  await road.store.write(async (tx) => {
    const key = await tx.accessKeys.get(bob.accessKeyId);
    if (key) await tx.accessKeys.put({ ...key, status: "Inactive" });
  });
  refusal(await whoAmI(road, bob), 403, "InvalidClientTokenId", invalid);
  const { keys } = await road.user(a, "Eve");
  await road.store.write((tx) => tx.users.delete(a, "Eve"));
  refusal(await whoAmI(road, keys), 403, "InvalidClientTokenId", invalid);
  equal(user.name, "Bob");
});

test("the clock may differ by five minutes", async () => {
  const { road, bob } = await story();
  for (const minutes of [-5, 0, 5])
    equal(
      (await whoAmI(road, bob, { signedAtMs: road.clock.nowMs + minutes * 60_000 })).status,
      200,
      `${minutes}`,
    );
  for (const minutes of [-6, 6])
    refusal(
      await whoAmI(road, bob, { signedAtMs: road.clock.nowMs + minutes * 60_000 }),
      403,
      "SignatureDoesNotMatch",
      /^Signature (expired|not yet current): /,
    );
});

test("what the credential cannot do, no policy allows", async () => {
  const { road, rootB, bob } = await story();
  refusal(await assume(road, rootB), 403, "AccessDenied", "Roles may not be assumed by root accounts.");
  const role = credentialsIn(await assume(road, bob));
  refusal(
    await road.call(role, { Action: "GetSessionToken", Version }),
    403,
    "AccessDenied",
    "Cannot call GetSessionToken with session credentials",
  );
  const token = credentialsIn(await road.call(bob, { Action: "GetSessionToken", Version }));
  equal(element((await whoAmI(road, token)).body, "Arn"), `arn:aws:iam::${a}:user/Bob`);
  equal((await assume(road, token)).status, 200);
  refusal(
    await road.call(token, { Action: "GetFederationToken", Version, Name: "fed" }),
    403,
    "AccessDenied",
    "Cannot call GetFederationToken with session credentials",
  );
  const federated = credentialsIn(
    await road.call(bob, { Action: "GetFederationToken", Version, Name: "fed" }),
  );
  equal(element((await whoAmI(road, federated)).body, "Arn"), `arn:aws:sts::${a}:federated-user/fed`);
  equal((await assume(road, federated)).status, 403);
});

test("GetFederationToken needs permission and says its packed size", async () => {
  const { road, bob } = await story(undefined, [
    allowing("sts:GetFederationToken", `arn:aws:sts::${a}:federated-user/fed`),
  ]);
  const answer = await road.call(bob, { Action: "GetFederationToken", Version, Name: "fed" });
  equal(element(answer.body, "PackedPolicySize"), "0");
  equal(element(answer.body, "FederatedUserId"), `${a}:fed`);
  equal(element(answer.body, "Expiration"), "2026-09-28T00:00:00Z");
  refusal(
    await road.call(bob, { Action: "GetFederationToken", Version, Name: "other" }),
    403,
    "AccessDenied",
    /sts:GetFederationToken on resource: arn:aws:sts::111122223333:federated-user\/other/,
  );
});

test("a session policy limits the session", async () => {
  const { road, bob, role } = await story();
  await road.store.write((tx) =>
    tx.roles.put({ ...role, inlinePolicies: [allowing("sts:GetAccessKeyInfo")] }),
  );
  const info = { Action: "GetAccessKeyInfo", Version, AccessKeyId: bob.accessKeyId };
  const free = credentialsIn(await assume(road, bob));
  equal(element((await road.call(free, info)).body, "Account"), a);
  const limited = credentialsIn(await assume(road, bob, { Policy: allowing("s3:*").document }));
  refusal(
    await road.call(limited, info),
    403,
    "AccessDenied",
    /because no session policy allows the sts:GetAccessKeyInfo action/,
  );
  refusal(await assume(road, bob, { Policy: "{" }), 400, "MalformedPolicyDocument", /./);
  refusal(
    await assume(road, bob, {
      Policy: allowing(Array.from({ length: 200 }, (_, i) => `s3:Get${i}`)).document,
    }),
    400,
    "PackedPolicyTooLarge",
    /Packed policy consumes \d+% of allotted space, please use smaller policy\./,
  );
});

test("a session token has the size that is asked for, and says its size", async () => {
  const { road, bob } = await story();
  const answer = await assume(road, bob, { MinimumSessionTokenSize: "3000" });
  const session = credentialsIn(answer);
  equal(element(answer.body, "SessionTokenSize"), String(session.sessionToken.length));
  ok(session.sessionToken.length >= 3000);
  equal(
    element(answer.body, "SessionTokenUtilization"),
    String(Math.ceil((session.sessionToken.length * 100) / 8192)),
  );
  equal((await whoAmI(road, session)).status, 200);
  refusal(
    await assume(road, bob, { MinimumSessionTokenSize: "4097" }),
    400,
    "ValidationError",
    /less than or equal to 4096/,
  );
});

test("MFA codes are refused, never ignored", async () => {
  const { road, bob } = await story();
  refusal(
    await assume(road, bob, { SerialNumber: `arn:aws:iam::${a}:mfa/x`, TokenCode: "123456" }),
    403,
    "AccessDenied",
    /MultiFactorAuthentication failed/,
  );
});

test("a cross-account AssumeRole leaves one event in each account, a denied one only in the caller's", async () => {
  const { road, bob } = await story();
  await assume(road, bob);
  const [mine, theirs] = road.events;
  equal(road.events.length, 2);
  equal(mine?.recipientAccountId, a);
  equal(mine?.userIdentity.type, "IAMUser");
  equal(theirs?.recipientAccountId, b);
  equal(theirs?.userIdentity.type, "AWSAccount");
  ok(mine?.sharedEventID !== undefined && mine.sharedEventID === theirs?.sharedEventID);
  equal(mine.requestParameters?.["roleArn"], foo);
  ok(
    !JSON.stringify(road.events).includes("SecretAccessKey") &&
      !JSON.stringify(road.events).includes("secretAccessKey"),
  );
  road.events.length = 0;
  await assume(road, bob, { RoleArn: `${foo}x` });
  equal(road.events.length, 1);
  equal(road.events[0]?.errorCode, "AccessDenied");
  equal(road.events[0]?.requestParameters, null);
});

test("federated calls, which nobody signs, are told that they are not built", async () => {
  const { road } = await story();
  const calls = [
    { Action: "AssumeRoleWithWebIdentity", RoleSessionName: "session", WebIdentityToken: "a.b.c" },
    { Action: "AssumeRoleWithSAML", PrincipalArn: foo, SAMLAssertion: "PHg+" },
  ];
  for (const one of calls) {
    const answer = await road.call(undefined, { ...one, RoleArn: foo, Version });
    deepEqual(road.failures, []);
    equal(answer.status, 400);
    match(answer.body, new RegExp(`<Code>NotImplemented</Code>.* the operation ${one.Action} yet`));
  }
});

test("an unsigned call is refused", async () => {
  const { road } = await story();
  refusal(
    await road.call(undefined, { Action: "GetCallerIdentity", Version }),
    403,
    "MissingAuthenticationToken",
    "Request is missing Authentication Token",
  );
});
