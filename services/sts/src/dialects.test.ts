import { test } from "node:test";
import { deepEqual, equal, match } from "node:assert/strict";
import { createHash } from "node:crypto";
import { allowing } from "@rolecall/pipeline/testing";
import type { CallOptions, TestAnswer } from "@rolecall/pipeline/testing";
import { presign, signRequest } from "@rolecall/sigv4";
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

/*
 * The thirty things that real clients need, by their numbers in the list of client expectations, and where each is proved:
 *
 *  1 any region in the scope            here
 *  2 POST with all in the query         here
 *  3 presigned GetCallerIdentity        here, and conformance/sdk.test.ts
 *  4 JSON on demand, exact text/xml     here
 *  5 path `//` and a foreign Host       here
 *  6 GetCallerIdentity cannot be denied here, and conformance/sdk.test.ts
 *  7 NoSuchEntity, 404                  conformance/sdk.test.ts
 *  8 IAM waiters                        conformance/cli.test.ts, sdk.test.ts
 *  9 unknown action is 400              conformance/bad-input.test.ts
 * 10 read after write                   conformance/sdk.test.ts
 * 11 principals that do not exist       services/iam roles.test.ts
 * 12 GetRole is whole after CreateRole  conformance/sdk.test.ts
 * 13 documents come back as sent        conformance/sdk.test.ts
 * 14 principals shown as they are       services/iam roles.test.ts
 * 15 DeleteConflict                     services/iam roles.test.ts
 * 16 five policy versions               conformance/sdk.test.ts
 * 17 GetPolicy is whole                 services/iam policies.test.ts
 * 18 lists of what is missing or empty  conformance/sdk.test.ts
 * 19 MaxItems and Marker                conformance/sdk.test.ts
 * 20 OIDC providers                     services/iam oidc-providers
 * 21 SAML metadata byte for byte        services/iam saml-providers
 * 22 thirteen tags, long policies       here
 * 23 durations                          here, sts.test.ts
 * 24 `${*}` in session policies         here
 * 25 GetUser without a name             services/iam users.test.ts
 * 26 sentences of AccessDenied          here, vectors/policy/denial-sentences.json
 * 27 service-linked roles               services/iam service-linked-roles
 * 28 Terraform and Ansible              not yet
 * 29 S3 front                           services/gateway, conformance/s3.test.ts
 * 30 credentials by profile             conformance/sts-clients.test.ts
 */

const host = "sts.amazonaws.com";
const identity = "Action=GetCallerIdentity&Version=2011-06-15";
const noBody = createHash("sha256").update("").digest("hex");

/** A signed or presigned request without a body. */
async function get(
  { road, bob }: Story,
  more: { minutesAgo?: number; headers?: [string, string][]; hostHeader?: string } = {},
): Promise<TestAnswer> {
  const { minutesAgo = 0, headers = [], hostHeader = host } = more;
  const signed = presign(
    { method: "GET", path: "/", query: identity, headers: [["host", hostHeader], ...headers] },
    {
      credentials: bob,
      region: "eu-west-1",
      service: "sts",
      nowMs: road.clock.nowMs - minutesAgo * 60_000,
      expiresSeconds: 60,
      bodySha256: noBody,
    },
  );
  return road.send(signed, Buffer.alloc(0));
}

test("1: whatever region stands in the scope of a signature", async () => {
  const { road, bob } = await story();
  for (const region of ["us-east-1", "eu-west-1", "aws-global", "local"])
    equal((await whoAmI(road, bob, { region })).status, 200, region);
});

test("2: a POST may have everything in its query, and no body and no content type", async () => {
  const { road, bob } = await story();
  const head = {
    method: "POST",
    path: "/",
    query: identity,
    headers: [["host", host]] as [string, string][],
  };
  const signed = signRequest(head, {
    credentials: bob,
    region: "us-east-1",
    service: "sts",
    nowMs: road.clock.nowMs,
    bodySha256: noBody,
  });
  const answer = await road.send(signed, Buffer.alloc(0));
  equal(answer.status, 200, answer.body);
  // Unsigned, it reaches the operation too, and is told what it lacks.
  const unsigned = await road.send(head, Buffer.alloc(0));
  refusal(unsigned, 403, "MissingAuthenticationToken", /missing/);
});

test("3: a presigned GetCallerIdentity lives for fifteen minutes, whatever X-Amz-Expires says", async () => {
  const stage = await story();
  const headers: [string, string][] = [["x-k8s-aws-id", "cluster"]];
  for (const minutesAgo of [0, 14]) equal((await get(stage, { minutesAgo, headers })).status, 200);
  refusal(await get(stage, { minutesAgo: 16, headers }), 403, "SignatureDoesNotMatch", /expired/i);
});

test("4: JSON for those who ask for it, answers and errors; else exactly text/xml", async () => {
  const { road, bob, user } = await story();
  const json: CallOptions = { headers: [["accept", "application/json"]] };
  const answer = await whoAmI(road, bob, json);
  equal(answer.headers.get("content-type"), "application/json");
  const { RequestId, ...rest } = (
    JSON.parse(answer.body) as { GetCallerIdentityResponse: { ResponseMetadata: { RequestId: string } } }
  ).GetCallerIdentityResponse.ResponseMetadata;
  match(RequestId, /^[0-9a-f-]{36}$/);
  deepEqual(rest, {});
  deepEqual(
    (JSON.parse(answer.body) as { GetCallerIdentityResponse: { GetCallerIdentityResult: object } })
      .GetCallerIdentityResponse.GetCallerIdentityResult,
    { Account: a, Arn: `arn:aws:iam::${a}:user/Bob`, UserId: user.userId },
  );
  const error = JSON.parse((await whoAmI(road, { ...bob, secretAccessKey: "x" }, json)).body) as {
    Error: { Code: string; Message: string; Type: string };
    RequestId: string;
  };
  equal(error.Error.Code, "SignatureDoesNotMatch");
  equal(error.Error.Type, "Sender");
  match(error.RequestId, /^[0-9a-f-]{36}$/);
  for (const keys of [bob, { ...bob, secretAccessKey: "x" }]) {
    const xml = await whoAmI(road, keys);
    equal(xml.headers.get("content-type"), "text/xml");
    match(xml.body, /^(<\?xml|<GetCallerIdentityResponse|<ErrorResponse)/);
  }
});

test("5: doubled slashes and a foreign Host verify as they were signed", async () => {
  const stage = await story();
  const { road, bob } = stage;
  for (const path of ["//", "///", "/"]) equal((await whoAmI(road, bob, { path })).status, 200, path);
  for (const hostHeader of ["sts.eu-central-1.amazonaws.com", "vault.example:8200", "localhost:4566"])
    equal((await get(stage, { hostHeader })).status, 200, hostHeader);
});

test("6: nothing refuses GetCallerIdentity; a role's ARN there has no path", async () => {
  const deny = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
  });
  const { road, bob, user } = await story();
  const role = await road.role(b, "deep", trusting(`arn:aws:iam::${a}:user/Bob`), { path: "/x/y/" });
  const session = credentialsIn(
    await assume(road, bob, { RoleArn: `arn:aws:iam::${b}:role/x/y/deep`, Policy: deny }),
  );
  await road.store.write(async (tx) => {
    await tx.users.put({ ...user, inlinePolicies: [{ name: "deny", document: deny }] });
    await tx.roles.put({ ...role, inlinePolicies: [{ name: "deny", document: deny }] });
  });
  equal((await whoAmI(road, bob)).status, 200);
  const answer = await whoAmI(road, session);
  equal(element(answer.body, "Arn"), `arn:aws:sts::${b}:assumed-role/deep/s1`);
  equal(element(answer.body, "UserId"), `${role.roleId}:s1`);
});

test("22: thirteen tags with the values that build systems send, and a policy of 2,000 characters", async () => {
  const { road, bob } = await story(
    trusting(`arn:aws:iam::${a}:user/Bob`, {}, ["sts:AssumeRole", "sts:TagSession"]),
  );
  const tags = Object.fromEntries(
    Array.from({ length: 13 }, (_, i) => [
      [`Tags.member.${i + 1}.Key`, `Key${i}`],
      [`Tags.member.${i + 1}.Value`, `refs/heads/a:b@c=d+${i}`],
    ]).flat(),
  );
  const statement = allowing("s3:GetObject", `arn:aws:s3:::bucket/${"x".repeat(1900)}`).document;
  const answer = await assume(road, bob, { ...tags, Policy: statement });
  equal(answer.status, 200, answer.body);
  equal(Number(element(answer.body, "PackedPolicySize")) > 0, true);
  const noise = Array.from({ length: 2000 }, (_, i) => (i * 2654435761).toString(36))
    .join("/")
    .slice(0, 2100);
  refusal(
    await assume(road, bob, { Policy: allowing("s3:GetObject", `arn:aws:s3:::${noise}`).document }),
    400,
    "PackedPolicyTooLarge",
    /^Packed policy consumes \d+% of allotted space, please use smaller policy\.$/,
  );
});

test("23: no duration is an hour; 900 and 3600 are good for every role", async () => {
  const { road, bob } = await story();
  equal(element((await assume(road, bob)).body, "Expiration"), "2026-09-27T13:00:00Z");
  for (const DurationSeconds of ["900", "3600"])
    equal((await assume(road, bob, { DurationSeconds })).status, 200);
});

test("24: the escapes of catalogs mean the characters themselves", async () => {
  const { road, bob, role } = await story();
  await road.store.write((tx) => tx.roles.put({ ...role, inlinePolicies: [allowing("sts:*")] }));
  const target = `arn:aws:iam::${b}:role/a*b`;
  const policy = allowing("sts:AssumeRole", `arn:aws:iam::${b}:role/a\${*}b`).document;
  const session = credentialsIn(await assume(road, bob, { Policy: policy }));
  await road.role(b, "axb", trusting(b));
  refusal(
    await assume(road, session, { RoleArn: `arn:aws:iam::${b}:role/axb` }),
    403,
    "AccessDenied",
    /AssumeRole/,
  );
  // A role cannot have that name, so the request fails, but not for want of the session policy's consent.
  const answer = await assume(road, session, { RoleArn: target });
  const id = /authorization id: ([0-9a-z]{25})/.exec(answer.body)?.[1] ?? "";
  const stored = await road.store.read((tx) => tx.decisions.get(id));
  match(JSON.stringify(stored?.record), /"blockers":\["trust"\]/);
});

test("26: a denial names the caller, the action and the resource", async () => {
  const { road, bob } = await story(undefined, []);
  match(
    (await assume(road, bob)).body,
    new RegExp(
      `User: arn:aws:iam::${a}:user/Bob is not authorized to perform: sts:AssumeRole on resource: ${foo}`,
    ),
  );
  match(
    (await road.call(bob, { Action: "GetAccessKeyInfo", Version, AccessKeyId: "AKIAIOSFODNN7EXAMPLE" })).body,
    /is not authorized to perform: sts:GetAccessKeyInfo on resource: \* because no identity-based policy allows the sts:GetAccessKeyInfo action/,
  );
});
