import { AsyncLocalStorage } from "node:async_hooks";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { iamService } from "@rolecall/iam";
import { testRoad } from "@rolecall/pipeline/testing";
import type { Store } from "@rolecall/store-contract";
import { createMemoryStore } from "@rolecall/store-memory";
import { openSqliteStore } from "@rolecall/store-sqlite";

// Many writes at once on one role, user, group and policy leave what some order of them, one after the other, leaves.
// The order is known: it is that of the store's transactions. So the same calls are made again in that order, alone, and
// every answer and the whole final state must be the same.

const account = "111122223333";
const policies = ["rules-0", "rules-1", "rules-2"];

interface Call {
  action: string;
  input: Record<string, string>;
}

const allow = (action: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: "*" }],
  });
const trust = (service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: `${service}.amazonaws.com` }, Action: "sts:AssumeRole" },
    ],
  });
const arn = (policy: string): string => `arn:aws:iam::${account}:policy/${policy}`;

/** A small generator, so that a failing run can be run again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomCall(next: (below: number) => number): Call {
  const kind = ["Role", "User", "Group"][next(3)] ?? "Role";
  const name = { [`${kind}Name`]: "x" };
  const PolicyArn = arn(policies[next(3)] ?? "");
  const tag = `k${next(60)}`;
  const calls: Call[] = [
    { action: `Attach${kind}Policy`, input: { ...name, PolicyArn } },
    { action: `Detach${kind}Policy`, input: { ...name, PolicyArn } },
    {
      action: `Put${kind}Policy`,
      input: { ...name, PolicyName: `p${next(4)}`, PolicyDocument: allow(`s3:Get${next(9)}`) },
    },
    { action: `Delete${kind}Policy`, input: { ...name, PolicyName: `p${next(4)}` } },
    { action: "CreatePolicyVersion", input: { PolicyArn, PolicyDocument: allow(`s3:List${next(9)}`) } },
    { action: "DeletePolicyVersion", input: { PolicyArn, VersionId: `v${1 + next(9)}` } },
    { action: "SetDefaultPolicyVersion", input: { PolicyArn, VersionId: `v${1 + next(9)}` } },
    { action: "AddUserToGroup", input: { UserName: "x", GroupName: "x" } },
    { action: "RemoveUserFromGroup", input: { UserName: "x", GroupName: "x" } },
    {
      action: "UpdateAssumeRolePolicy",
      input: { RoleName: "x", PolicyDocument: trust(["ec2", "lambda"][next(2)] ?? "") },
    },
    { action: "UpdateRole", input: { RoleName: "x", Description: `d${next(9)}` } },
    { action: "PutRolePermissionsBoundary", input: { RoleName: "x", PermissionsBoundary: PolicyArn } },
    { action: "DeleteRolePermissionsBoundary", input: { RoleName: "x" } },
  ];
  if (kind !== "Group")
    calls.push(
      {
        action: `Tag${kind}`,
        input: { ...name, "Tags.member.1.Key": tag, "Tags.member.1.Value": `${next(9)}` },
      },
      { action: `Untag${kind}`, input: { ...name, "TagKeys.member.1": tag } },
    );
  return calls[next(calls.length)] as Call;
}

/** The store, noting the call whose transaction ran: as the last of a call when it makes several. */
function noting(store: Store, current: AsyncLocalStorage<number>, order: number[]): Store {
  return {
    ...store,
    write<T>(fn: Parameters<typeof store.write<T>>[0]): Promise<T> {
      const call = current.getStore();
      return store.write<T>(async (tx) => {
        try {
          return await fn(tx);
        } finally {
          if (call !== undefined) order.push(call);
        }
      });
    },
  };
}

async function world(store: Store) {
  const road = await testRoad([iamService], { store });
  const root = await road.account(account);
  const call = ({ action, input }: Call) =>
    road.call(
      root,
      { Action: action, Version: "2010-05-08", ...input },
      { service: "iam", region: "us-east-1" },
    );
  const done = async (made: Call): Promise<void> => equal((await call(made)).status, 200);
  await done({ action: "CreateRole", input: { RoleName: "x", AssumeRolePolicyDocument: trust("ec2") } });
  await done({ action: "CreateUser", input: { UserName: "x" } });
  await done({ action: "CreateGroup", input: { GroupName: "x" } });
  for (const PolicyName of policies)
    await done({ action: "CreatePolicy", input: { PolicyName, PolicyDocument: allow("s3:*") } });
  return { road, call };
}

/** Everything about the four, without what differs between two installations. */
async function finalState(store: Store): Promise<unknown> {
  const state = await store.read(async (tx) => ({
    role: await tx.roles.get(account, "x"),
    user: await tx.users.get(account, "x"),
    group: await tx.groups.get(account, "x"),
    policies: await Promise.all(
      policies.map(async (name) => {
        const policy = await tx.policies.get(account, name);
        const versions = policy && (await tx.policyVersions.list([policy.policyId], { limit: 100 }));
        return { policy, versions };
      }),
    ),
    used: await Promise.all(
      policies.map((name) => tx.roles.countBy("byAttachedPolicy", [arn(name), account])),
    ),
  }));
  const groupId = state.group?.groupId ?? "";
  const own = new Set(["roleId", "userId", "groupId", "policyId"]);
  return JSON.parse(
    JSON.stringify(state, (name, value: unknown) => (own.has(name) ? undefined : value)).replaceAll(
      groupId,
      "GROUP",
    ),
  );
}

async function check(open: () => Promise<Store>, seed: number): Promise<void> {
  const next = numbers(seed);
  const calls = Array.from({ length: 160 }, () => randomCall(next));
  const current = new AsyncLocalStorage<number>();
  const order: number[] = [];
  const store = await open();
  const { road, call } = await world(noting(store, current, order));
  const answers = await Promise.all(calls.map((one, at) => current.run(at, () => call(one))));
  deepEqual(road.failures, []);
  for (const { status, body } of answers) ok(status < 500, body);
  ok(answers.filter(({ status }) => status === 200).length > calls.length / 3);
  equal(new Set(order).size, order.length, "one transaction a call");

  const again = createMemoryStore();
  const serial = await world(again);
  const message = (body: string): string | undefined => /<Message>([^<]*)/.exec(body)?.[1];
  for (const at of order) {
    const answer = await serial.call(calls[at] as Call);
    const first = answers[at];
    deepEqual(
      [answer.status, message(answer.body)],
      [first?.status, message(first?.body ?? "")],
      `seed ${seed}, call ${at}: ${JSON.stringify(calls[at])}`,
    );
  }
  deepEqual(await finalState(store), await finalState(again), `seed ${seed}`);
  await store.close();
}

const seeds = [1, 2, 3, 4, 5];

test("parallel changes of one entity are as if made one after the other, in memory", async () => {
  for (const seed of seeds) await check(async () => createMemoryStore(), seed);
});

test("parallel changes of one entity are as if made one after the other, in SQLite", async () => {
  for (const seed of seeds) {
    const directory = mkdtempSync(join(tmpdir(), "rolecall-concurrency-"));
    try {
      await check(() => openSqliteStore({ path: join(directory, "rolecall.db") }), seed);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
});

test("of more than fit, exactly as many get in as the quota lets", async () => {
  const { call } = await world(createMemoryStore());
  const names = Array.from({ length: 30 }, (_, n) => `extra-${n}`);
  for (const PolicyName of names)
    await call({ action: "CreatePolicy", input: { PolicyName, PolicyDocument: allow("s3:*") } });
  const all = async (made: Call[]): Promise<number> =>
    (await Promise.all(made.map(call))).filter(({ status }) => status === 200).length;
  const attach = names.map((name) => ({
    action: "AttachRolePolicy",
    input: { RoleName: "x", PolicyArn: arn(name) },
  }));
  equal(await all(attach), 20);
  const versions = names.map(() => ({
    action: "CreatePolicyVersion",
    input: { PolicyArn: arn("rules-0"), PolicyDocument: allow("s3:Get*") },
  }));
  equal(await all(versions), 4);
  const users = names.map(() => ({ action: "CreateUser", input: { UserName: "same" } }));
  equal(await all(users), 1);
});
