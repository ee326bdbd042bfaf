import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { allowing } from "@rolecall/pipeline/testing";
import type { User } from "@rolecall/store-contract";
import { account, allow, element, elements, iamRoad, refusal } from "../testing.ts";

const partner = "222233334444";
const stranger = "333344445555";
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const template = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::@{bucket}/*" },
    {
      Effect: "Allow",
      Action: "iam:CreateRole",
      Resource: "*",
      Condition: { StringEquals: { "iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/limit" } },
    },
  ],
});
const templateArn = `arn:aws:iam::${partner}:policy/template`;

const asked = {
  Description: "Read the logs",
  "Permissions.PolicyTemplateArn": templateArn,
  "Permissions.Parameters.member.1.Name": "bucket",
  "Permissions.Parameters.member.1.Type": "string",
  "Permissions.Parameters.member.1.Values.member.1": "logs",
  RequestorWorkflowId: "workflow-1",
  NotificationChannel: `arn:aws:sns:eu-west-1:${partner}:delegations`,
  SessionDuration: "3600",
};

async function delegationRoad() {
  const made = await iamRoad();
  const partnerRoot = await made.road.account(partner);
  const strangerRoot = await made.road.account(stranger);
  await made.done("CreatePolicy", { PolicyName: "template", PolicyDocument: template }, partnerRoot);
  const ask = async (more: Record<string, string> = {}): Promise<{ DelegationRequestId: string }> => ({
    DelegationRequestId:
      element(
        await made.done("CreateDelegationRequest", { ...asked, ...more }, partnerRoot),
        "DelegationRequestId",
      ) ?? "",
  });
  const state = async (id: { DelegationRequestId: string }): Promise<string | undefined> =>
    element(await made.done("GetDelegationRequest", id), "State");
  const user = async (name: string, facts: Partial<User> = {}) =>
    (await made.road.user(account, name, facts)).keys;
  return { ...made, partnerRoot, strangerRoot, ask, state, user };
}

test("a request goes from asking to the token, step by step", async () => {
  const { road, done, ask, state } = await delegationRoad();
  const id = await ask({ RequestMessage: "please", RedirectUrl: "https://example.com/back" });
  match(id.DelegationRequestId, /^[0-9a-f]{32}$/);
  const shown = await done("GetDelegationRequest", id);
  equal(element(shown, "State"), "UNASSIGNED");
  equal(element(shown, "RequestorId"), partner);
  equal(element(shown, "OwnerId"), undefined);
  equal(element(shown, "SessionDuration"), "3600");
  ok(shown.includes("arn:aws:s3:::logs/*"));
  deepEqual(elements(shown, "member").includes("arn:aws:iam::111122223333:policy/limit"), true);
  await done("AssociateDelegationRequest", id);
  equal(await state(id), "ASSIGNED");
  await done("UpdateDelegationRequest", { ...id, Notes: "for the boss" });
  equal(await state(id), "PENDING_APPROVAL");
  road.clock.nowMs += hourMs;
  await done("AcceptDelegationRequest", id);
  equal(await state(id), "ACCEPTED");
  await done("SendDelegationToken", id);
  const final = await done("GetDelegationRequest", id);
  equal(element(final, "State"), "FINALIZED");
  equal(element(final, "OwnerId"), `arn:aws:iam::${account}:root`);
  equal(element(final, "ApproverId"), `arn:aws:iam::${account}:root`);
  equal(element(final, "Notes"), "for the boss");
  const record = await road.store.read((tx) => tx.delegationRequests.get(id.DelegationRequestId));
  equal(record?.releasedAtMs, road.clock.nowMs);
  deepEqual(
    record?.history.map((step) => step.state),
    ["UNASSIGNED", "ASSIGNED", "PENDING_APPROVAL", "ACCEPTED", "FINALIZED"],
  );
});

test("no step is taken from a state that it does not follow", async () => {
  const { call, done, ask } = await delegationRoad();
  const refused = async (action: string, id: { DelegationRequestId: string }) =>
    refusal(await call(action, id)).slice(0, 2);
  const invalid = [400, "InvalidInput"];
  const conflict = [409, "ConcurrentModification"];
  const id = await ask();
  for (const action of ["UpdateDelegationRequest", "RejectDelegationRequest", "SendDelegationToken"])
    deepEqual(await refused(action, id), invalid, action);
  deepEqual(await refused("AcceptDelegationRequest", id), conflict);
  await done("AssociateDelegationRequest", id);
  deepEqual(refusal(await call("AssociateDelegationRequest", id)), [
    ...invalid,
    `The delegation request ${id.DelegationRequestId} is in the state ASSIGNED.`,
  ]);
  deepEqual(await refused("SendDelegationToken", id), invalid);
  await done("AcceptDelegationRequest", id);
  deepEqual(await refused("AcceptDelegationRequest", id), conflict);
  deepEqual(await refused("UpdateDelegationRequest", id), invalid);
  await done("RejectDelegationRequest", { ...id, Notes: "no" });
  const shown = await done("GetDelegationRequest", id);
  deepEqual([element(shown, "State"), element(shown, "RejectionReason")], ["REJECTED", "no"]);
  for (const action of [
    "AssociateDelegationRequest",
    "UpdateDelegationRequest",
    "RejectDelegationRequest",
    "SendDelegationToken",
  ])
    deepEqual(await refused(action, id), invalid, action);
  deepEqual(await refused("AcceptDelegationRequest", id), conflict);
});

test("unassigned requests expire after a day, others after seven", async () => {
  const { road, call, done, ask, state } = await delegationRoad();
  const unassigned = await ask();
  const assigned = await ask({ RequestorWorkflowId: "workflow-2" });
  await done("AssociateDelegationRequest", assigned);
  road.clock.nowMs += dayMs - 1;
  equal(await state(unassigned), "UNASSIGNED");
  road.clock.nowMs += 1;
  equal(await state(unassigned), "EXPIRED");
  equal(await state(assigned), "ASSIGNED");
  deepEqual(refusal(await call("AssociateDelegationRequest", unassigned)).slice(0, 2), [400, "InvalidInput"]);
  road.clock.nowMs += 6 * dayMs;
  equal(await state(assigned), "EXPIRED");
  deepEqual(refusal(await call("AcceptDelegationRequest", assigned)).slice(0, 2), [
    409,
    "ConcurrentModification",
  ]);
});

test("a request is known to the account that it is for, and to nobody else", async () => {
  const { call, done, ask, strangerRoot, partnerRoot } = await delegationRoad();
  const open = await ask();
  await done("GetDelegationRequest", open, strangerRoot);
  await done("AssociateDelegationRequest", open);
  const named = await ask({ RequestorWorkflowId: "workflow-2", OwnerAccountId: account });
  const unknown = { DelegationRequestId: "0123456789abcdef" };
  for (const keys of [strangerRoot, partnerRoot])
    for (const id of [open, named, unknown])
      for (const action of [
        "GetDelegationRequest",
        "AssociateDelegationRequest",
        "UpdateDelegationRequest",
        "AcceptDelegationRequest",
        "RejectDelegationRequest",
        "SendDelegationToken",
      ])
        deepEqual(refusal(await call(action, id, keys)), [
          404,
          "NoSuchEntity",
          `The delegation request with id ${id.DelegationRequestId} cannot be found.`,
        ]);
  await done("AssociateDelegationRequest", named);
});

test("what is asked for is checked when it is asked", async () => {
  const { call, ask, done, partnerRoot } = await delegationRoad();
  await ask();
  const refused = async (more: Record<string, string>, without: string[] = []) => {
    const input = Object.fromEntries(
      Object.entries({ ...asked, RequestorWorkflowId: "other", ...more }).filter(
        ([name]) => !without.some((start) => name.startsWith(start)),
      ),
    );
    return refusal(await call("CreateDelegationRequest", input, partnerRoot));
  };
  deepEqual(await refused({ RequestorWorkflowId: "workflow-1" }), [
    409,
    "EntityAlreadyExists",
    "A delegation request with workflow id workflow-1 already exists.",
  ]);
  const invalid = async (message: RegExp, more: Record<string, string>, without?: string[]) => {
    const [status, code, sentence] = await refused(more, without);
    deepEqual([status, code], [400, "InvalidInput"]);
    match(sentence ?? "", message);
  };
  await invalid(/SNS topic of account 222233334444/, {
    NotificationChannel: `arn:aws:sns:eu-west-1:${account}:topic`,
  });
  await invalid(/SNS topic/, { NotificationChannel: "topic" });
  await invalid(/must name a policy template/, {}, ["Permissions.PolicyTemplateArn"]);
  await invalid(/cannot be found/, { "Permissions.PolicyTemplateArn": `${templateArn}s` });
  await invalid(/cannot be found/, {
    "Permissions.PolicyTemplateArn": `arn:aws:iam::${account}:policy/template`,
  });
  await invalid(/Parameter 'bucket' not found/, {}, ["Permissions.Parameters"]);
  await invalid(/exactly one value, got 2/, {
    "Permissions.Parameters.member.1.Values.member.2": "more",
  });
  await invalid(/Unrecognized parameter: other/, {
    "Permissions.Parameters.member.2.Name": "other",
    "Permissions.Parameters.member.2.Values.member.1": "x",
  });
  await invalid(/may have 2048/, {
    "Permissions.Parameters.member.1.Values.member.1": "x".repeat(2000),
  });
  const list = {
    ...asked,
    RequestorWorkflowId: "workflow-list",
    "Permissions.Parameters.member.1.Type": "stringList",
    "Permissions.Parameters.member.1.Values.member.2": "more",
  };
  const made = element(await done("CreateDelegationRequest", list, partnerRoot), "DelegationRequestId");
  const shown = await done("GetDelegationRequest", { DelegationRequestId: made ?? "" });
  ok(shown.replaceAll("&quot;", '"').includes('["arn:aws:s3:::logs/*","arn:aws:s3:::more/*"]'));
});

test("creating knows the duration, the channel and the template", async () => {
  const { road, call } = await delegationRoad();
  const user = async (name: string, condition: object) =>
    (
      await road.user(partner, name, {
        inlinePolicies: [
          allowing("iam:CreateDelegationRequest", `arn:aws:iam::${partner}:delegation-request/*`, {
            Condition: condition,
          }),
        ],
      })
    ).keys;
  const good = await user("good", {
    NumericLessThanEquals: { "iam:DelegationDuration": "3600" },
    ArnEquals: { "iam:NotificationChannel": asked.NotificationChannel, "iam:TemplateArn": templateArn },
  });
  equal((await call("CreateDelegationRequest", asked, good)).status, 200);
  const short = await user("short", { NumericLessThan: { "iam:DelegationDuration": "3600" } });
  deepEqual(refusal(await call("CreateDelegationRequest", asked, short)), [
    403,
    "AccessDenied",
    `User: arn:aws:iam::${partner}:user/short is not authorized to perform: iam:CreateDelegationRequest on resource: arn:aws:iam::${partner}:delegation-request/* because no identity-based policy allows the iam:CreateDelegationRequest action`,
  ]);
});

test("the owner works on his request by default, but for accepting; a Deny still holds", async () => {
  const { call, done, ask, user } = await delegationRoad();
  const associate = { name: "p", document: allow("iam:AssociateDelegationRequest") };
  const owner = await user("owner", { inlinePolicies: [associate] });
  const other = await user("other");
  const id = await ask();
  await done("AssociateDelegationRequest", id, owner);
  const EntityArn = `arn:aws:iam::${account}:delegation-request/${id.DelegationRequestId}`;
  await done("GetDelegationRequest", id, owner);
  await done("GetHumanReadableSummary", { EntityArn }, owner);
  await done("ListDelegationRequests", { OwnerId: `arn:aws:iam::${account}:user/owner` }, owner);
  equal((await call("ListDelegationRequests", {}, owner)).status, 403);
  equal(
    (await call("ListDelegationRequests", { OwnerId: `arn:aws:iam::${account}:user/owner` }, other)).status,
    403,
  );
  for (const action of [
    "GetDelegationRequest",
    "UpdateDelegationRequest",
    "AcceptDelegationRequest",
    "RejectDelegationRequest",
    "SendDelegationToken",
  ])
    deepEqual(refusal(await call(action, id, other)), [
      403,
      "AccessDenied",
      `User: arn:aws:iam::${account}:user/other is not authorized to perform: iam:${action} on resource: ${EntityArn} because no identity-based policy allows the iam:${action} action`,
    ]);
  equal((await call("AcceptDelegationRequest", id, owner)).status, 403);
  await done("UpdateDelegationRequest", id, owner);
  await done("RejectDelegationRequest", id, owner);

  const deny = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Action: "iam:GetDelegationRequest", Resource: "*" }],
  });
  await done("PutUserPolicy", { UserName: "owner", PolicyName: "deny", PolicyDocument: deny });
  equal((await call("GetDelegationRequest", id, owner)).status, 403);
});

test("the owner is a key of every decision on his request", async () => {
  const { call, done, ask, user } = await delegationRoad();
  const associate = { name: "p", document: allow("iam:AssociateDelegationRequest") };
  const id = await ask();
  await done("AssociateDelegationRequest", id, await user("owner", { inlinePolicies: [associate] }));
  const approver = async (name: string, owner: string) =>
    user(name, {
      inlinePolicies: [
        allowing(["iam:AcceptDelegationRequest", "iam:ListDelegationRequests"], "*", {
          Condition: { ArnEquals: { "iam:DelegationRequestOwner": `arn:aws:iam::${account}:user/${owner}` } },
        }),
      ],
    });
  const wrong = await approver("wrong", "somebody");
  equal((await call("AcceptDelegationRequest", id, wrong)).status, 403);
  const right = await approver("right", "owner");
  await done("AcceptDelegationRequest", id, right);
  await done("ListDelegationRequests", { OwnerId: `arn:aws:iam::${account}:user/owner` }, right);
  equal((await call("ListDelegationRequests", {}, right)).status, 403);
});

test("the root user approves four hours at most; a token that only the owner sends, nobody else does", async () => {
  const { call, done, ask, user } = await delegationRoad();
  const long = await ask({ SessionDuration: "14401" });
  await done("AssociateDelegationRequest", long);
  deepEqual(refusal(await call("AcceptDelegationRequest", long)), [
    403,
    "AccessDenied",
    "The root user can accept requests for at most four hours.",
  ]);
  const admin = await user("admin", { inlinePolicies: [{ name: "p", document: allow("iam:*") }] });
  await done("AcceptDelegationRequest", long, admin);
  const owned = await ask({ RequestorWorkflowId: "workflow-2", OnlySendByOwner: "true" });
  await done("AssociateDelegationRequest", owned);
  await done("AcceptDelegationRequest", owned);
  deepEqual(refusal(await call("SendDelegationToken", owned, admin)), [
    403,
    "AccessDenied",
    "Only the owner of this delegation request may send its token.",
  ]);
  await done("SendDelegationToken", owned);
});

test("owned requests are listed page by page, all or one owner's", async () => {
  const { done, ask, user } = await delegationRoad();
  const admin = await user("admin", { inlinePolicies: [{ name: "p", document: allow("iam:*") }] });
  for (let n = 0; n < 5; n++) {
    const id = await ask({ RequestorWorkflowId: `workflow-${n}` });
    if (n < 4) await done("AssociateDelegationRequest", id, n === 0 ? admin : undefined);
  }
  const seen: string[] = [];
  let Marker: string | undefined;
  do {
    const body = await done("ListDelegationRequests", { MaxItems: "3", ...(Marker && { Marker }) });
    seen.push(...elements(body, "DelegationRequestId"));
    equal(element(body, "isTruncated"), String(element(body, "Marker") !== undefined));
    Marker = element(body, "Marker");
  } while (Marker !== undefined);
  equal(new Set(seen).size, 4);
  const OwnerId = `arn:aws:iam::${account}:user/admin`;
  equal(elements(await done("ListDelegationRequests", { OwnerId }), "DelegationRequestId").length, 1);
});

test("the check of permissions says yes only of what is sure", async () => {
  const { done, user, ask, partnerRoot } = await delegationRoad();
  const reading = await ask();
  const check = async (id: { DelegationRequestId: string }, keys?: typeof partnerRoot) => {
    const body = await done("GetDelegationRequest", { ...id, DelegationPermissionCheck: "true" }, keys);
    equal(element(body, "PermissionCheckStatus"), "COMPLETE");
    return element(body, "PermissionCheckResult");
  };
  // A pattern and a condition.
  equal(await check(reading), "UNSURE");
  await done(
    "CreatePolicy",
    { PolicyName: "plain", PolicyDocument: allow("ec2:DescribeInstances") },
    partnerRoot,
  );
  const input = {
    ...Object.fromEntries(Object.entries(asked).filter(([name]) => !name.includes("Parameters"))),
    "Permissions.PolicyTemplateArn": `arn:aws:iam::${partner}:policy/plain`,
    RequestorWorkflowId: "plain",
  };
  const made = await done("CreateDelegationRequest", input, partnerRoot);
  const plain = { DelegationRequestId: element(made, "DelegationRequestId") ?? "" };
  equal(await check(plain), "ALLOWED");
  const get = { name: "p", document: allow("iam:GetDelegationRequest") };
  equal(await check(plain, await user("poor", { inlinePolicies: [get] })), "DENIED");
});

test("the summary says what the policy says, in the same words each time", async () => {
  const { call, done, ask } = await delegationRoad();
  const { DelegationRequestId } = await ask();
  const EntityArn = `arn:aws:iam::${account}:delegation-request/${DelegationRequestId}`;
  const body = await done("GetHumanReadableSummary", { EntityArn, Locale: "en" });
  equal(element(body, "SummaryState"), "AVAILABLE");
  equal(element(body, "Locale"), "en");
  equal(
    element(body, "SummaryContent"),
    `arn:aws:iam::${partner}:root (account ${partner}) asks to act in this account in the name of who approves, for 1 hour after the token is sent.
Purpose: Read the logs
Within what the approver may do, and no more than this policy:
- It may do s3:GetObject
  on arn:aws:s3:::logs/*
- It may do iam:CreateRole
  on *
  if iam:PermissionsBoundary StringEquals arn:aws:iam::111122223333:policy/limit
Roles that it makes or changes are limited by the permissions boundary arn:aws:iam::111122223333:policy/limit.`,
  );
  equal(
    await done("GetHumanReadableSummary", { EntityArn }).then((again) => element(again, "SummaryContent")),
    element(body, "SummaryContent"),
  );
  deepEqual(refusal(await call("GetHumanReadableSummary", { EntityArn: `arn:aws:iam::${account}:user/x` })), [
    400,
    "InvalidInput",
    `arn:aws:iam::${account}:user/x is not the ARN of a delegation request.`,
  ]);
  equal(
    refusal(await call("GetHumanReadableSummary", { EntityArn: EntityArn.slice(0, -1) }))[1],
    "NoSuchEntity",
  );
});
