import { test } from "node:test";
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { rotateWebIdentityKeys } from "@rolecall/access";
import { adminService } from "@rolecall/admin";
import { memoryAuditSink } from "@rolecall/audit";
import { iamService } from "@rolecall/iam";
import { allowing, testRoad } from "@rolecall/pipeline/testing";
import type { TestAnswer } from "@rolecall/pipeline/testing";
import type { SigningCredentials } from "@rolecall/sigv4";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { randomBytes } from "node:crypto";
import { stsService } from "./index.ts";
import { a, element, refusal, trusting, Version } from "./testing.ts";

const namespace = "https://sts.amazonaws.com/";

async function story() {
  const admin = adminService(memoryAuditSink(), { allowed: false, setClockOffset: () => undefined });
  const road = await testRoad([stsService, iamService, admin]);
  const root = await road.account(a);
  const { keys: bob } = await road.user(a, "Bob", {
    path: "/staff/",
    tags: [{ key: "team", value: "red" }],
    inlinePolicies: [allowing(["sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"])],
  });
  const iam = (Action: string, keys = root): Promise<TestAnswer> =>
    road.call(keys, { Action, Version: "2010-05-08" }, { service: "iam", region: "us-east-1", headers: [] });
  const token = (keys: SigningCredentials = bob, more: Record<string, string> = {}): Promise<TestAnswer> =>
    road.call(keys, {
      Action: "GetWebIdentityToken",
      Version,
      "Audience.member.1": "https://api.example.com",
      SigningAlgorithm: "ES384",
      ...more,
    });
  /** What anybody on the network can read. */
  const publicly = async (url: string): Promise<TestAnswer> =>
    road.send(
      { method: "GET", path: new URL(url).pathname, query: "", headers: [["host", "x"]] },
      Buffer.alloc(0),
    );
  const verify = async (jwt: string, issuer: string) => {
    const found = await publicly(`${issuer}/.well-known/openid-configuration`);
    equal(found.status, 200, found.body);
    const configuration = JSON.parse(found.body) as Record<string, string>;
    equal(configuration["issuer"], issuer);
    const jwks = JSON.parse((await publicly(configuration["jwks_uri"] ?? "")).body) as JSONWebKeySet;
    return jwtVerify(jwt, createLocalJWKSet(jwks), { issuer, currentDate: new Date(road.clock.nowMs) });
  };
  return { road, root, bob, iam, token, publicly, verify };
}

test("a token verifies by the issuer's published keys, and says who the caller is", async () => {
  const { iam, token, verify, publicly } = await story();
  const enabled = await iam("EnableOutboundWebIdentityFederation");
  const issuer = element(enabled.body, "IssuerIdentifier");
  match(issuer, /^http:\/\/sts\.amazonaws\.com\/_rolecall\/issuers\/[0-9a-f-]{36}$/);
  for (const algorithm of ["ES384", "RS256"]) {
    const answer = await token(undefined, {
      SigningAlgorithm: algorithm,
      "Tags.member.1.Key": "job",
      "Tags.member.1.Value": "j1",
    });
    equal(answer.status, 200, answer.body);
    equal(element(answer.body, "Expiration"), "2026-09-27T12:05:00Z");
    const jwt = element(answer.body, "WebIdentityToken");
    const { payload, protectedHeader } = await verify(jwt, issuer);
    equal(protectedHeader.alg, algorithm);
    const { jti, ...claims } = payload;
    match(jti ?? "", /^[0-9a-f-]{36}$/);
    deepEqual(claims, {
      iss: issuer,
      aud: "https://api.example.com",
      sub: `arn:aws:iam::${a}:user/staff/Bob`,
      iat: 1_790_510_400,
      exp: 1_790_510_700,
      [namespace]: {
        aws_account: a,
        source_region: "eu-west-1",
        principal_tags: { team: "red" },
        request_tags: { job: "j1" },
      },
    });
  }
  const { body } = await publicly(`${issuer}/.well-known/jwks.json`);
  ok(!/"(d|p|q|dp|dq|qi)":/.test(body), "a private key was published");
});

test("several audiences are a list; a role's session speaks for the role, in its organization", async () => {
  const { road, iam, token, verify } = await story();
  const issuer = element((await iam("EnableOutboundWebIdentityFederation")).body, "IssuerIdentifier");
  await road.store.write(async (tx) => {
    const account = await tx.accounts.get(a);
    if (account) await tx.accounts.put({ ...account, organizationId: "o-abcdefghij" });
  });
  const role = await road.role(a, "job", trusting({ Service: "ec2.amazonaws.com" }), {
    path: "/jobs/",
    inlinePolicies: [allowing("sts:GetWebIdentityToken")],
  });
  const session = road.session({
    kind: "assumed-role",
    accountId: a,
    entityId: role.roleId,
    sessionName: "s1",
    tags: { Team: "green" },
  });
  const answer = await token(session, { "Audience.member.2": "second" });
  const { payload } = await verify(element(answer.body, "WebIdentityToken"), issuer);
  deepEqual(payload.aud, ["https://api.example.com", "second"]);
  equal(payload.sub, `arn:aws:iam::${a}:role/jobs/job`);
  deepEqual(payload[namespace], {
    aws_account: a,
    source_region: "eu-west-1",
    org_id: "o-abcdefghij",
    ou_path: "o-abcdefghij/r-abcd/",
    principal_tags: { Team: "green" },
  });
});

test("off until it is switched on, and off again; the issuer stays the account's own", async () => {
  const { iam, token, verify, road } = await story();
  refusal(await token(), 403, "OutboundWebIdentityFederationDisabledException", /not enabled/);
  refusal(await iam("GetOutboundWebIdentityFederationInfo"), 404, "FeatureDisabled", /not enabled/);
  refusal(await iam("DisableOutboundWebIdentityFederation"), 404, "FeatureDisabled", /not enabled/);
  const issuer = element((await iam("EnableOutboundWebIdentityFederation")).body, "IssuerIdentifier");
  refusal(await iam("EnableOutboundWebIdentityFederation"), 409, "FeatureEnabled", /already enabled/);
  const info = await iam("GetOutboundWebIdentityFederationInfo");
  equal(element(info.body, "IssuerIdentifier"), issuer);
  equal(element(info.body, "JwtVendingEnabled"), "true");
  const given = element((await token()).body, "WebIdentityToken");
  equal((await iam("DisableOutboundWebIdentityFederation")).status, 200);
  refusal(await token(), 403, "OutboundWebIdentityFederationDisabledException", /not enabled/);
  equal((await verify(given, issuer)).payload.iss, issuer);
  equal(element((await iam("EnableOutboundWebIdentityFederation")).body, "IssuerIdentifier"), issuer);
  deepEqual(road.failures, []);
});

test("keys that were rotated out still verify what they signed, until it is over", async () => {
  const { road, iam, token, verify, publicly } = await story();
  const issuer = element((await iam("EnableOutboundWebIdentityFederation")).body, "IssuerIdentifier");
  const old = element((await token()).body, "WebIdentityToken");
  await rotateWebIdentityKeys(a, {
    store: road.store,
    masterKey: road.masterKey,
    random: (length) => randomBytes(length),
    nowMs: road.clock.nowMs,
  });
  const fresh = element((await token()).body, "WebIdentityToken");
  notEqual(decodeProtectedHeader(fresh).kid, decodeProtectedHeader(old).kid);
  for (const jwt of [old, fresh]) equal((await verify(jwt, issuer)).payload.iss, issuer);
  const count = async (): Promise<number> =>
    (JSON.parse((await publicly(`${issuer}/.well-known/jwks.json`)).body) as JSONWebKeySet).keys.length;
  equal(await count(), 4);
  road.clock.nowMs += 2 * 3_600_000;
  equal(await count(), 2);
});

test("tags need a permission of their own; audience, algorithm, duration and tags reach conditions", async () => {
  const { road, iam, token } = await story();
  await iam("EnableOutboundWebIdentityFederation");
  const condition = (more: object) => allowing("sts:GetWebIdentityToken", "*", { Condition: more });
  const narrow = condition({
    "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": ["https://api.example.com"] },
    StringEquals: { "sts:SigningAlgorithm": "ES384" },
    NumericLessThanEquals: { "sts:DurationSeconds": "300" },
  });
  const { keys } = await road.user(a, "narrow", { inlinePolicies: [narrow] });
  equal((await token(keys)).status, 200);
  for (const more of [
    { "Audience.member.2": "other" },
    { SigningAlgorithm: "RS256" },
    { DurationSeconds: "301" },
  ])
    refusal(await token(keys, more), 403, "AccessDenied", /sts:GetWebIdentityToken on resource: \*/);
  const tag = { "Tags.member.1.Key": "job", "Tags.member.1.Value": "j1" };
  refusal(await token(keys, tag), 403, "AccessDenied", /sts:TagGetWebIdentityToken on resource: \*/);
  const tagging = allowing("sts:TagGetWebIdentityToken", "*", {
    Condition: { StringEquals: { "aws:RequestTag/job": "j1" } },
  });
  const { keys: tagger } = await road.user(a, "tagger", {
    inlinePolicies: [narrow, { ...tagging, name: "t" }],
  });
  equal((await token(tagger, tag)).status, 200);
  equal((await token(tagger, { ...tag, "Tags.member.1.Value": "j2" })).status, 403);
});

test("bounds of audience, duration, algorithm, tags and size; a token never outlives its session", async () => {
  const { road, iam, token } = await story();
  await iam("EnableOutboundWebIdentityFederation");
  const audiences = Object.fromEntries(
    Array.from({ length: 11 }, (_, i) => [`Audience.member.${i + 1}`, `a${i}`]),
  );
  for (const [more, message] of [
    [{ DurationSeconds: "59" }, /value greater than or equal to 60/],
    [{ DurationSeconds: "3601" }, /value less than or equal to 3600/],
    [{ SigningAlgorithm: "HS256" }, /signingAlgorithm/],
    [audiences, /audience/],
    [{ "Audience.member.1": "x".repeat(1001) }, /audience/],
  ] as const)
    refusal(await token(undefined, more), 400, "ValidationError", message);
  const tags = Object.fromEntries(
    Array.from({ length: 50 }, (_, i) => [
      [`Tags.member.${i + 1}.Key`, `k${i}`],
      [`Tags.member.${i + 1}.Value`, "v".repeat(256)],
    ]).flat(),
  );
  refusal(await token(undefined, tags), 400, "JWTPayloadSizeExceededException", /exceed/);
  const role = await road.role(a, "job", trusting({ Service: "ec2.amazonaws.com" }), {
    inlinePolicies: [allowing("sts:GetWebIdentityToken")],
  });
  const now = Math.floor(road.clock.nowMs / 1000);
  const session = road.session({
    kind: "assumed-role",
    accountId: a,
    entityId: role.roleId,
    sessionName: "s1",
    expiresAtSeconds: now + 600,
  });
  equal((await token(session, { DurationSeconds: "600" })).status, 200);
  refusal(
    await token(session, { DurationSeconds: "601" }),
    403,
    "SessionDurationEscalationException",
    /remaining duration/,
  );
});

test("the token is in no event; unknown issuers and unsigned calls get nothing", async () => {
  const { road, iam, token, publicly } = await story();
  const issuer = element((await iam("EnableOutboundWebIdentityFederation")).body, "IssuerIdentifier");
  const jwt = element((await token()).body, "WebIdentityToken");
  ok(!JSON.stringify(road.events).includes(jwt.slice(0, 40)));
  const unknown = issuer.replace(/[0-9a-f-]{36}$/, "00000000-0000-4000-8000-000000000000");
  equal((await publicly(`${unknown}/.well-known/jwks.json`)).status, 404);
  equal((await publicly(`${issuer}/.well-known/other`)).status, 404);
  const unsigned = await road.call(undefined, { Action: "GetWebIdentityToken", Version });
  refusal(unsigned, 403, "MissingAuthenticationToken", /missing/);
});
