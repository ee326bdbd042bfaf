import { test } from "node:test";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { loadKeyRing } from "@rolecall/access";
import { openSession, sealSession } from "@rolecall/credentials";
import { allowing } from "@rolecall/pipeline/testing";
import type { CallOptions, TestAnswer } from "@rolecall/pipeline/testing";
import type { SigningCredentials } from "@rolecall/sigv4";
import { createMemoryStore } from "@rolecall/store-memory";
import fc from "fast-check";
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
import type { Story } from "./testing.ts";

// docs/security.md names these tests: one for each way in which a request must not succeed.

/** Every operation that a signature opens, with input that is good enough to reach the caller's credentials. */
const signedOperations: Record<string, Record<string, string>> = {
  AssumeRole: { RoleArn: foo, RoleSessionName: "s1" },
  AssumeRoot: {
    TargetPrincipal: b,
    "TaskPolicyArn.arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy",
  },
  DecodeAuthorizationMessage: { EncodedMessage: "x" },
  GetAccessKeyInfo: { AccessKeyId: "AKIAIOSFODNN7EXAMPLE" },
  GetCallerIdentity: {},
  GetFederationToken: { Name: "fed" },
  GetSessionToken: {},
  GetWebIdentityToken: { "Audience.member.1": "x", SigningAlgorithm: "ES384" },
};

type Call = (keys: SigningCredentials | undefined, options?: CallOptions) => Promise<TestAnswer>;

/** Runs the refusal for each operation; of none may anything but the refusal come. */
async function eachOperation(run: (call: Call, stage: Story) => Promise<void>): Promise<void> {
  for (const [Action, input] of Object.entries(signedOperations)) {
    const stage = await story();
    await run((keys, options) => stage.road.call(keys, { Action, Version, ...input }, options), stage);
    ok(
      stage.road.events.every(({ responseElements }) => responseElements === null),
      `${Action} gave something away`,
    );
    deepEqual(stage.road.failures, [], Action);
  }
}

const invalid = (answer: TestAnswer): void =>
  refusal(answer, 403, "InvalidClientTokenId", "The security token included in the request is invalid");
const mismatch = (answer: TestAnswer): void =>
  refusal(answer, 403, "SignatureDoesNotMatch", /^The request signature we calculated does not match/);

test("unsigned", () =>
  eachOperation(async (call) => {
    refusal(
      await call(undefined),
      403,
      "MissingAuthenticationToken",
      "Request is missing Authentication Token",
    );
  }));

test("an access key id that nobody has, another account's number in a key id", () =>
  eachOperation(async (call, { bob, road }) => {
    invalid(await call({ ...bob, accessKeyId: "AKIAIOSFODNN7EXAMPLE" }));
    // The account stands in characters of the id; with other ones it is another id.
    const forged = `${bob.accessKeyId.slice(0, 8)}${bob.accessKeyId[8] === "A" ? "B" : "A"}${bob.accessKeyId.slice(9)}`;
    invalid(await call({ ...bob, accessKeyId: forged }));
    const session = road.session({ kind: "session-token", accountId: a, entityId: a });
    const other = `${session.accessKeyId.slice(0, 8)}${session.accessKeyId[8] === "A" ? "B" : "A"}${session.accessKeyId.slice(9)}`;
    invalid(await call({ ...session, accessKeyId: other }));
  }));

test("a disabled key, a deleted key, a deleted user", () =>
  eachOperation(async (call, { bob, road }) => {
    const key = await road.store.read((tx) => tx.accessKeys.get(bob.accessKeyId));
    ok(key);
    await road.store.write((tx) => tx.accessKeys.put({ ...key, status: "Inactive" }));
    invalid(await call(bob));
    await road.store.write((tx) => tx.accessKeys.delete(bob.accessKeyId));
    invalid(await call(bob));
    await road.store.write(async (tx) => {
      await tx.accessKeys.put(key);
      await tx.users.delete(a, "Bob");
    });
    invalid(await call(bob));
  }));

test("a wrong secret", () =>
  eachOperation(async (call, { bob, road }) => {
    mismatch(await call({ ...bob, secretAccessKey: `${bob.secretAccessKey.slice(0, -1)}-` }));
    const session = road.session({ kind: "session-token", accountId: a, entityId: a });
    mismatch(await call({ ...session, secretAccessKey: bob.secretAccessKey }));
  }));

test("a scope for another service; a scope for any region is good", () =>
  eachOperation(async (call, { bob }) => {
    const wrong = await call(bob, { service: "s3" }).catch((error: Error) => error);
    // The road of this test has no other service that could take it.
    match(wrong instanceof Error ? wrong.message : wrong.body, /no service s3|Credential should be scoped/);
    for (const region of ["us-east-1", "aws-global", "mars-north-9"]) {
      const answer = await call({ ...bob, secretAccessKey: "wrong" }, { region });
      mismatch(answer);
    }
  }));

test("a clock more than five minutes off, either way", () =>
  eachOperation(async (call, { bob, road }) => {
    for (const minutes of [-6, 6])
      refusal(
        await call(bob, { signedAtMs: road.clock.nowMs + minutes * 60_000 }),
        403,
        "SignatureDoesNotMatch",
        /^Signature (expired|not yet current): /,
      );
  }));

test("a session past its end, of a role or user that is gone, of another installation", () =>
  eachOperation(async (call, { road, role, user }) => {
    const expiresAtSeconds = Math.floor(road.clock.nowMs / 1000);
    const over = { accountId: b, entityId: role.roleId, sessionName: "s1", expiresAtSeconds };
    refusal(
      await call(road.session({ kind: "assumed-role", ...over })),
      403,
      "ExpiredToken",
      "The security token included in the request is expired",
    );
    const gone = `${role.roleId.slice(0, -1)}Z`;
    invalid(
      await call(road.session({ kind: "assumed-role", accountId: b, entityId: gone, sessionName: "s1" })),
    );
    for (const kind of ["session-token", "federated-user"] as const) {
      invalid(
        await call(
          road.session({ kind, accountId: a, entityId: `${user.userId.slice(0, -1)}Z`, sessionName: "x" }),
        ),
      );
      invalid(
        await call(
          road.session({ kind, accountId: "999999999999", entityId: "999999999999", sessionName: "x" }),
        ),
      );
    }
    invalid(await call(road.session({ kind: "assumed-root", accountId: b, entityId: role.roleId })));

    const random = (length: number): Uint8Array => randomBytes(length);
    const foreign = await loadKeyRing(createMemoryStore(), random(32), random, road.clock.nowMs);
    const claims = { kind: "assumed-role" as const, accountId: b, entityId: role.roleId, sessionName: "s1" };
    const sealed = sealSession(
      {
        ...claims,
        accessKeyId: "ASIAAAAAAAAAAAAAAAAA",
        issuedAtSeconds: expiresAtSeconds,
        expiresAtSeconds: expiresAtSeconds + 3600,
      },
      foreign,
      random,
    );
    ok(sealed);
    invalid(
      await call({
        accessKeyId: sealed.accessKeyId,
        secretAccessKey: sealed.secretAccessKey.reveal(),
        sessionToken: sealed.sessionToken,
      }),
    );
    // The same, under a key id that this installation has.
    const stolenId = { current: { ...foreign.current, id: road.keyRing.current.id }, byId: foreign.byId };
    const disguised = sealSession(
      {
        ...claims,
        accessKeyId: "ASIAAAAAAAAAAAAAAAAA",
        issuedAtSeconds: 0,
        expiresAtSeconds: expiresAtSeconds + 3600,
      },
      stolenId,
      random,
    );
    ok(disguised);
    invalid(
      await call({
        accessKeyId: disguised.accessKeyId,
        secretAccessKey: disguised.secretAccessKey.reveal(),
        sessionToken: disguised.sessionToken,
      }),
    );
  }));

test("a session of another kind than it says: a temporary key without its token, a token with a long-term key", () =>
  eachOperation(async (call, { road, bob, role }) => {
    const session = road.session({
      kind: "assumed-role",
      accountId: b,
      entityId: role.roleId,
      sessionName: "s1",
    });
    invalid(await call({ accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey }));
    invalid(await call({ ...bob, sessionToken: session.sessionToken ?? "" }));
    const second = road.session({
      kind: "assumed-role",
      accountId: b,
      entityId: role.roleId,
      sessionName: "s1",
    });
    invalid(await call({ ...session, sessionToken: second.sessionToken ?? "" }));
  }));

test("every character of a token, replaced, is refused", async () => {
  const { road, bob } = await story();
  const session = credentialsIn(await assume(road, bob));
  const { sessionToken } = session;
  for (let at = 0; at < sessionToken.length; at++) {
    const altered = `${sessionToken.slice(0, at)}${sessionToken[at] === "A" ? "B" : "A"}${sessionToken.slice(at + 1)}`;
    invalid(await whoAmI(road, { ...session, sessionToken: altered }));
  }
  equal((await whoAmI(road, session)).status, 200);
});

test("whatever stands in the place of a token opens nothing, and never fails", async () => {
  const { road, bob } = await story();
  const session = credentialsIn(await assume(road, bob));
  const good = Buffer.from(session.sessionToken, "base64url");
  const noise = fc.oneof(
    fc.string({ maxLength: 600 }),
    fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
    // The true token with bytes changed, cut or added.
    fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })), {
        minLength: 1,
        maxLength: 8,
      })
      .map((changes) => {
        const bytes = Buffer.from(good);
        for (const [at, by] of changes) bytes[at] = (bytes[at] ?? 0) ^ by;
        return bytes.toString("base64url");
      }),
    fc.nat(good.length - 1).map((length) => good.subarray(0, length).toString("base64url")),
    fc
      .uint8Array({ minLength: 1, maxLength: 40 })
      .map((more) => Buffer.concat([good, more]).toString("base64url")),
    fc.constantFrom(good.toString("base64"), `${session.sessionToken}=`, ` ${session.sessionToken}`, ""),
  );
  fc.assert(
    fc.property(noise, (token) => {
      if (token === session.sessionToken) return;
      const opened = openSession(token, road.keyRing);
      equal(opened.ok, false);
    }),
    { numRuns: 3000 },
  );
  // Through the road, with what a header can carry.
  await fc.assert(
    fc.asyncProperty(noise, async (token) => {
      if (token.trim() === session.sessionToken || !/^[\x21-\x7e]+$/.test(token)) return;
      const answer = await whoAmI(road, { ...session, sessionToken: token });
      equal(answer.status, 403, answer.body);
    }),
    { numRuns: 200 },
  );
  deepEqual(road.failures, []);
});

test("AssumeRole: a role that is not there, trust that refuses, a Deny on either side", async () => {
  const bare =
    /^User: arn:aws:iam::\d{12}:user\/Bob is not authorized to perform: sts:AssumeRole on resource: /;
  const plain = await story();
  refusal(await assume(plain.road, plain.bob, { RoleArn: `${foo}-not-there` }), 403, "AccessDenied", bare);
  const untrusted = await story(trusting(`arn:aws:iam::${b}:root`));
  refusal(await assume(untrusted.road, untrusted.bob), 403, "AccessDenied", bare);

  const deny = {
    name: "deny",
    document: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Action: "sts:AssumeRole", Resource: foo }],
    }),
  };
  const denied = await story(undefined, [allowing("sts:*"), deny]);
  refusal(await assume(denied.road, denied.bob), 403, "AccessDenied", bare);
  const trust = trusting(`arn:aws:iam::${a}:user/Bob`) as { Statement: object[] };
  trust.Statement.push({
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: "sts:AssumeRole",
    Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  });
  const closed = await story(trust);
  refusal(await assume(closed.road, closed.bob), 403, "AccessDenied", bare);
  equal((await assume(closed.road, closed.bob, {}, { from: "203.0.113.1" })).status, 200);
});

test("AssumeRole: a role does not trust itself unless its policy says so", async () => {
  const self = trusting(`arn:aws:iam::${a}:user/Bob`) as { Statement: object[] };
  const { road, bob, role } = await story(self);
  await road.store.write((tx) => tx.roles.put({ ...role, inlinePolicies: [allowing("sts:AssumeRole")] }));
  const session = credentialsIn(await assume(road, bob));
  refusal(await assume(road, session), 403, "AccessDenied", /assumed-role\/foo\/s1 is not authorized/);
  self.Statement.push({ Effect: "Allow", Principal: { AWS: foo }, Action: "sts:AssumeRole" });
  await road.store.write((tx) =>
    tx.roles.put({ ...role, trustPolicy: { document: JSON.stringify(self), principalIds: {} } }),
  );
  equal((await assume(road, session)).status, 200);
});

test("AssumeRole: identity contexts are refused by name, since nobody here could have made one", async () => {
  const { road, bob } = await story();
  refusal(
    await assume(road, bob, {
      "ProvidedContexts.member.1.ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter",
      "ProvidedContexts.member.1.ContextAssertion": "eyJhbGciOiJub25lIn0",
    }),
    400,
    "NotImplemented",
    /parameter ProvidedContexts of AssumeRole/,
  );
});

test("AssumeRole: whole numbers in AWS's spellings only", async () => {
  const { road, bob } = await story();
  for (const seconds of ["900.0", " 900 ", "9e2", "2147483648", "", "abc", "0x384"])
    refusal(await assume(road, bob, { DurationSeconds: seconds }), 400, "MalformedInput", /./);
  for (const seconds of ["0900", "+900", "900"])
    equal(
      element((await assume(road, bob, { DurationSeconds: seconds })).body, "Expiration"),
      "2026-09-27T12:15:00Z",
      seconds,
    );
  refusal(
    await assume(road, bob, { DurationSeconds: "0" }),
    400,
    "ValidationError",
    /greater than or equal to 900/,
  );
});

test("a stranger is told nothing of a role's trust policy, and not whether there is the role", async () => {
  const trust = trusting(`arn:aws:iam::${a}:user/Bob`, {
    Condition: { StringEquals: { "sts:ExternalId": "hidden-from-bob" } },
  });
  const { road, bob } = await story(trust, undefined, { explain: "inline" });
  const there = await assume(road, bob);
  const gone = await assume(road, bob, { RoleArn: `${foo}x` });
  for (const answer of [there, gone]) {
    refusal(
      answer,
      403,
      "AccessDenied",
      /^User: .* is not authorized to perform: sts:AssumeRole on resource: /,
    );
    equal(/ExternalId|hidden|Reason|polic/.test(answer.body), false, answer.body);
  }
  // In his own account he is told.
  await road.role(a, "own", trusting(`arn:aws:iam::${b}:root`));
  match((await assume(road, bob, { RoleArn: `arn:aws:iam::${a}:role/own` })).body, /Reason: /);
});

test("what flows through a chain, and what does not", async () => {
  const all = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
  const { road, bob, role } = await story(trusting(`arn:aws:iam::${a}:user/Bob`, {}, all));
  await road.store.write((tx) => tx.roles.put({ ...role, inlinePolicies: [allowing("sts:*")] }));
  await road.role(b, "next", trusting(foo, {}, all));
  const policy = allowing("sts:AssumeRole").document;
  const first = credentialsIn(
    await assume(road, bob, {
      Policy: policy,
      ExternalId: "x1",
      "Tags.member.1.Key": "team",
      "Tags.member.1.Value": "x",
      "Tags.member.2.Key": "other",
      "Tags.member.2.Value": "y",
      "TransitiveTagKeys.member.1": "team",
    }),
  );
  // The session policy has no sts:TagSession, which the inherited tag asks for.
  refusal(
    await assume(road, first, { RoleArn: `arn:aws:iam::${b}:role/next` }),
    403,
    "AccessDenied",
    /sts:TagSession/,
  );
  const second = credentialsIn(
    await assume(road, bob, {
      "Tags.member.1.Key": "team",
      "Tags.member.1.Value": "x",
      "Tags.member.2.Key": "other",
      "Tags.member.2.Value": "y",
      "TransitiveTagKeys.member.1": "team",
    }),
  );
  const chained = credentialsIn(await assume(road, second, { RoleArn: `arn:aws:iam::${b}:role/next` }));
  const opened = openSession(chained.sessionToken, road.keyRing);
  ok(opened.ok);
  deepEqual(opened.claims.tags, { team: "x" });
  deepEqual(opened.claims.transitiveTagKeys, ["team"]);
  equal(opened.claims.policy, undefined);
  equal(opened.claims.mfaAtSeconds, undefined);
  deepEqual(
    opened.claims.chain?.map(({ arn }) => arn),
    [`arn:aws:iam::${a}:user/Bob`, `arn:aws:sts::${b}:assumed-role/foo/s1`],
  );
});

test("a session outlives the key and the rights that issued it, but not its own role's rights", async () => {
  const { road, bob, user, role } = await story();
  const session = credentialsIn(await assume(road, bob));
  const token = credentialsIn(await road.call(bob, { Action: "GetSessionToken", Version }));
  await road.store.write(async (tx) => {
    await tx.accessKeys.delete(bob.accessKeyId);
    await tx.users.put({ ...user, inlinePolicies: [] });
  });
  equal((await whoAmI(road, session)).status, 200);
  equal((await whoAmI(road, token)).status, 200);
  await road.store.write((tx) => tx.users.delete(a, "Bob"));
  equal((await whoAmI(road, session)).status, 200);
  invalid(await whoAmI(road, token));
  // Policies are read at each use.
  const info = (keys: SigningCredentials): Promise<TestAnswer> =>
    road.call(keys, { Action: "GetAccessKeyInfo", Version, AccessKeyId: bob.accessKeyId });
  equal((await info(session)).status, 403);
  await road.store.write((tx) =>
    tx.roles.put({ ...role, inlinePolicies: [allowing("sts:GetAccessKeyInfo")] }),
  );
  equal((await info(session)).status, 200);
});

test("root's sessions of GetSessionToken are cut to an hour; users may have 36", async () => {
  const { road, rootA, bob } = await story();
  const token = (keys: SigningCredentials, DurationSeconds: string): Promise<TestAnswer> =>
    road.call(keys, { Action: "GetSessionToken", Version, DurationSeconds });
  equal(element((await token(rootA, "129600")).body, "Expiration"), "2026-09-27T13:00:00Z");
  equal(element((await token(bob, "129600")).body, "Expiration"), "2026-09-29T00:00:00Z");
  refusal(await token(bob, "129601"), 400, "ValidationError", /less than or equal to 129600/);
  refusal(await token(bob, "899"), 400, "ValidationError", /greater than or equal to 900/);
});
