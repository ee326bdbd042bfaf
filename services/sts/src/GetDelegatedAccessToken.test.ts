import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { sealTradeInToken } from "@rolecall/credentials";
import { iamService } from "@rolecall/iam";
import { allowing, testRoad } from "@rolecall/pipeline/testing";
import type { TestRoad } from "@rolecall/pipeline/testing";
import type { SigningCredentials } from "@rolecall/sigv4";
import type { DelegationRequest } from "@rolecall/store-contract";
import { stsService } from "./index.ts";

const owner = "111122223333";
const requester = "222233334444";
const requestId = "0123456789abcdef0123456789abcdef";

const text = (body: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];

async function insertRequest(road: TestRoad, facts: Partial<DelegationRequest>): Promise<void> {
  const { nowMs } = road.clock;
  const request: DelegationRequest = {
    requestId,
    requesterAccountId: requester,
    workflowId: "workflow",
    description: "description",
    notificationChannel: `arn:aws:sns:eu-west-1:${requester}:topic`,
    sessionDurationSeconds: 3600,
    onlySendByOwner: false,
    templateArn: `arn:aws:iam::${requester}:policy/template`,
    parameters: [],
    permissionPolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["iam:GetUser", "iam:ListRoles"], Resource: "*" }],
    }),
    state: "FINALIZED",
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    releasedAtMs: nowMs,
    history: [],
    ...facts,
  };
  await road.store.write((tx) => tx.delegationRequests.insert(request));
}

async function delegatedRoad(
  approver: DelegationRequest["approver"],
  facts: Partial<DelegationRequest> = {},
) {
  const road = await testRoad([stsService, iamService]);
  const ownerRoot = await road.account(owner);
  const requesterRoot = await road.account(requester);
  const { nowMs } = road.clock;
  if (approver) await insertRequest(road, { approver, ownerAccountId: owner, ...facts });
  const token = (claims: object = {}): string =>
    sealTradeInToken(
      {
        requestId,
        requesterAccountId: requester,
        expiresAtSeconds: nowMs / 1000 + 3600,
        ...claims,
      },
      road.masterKey,
      (length) => new Uint8Array(length).fill(7),
    );
  const trade = (TradeInToken: string, keys: SigningCredentials = requesterRoot) =>
    road.call(
      keys,
      { Action: "GetDelegatedAccessToken", Version: "2011-06-15", TradeInToken },
      { service: "sts" },
    );
  const iam = (keys: SigningCredentials, Action: string, more: Record<string, string> = {}) =>
    road.call(keys, { Action, Version: "2010-05-08", ...more }, { service: "iam", region: "us-east-1" });
  const session = async (): Promise<SigningCredentials> => {
    const { status, body } = await trade(token());
    equal(status, 200, body);
    return {
      accessKeyId: text(body, "AccessKeyId") ?? "",
      secretAccessKey: text(body, "SecretAccessKey") ?? "",
      sessionToken: text(body, "SessionToken") ?? "",
    };
  };
  const whoAmI = async (keys: SigningCredentials) =>
    text(
      (await road.call(keys, { Action: "GetCallerIdentity", Version: "2011-06-15" }, { service: "sts" }))
        .body,
      "Arn",
    );
  return { road, ownerRoot, requesterRoot, token, trade, iam, session, whoAmI };
}

const rootApprover = {
  kind: "root",
  arn: `arn:aws:iam::${owner}:root`,
  entityId: owner,
  callerArn: `arn:aws:iam::${owner}:root`,
} as const;

/** Approver's records are made by the road, so the request is put in afterwards. */
async function approvedBy(kind: "user" | "role", policies: string[]) {
  const made = await delegatedRoad(undefined);
  const inlinePolicies = [allowing(policies)];
  const record =
    kind === "user"
      ? (await made.road.user(owner, "bob", { inlinePolicies })).user
      : await made.road.role(owner, "admin", { Version: "2012-10-17", Statement: [] }, { inlinePolicies });
  const arn = `arn:aws:iam::${owner}:${kind}/${record.name}`;
  const approver: DelegationRequest["approver"] = {
    kind,
    arn,
    entityId: "userId" in record ? record.userId : record.roleId,
    callerArn: kind === "user" ? arn : `arn:aws:sts::${owner}:assumed-role/admin/alice`,
    ...(kind === "role" && { sessionName: "alice" }),
  };
  await insertRequest(made.road, { approver, ownerAccountId: owner });
  return { ...made, record };
}

test("a user's approval gives his identity within the policy, IAM included", async () => {
  const { iam, session, whoAmI, trade, token } = await approvedBy("user", ["iam:ListRoles", "iam:ListUsers"]);
  const keys = await session();
  equal(await whoAmI(keys), `arn:aws:iam::${owner}:user/bob`);
  equal(text((await trade(token())).body, "AssumedPrincipal"), `arn:aws:iam::${owner}:user/bob`);
  equal((await iam(keys, "ListRoles")).status, 200);
  // His own permission, but not of the policy; of the policy, but not his own.
  match((await iam(keys, "ListUsers")).body, /no session policy allows the iam:ListUsers action/);
  match(
    (await iam(keys, "GetUser", { UserName: "bob" })).body,
    /no identity-based policy allows the iam:GetUser/,
  );
});

test("a role's approval gives a session of the role, named as the approver's", async () => {
  const { road, iam, session, whoAmI, record } = await approvedBy("role", ["iam:ListRoles", "iam:ListUsers"]);
  const keys = await session();
  equal(await whoAmI(keys), `arn:aws:sts::${owner}:assumed-role/admin/alice`);
  equal((await iam(keys, "ListRoles")).status, 200);
  equal((await iam(keys, "ListUsers")).status, 403);
  await road.store.write((tx) => tx.roles.delete(owner, record.name));
  equal((await iam(keys, "ListRoles")).status, 403);
});

test("the root user's approval is within the policy, too", async () => {
  const { iam, session } = await delegatedRoad(rootApprover);
  const keys = await session();
  equal((await iam(keys, "ListRoles")).status, 200);
  match((await iam(keys, "ListUsers")).body, /no session policy allows the iam:ListUsers action/);
});

test("a token is good until the time after its release is over, any number of times, and so are its sessions", async () => {
  const { road, trade, token, iam, session } = await delegatedRoad(rootApprover);
  const first = await session();
  road.clock.nowMs += 3_599_000;
  const body = (await trade(token())).body;
  equal(Date.parse(text(body, "Expiration") ?? ""), road.clock.nowMs + 1000);
  equal((await iam(first, "ListRoles")).status, 200);
  road.clock.nowMs += 1000;
  equal((await iam(first, "ListRoles")).status, 403);
  const expired = await trade(token());
  deepEqual([expired.status, text(expired.body, "Code")], [400, "ExpiredTradeInTokenException"]);
});

test("other tokens, others' tokens and tokens of no released request are refused alike", async () => {
  const { ownerRoot, trade, token } = await delegatedRoad(rootApprover);
  const accepted = await delegatedRoad(rootApprover, { state: "ACCEPTED" });
  const answers = [
    await trade("abcdefgh"),
    await trade(token(), ownerRoot),
    await trade(token({ requestId: "f".repeat(32) })),
    await accepted.trade(accepted.token()),
  ];
  for (const { status, body } of answers)
    deepEqual([status, text(body, "Message")], [400, "The trade-in token is not valid."]);
});

test("trading in wants its permission, on *", async () => {
  const { road, trade, token } = await delegatedRoad(rootApprover);
  const { keys: bare } = await road.user(requester, "bare");
  const { keys: able } = await road.user(requester, "able", {
    inlinePolicies: [allowing("sts:GetDelegatedAccessToken")],
  });
  const denied = await trade(token(), bare);
  equal(denied.status, 403);
  match(denied.body, /user\/bare is not authorized to perform: sts:GetDelegatedAccessToken on resource: \*/);
  equal((await trade(token(), able)).status, 200);
});

test("a session accepts in its own name, unless a policy of its own limits it", async () => {
  const { road, iam, token, trade, session, whoAmI } = await delegatedRoad(undefined);
  const trusting = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: owner }, Action: "sts:AssumeRole" }],
  };
  const inlinePolicies = [allowing(["iam:*", "sts:*"])];
  await road.role(owner, "admin", trusting, { inlinePolicies });
  const { keys } = await road.user(owner, "bob", { inlinePolicies });
  const assume = async (more: Record<string, string> = {}): Promise<SigningCredentials> => {
    const input = { RoleArn: `arn:aws:iam::${owner}:role/admin`, RoleSessionName: "alice", ...more };
    const { body } = await road.call(
      keys,
      { Action: "AssumeRole", Version: "2011-06-15", ...input },
      { service: "sts" },
    );
    return {
      accessKeyId: text(body, "AccessKeyId") ?? "",
      secretAccessKey: text(body, "SecretAccessKey") ?? "",
      sessionToken: text(body, "SessionToken") ?? "",
    };
  };
  await insertRequest(road, { state: "UNASSIGNED" });
  const id = { DelegationRequestId: requestId };
  equal((await iam(await assume(), "AssociateDelegationRequest", id)).status, 200);
  const limited = await assume({ Policy: allowing("iam:*").document });
  match(
    (await iam(limited, "AcceptDelegationRequest", id)).body,
    /Sessions with a session policy cannot accept a delegation request/,
  );
  equal((await iam(await assume(), "AcceptDelegationRequest", id)).status, 200);
  equal((await trade(token())).status, 400);
  equal((await iam(await assume(), "SendDelegationToken", id)).status, 200);
  const delegated = await session();
  equal(await whoAmI(delegated), `arn:aws:sts::${owner}:assumed-role/admin/alice`);
  // Access that was delegated delegates nothing.
  equal((await iam(delegated, "AcceptDelegationRequest", id)).status, 403);
});
