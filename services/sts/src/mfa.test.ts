import { equal, match } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { newTotpSeed, sealSecret } from "@rolecall/credentials";
import { allowing, testRoad } from "@rolecall/pipeline/testing";
import type { TestAnswer, TestRoad } from "@rolecall/pipeline/testing";
import type { SigningCredentials } from "@rolecall/sigv4";
import { Secret, TOTP } from "otpauth";
import { stsService } from "./index.ts";

const account = "111122223333";
const serial = `arn:aws:iam::${account}:mfa/bob`;
const roleArn = `arn:aws:iam::${account}:role/careful`;

interface Story {
  road: TestRoad;
  bob: SigningCredentials;
  eve: SigningCredentials;
  code(steps?: number): string;
  call(Action: string, input: Record<string, string>, keys?: SigningCredentials): Promise<TestAnswer>;
}

/** Bob has a device; the role `careful` demands MFA no older than a minute. */
async function story(): Promise<Story> {
  const road = await testRoad([stsService]);
  await road.account(account);
  const { user, keys: bob } = await road.user(account, "Bob", { inlinePolicies: [allowing("sts:*")] });
  const { keys: eve } = await road.user(account, "Eve", { inlinePolicies: [allowing("sts:*")] });
  await road.role(account, "careful", {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: account },
        Action: "sts:AssumeRole",
        Condition: {
          Bool: { "aws:MultiFactorAuthPresent": "true" },
          NumericLessThan: { "aws:MultiFactorAuthAge": "60" },
        },
      },
    ],
  });
  const seed = newTotpSeed((length) => randomBytes(length));
  await road.store.write((tx) =>
    tx.mfaDevices.insert({
      accountId: account,
      serialNumber: serial,
      name: "bob",
      path: "/",
      createdAtMs: road.clock.nowMs,
      tags: [],
      sealedSeed: sealSecret(road.masterKey, serial, seed, (length) => randomBytes(length)),
      assigned: {
        owner: { kind: "user", userId: user.userId },
        enabledAtMs: road.clock.nowMs,
        drift: 0,
        lastStep: -1,
      },
    }),
  );
  const totp = new TOTP({ secret: Secret.fromBase32(seed.reveal()) });
  return {
    road,
    bob,
    eve,
    code: (steps = 0) => totp.generate({ timestamp: road.clock.nowMs + steps * 30_000 }),
    call: (Action, input, keys = bob) => road.call(keys, { Action, Version: "2011-06-15", ...input }),
  };
}

const assume = { RoleArn: roleArn, RoleSessionName: "bob" };
const wrongCode =
  /<Code>AccessDenied<\/Code>\s*<Message>MultiFactorAuthentication failed with invalid MFA one time pass code\./;
const wrongDevice =
  /<Message>MultiFactorAuthentication failed, unable to validate MFA code\. {2}Please verify/;
const notAuthorized = /is not authorized to perform: sts:AssumeRole on resource: /;

const keysIn = ({ body }: TestAnswer): SigningCredentials => {
  const text = (name: string): string => new RegExp(`<${name}>([^<]*)`).exec(body)?.[1] ?? "";
  return {
    accessKeyId: text("AccessKeyId"),
    secretAccessKey: text("SecretAccessKey"),
    sessionToken: text("SessionToken"),
  };
};

test("a role that demands MFA opens with a right code, each code once", async () => {
  const { call, code, road } = await story();
  match((await call("AssumeRole", assume)).body, notAuthorized);
  const withCode = { ...assume, SerialNumber: serial, TokenCode: code() };
  equal((await call("AssumeRole", withCode)).status, 200);
  match((await call("AssumeRole", withCode)).body, wrongCode);
  road.clock.nowMs += 30_000;
  match((await call("AssumeRole", withCode)).body, wrongCode);
  equal((await call("AssumeRole", { ...withCode, TokenCode: code() })).status, 200);
});

test("of many requests with one code at once, one gets a session", async () => {
  const { call, code } = await story();
  const withCode = { ...assume, SerialNumber: serial, TokenCode: code() };
  const answers = await Promise.all(Array.from({ length: 8 }, () => call("AssumeRole", withCode)));
  equal(answers.filter(({ status }) => status === 200).length, 1);
});

test("a code that is wrong, of another's device or without its device opens nothing", async () => {
  const { call, code, eve } = await story();
  const right = code();
  const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, "0");
  match((await call("AssumeRole", { ...assume, SerialNumber: serial, TokenCode: wrong })).body, wrongCode);
  match(
    (await call("AssumeRole", { ...assume, SerialNumber: serial, TokenCode: right }, eve)).body,
    wrongDevice,
  );
  match(
    (await call("AssumeRole", { ...assume, SerialNumber: `${serial}2`, TokenCode: right })).body,
    wrongDevice,
  );
  match((await call("AssumeRole", { ...assume, TokenCode: right })).body, /ValidationError/);
  match((await call("GetSessionToken", { SerialNumber: serial, TokenCode: wrong })).body, wrongCode);
  // None of it used the code up.
  equal((await call("AssumeRole", { ...assume, SerialNumber: serial, TokenCode: right })).status, 200);
});

test("codes are good in any order, two steps early or late", async () => {
  const { call, code } = await story();
  const session = (TokenCode: string): ReturnType<typeof call> =>
    call("GetSessionToken", { SerialNumber: serial, TokenCode });
  for (const steps of [2, -2, 0, 1, -1]) equal((await session(code(steps))).status, 200, String(steps));
  match((await session(code(-2))).body, wrongCode);
  match((await session(code(3))).body, wrongCode);
});

test("after nine tries in three minutes of the clock not even a right code opens anything", async () => {
  const { call, code, road } = await story();
  const wrong = String((Number(code(20)) + 1) % 1_000_000).padStart(6, "0");
  const actions = [
    (TokenCode: string) => call("GetSessionToken", { SerialNumber: serial, TokenCode }),
    (TokenCode: string) => call("AssumeRole", { ...assume, SerialNumber: serial, TokenCode }),
  ];
  for (const attempt of actions) {
    for (let n = 0; n < 8; n++) match((await attempt(wrong)).body, wrongCode);
    equal((await attempt(code())).status, 200);
    match((await attempt(wrong)).body, wrongDevice);
    match((await attempt(code(1))).body, wrongDevice);
    road.clock.nowMs += 3 * 60_000;
  }
  equal((await actions[0]?.(code()))?.status, 200);
});

test("so it is with tries that come at once: nobody learns of more than nine codes whether they are right", async () => {
  for (const [Action, more] of [
    ["AssumeRole", assume],
    ["GetSessionToken", {}],
  ] as const) {
    const { call, code } = await story();
    const near = new Set([-4, -3, -2, -1, 0, 1, 2, 3, 4].map((steps) => code(steps)));
    const wrong = Array.from({ length: 60 }, (_, n) => String(n).padStart(6, "0")).filter(
      (n) => !near.has(n),
    );
    const tried = [...wrong.slice(0, 40), code()];
    const answers = await Promise.all(
      tried.map((TokenCode) => call(Action, { ...more, SerialNumber: serial, TokenCode })),
    );
    equal(answers.filter(({ body }) => wrongCode.test(body)).length, 9, Action);
    equal(answers.filter(({ body }) => wrongDevice.test(body)).length, tried.length - 9, Action);
  }
});

test("a refused request does not use the code up", async () => {
  const { call, code } = await story();
  const other = { ...assume, RoleArn: `${roleArn}less`, SerialNumber: serial, TokenCode: code() };
  match((await call("AssumeRole", other)).body, notAuthorized);
  equal((await call("AssumeRole", { ...assume, SerialNumber: serial, TokenCode: code() })).status, 200);
});

test("a session from GetSessionToken carries its MFA, growing older; a role session carries none", async () => {
  const { call, code, road } = await story();
  const session = keysIn(await call("GetSessionToken", { SerialNumber: serial, TokenCode: code() }));
  const role = await call("AssumeRole", assume, session);
  equal(role.status, 200, role.body);
  match((await call("AssumeRole", assume, keysIn(role))).body, notAuthorized);
  road.clock.nowMs += 61_000;
  match((await call("AssumeRole", assume, session)).body, notAuthorized);
});
