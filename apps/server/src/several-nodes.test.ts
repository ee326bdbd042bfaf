import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { SigningCredentials } from "@rolecall/sigv4";
import { sharedPostgres, whyNoPostgres } from "@rolecall/store-postgres/testing";
import { call, rootCredentials, startTestServer } from "./testing.ts";
import type { Answer, TestServer } from "./testing.ts";

/** Writes with a check after each; ROLECALL_NODE_STEPS asks for more. */
const steps = Number(process.env["ROLECALL_NODE_STEPS"] ?? 2000);
const actors = 8;
const accountId = "000000000000";

/** A generator with a seed, so that a failing run can be repeated. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const document = (effect: "Allow" | "Deny", action: string): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: effect, Action: action, Resource: "*" }] });
const nothing = document("Allow", "iam:ListGroups");
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "sts:AssumeRole" },
  ],
});

/** What the answered writes of one actor add up to. */
interface Expected {
  isKeyActive: boolean;
  isPolicyAllowing: boolean;
  isAttached: boolean;
  isDenied: boolean;
  isInGroup: boolean;
  isRoleAttached: boolean;
  /** The session is of the role that there is now, and was not ended. */
  isSessionAlive: boolean;
}

describe("three nodes over one database", { skip: whyNoPostgres() ?? false }, () => {
  let nodes: TestServer[] = [];
  let query: (sql: string) => Promise<Record<string, unknown>[]>;

  before(async () => {
    const postgres = await sharedPostgres();
    ({ query } = postgres);
    const database = [`${await postgres.emptySchema()}&application_name=nodes`];
    // Together: they agree on one first account and one set of keys.
    nodes = await Promise.all([1, 2, 3].map(() => startTestServer({ database })));
    equal(nodes.filter(({ isNew }) => isNew).length, 1);
  });
  after(() => Promise.all(nodes.map((node) => node.close())));

  const nodeUrl = (at: number): string => nodes[at % nodes.length]?.url ?? "";

  async function root(at: number, input: Record<string, string>): Promise<Answer> {
    const answer = await call(nodeUrl(at), rootCredentials, "iam", input);
    equal(answer.status, 200, `${JSON.stringify(input)}: ${answer.body}`);
    return answer;
  }

  test("what one node has answered, the next request to another one sees", async () => {
    for (let at = 0; at < 30; at++) {
      const UserName = `seen-${at}`;
      await root(at, { Action: "CreateUser", UserName });
      const key = await root(at + 1, { Action: "CreateAccessKey", UserName });
      const credentials = {
        accessKeyId: key.text("AccessKeyId"),
        secretAccessKey: key.text("SecretAccessKey"),
      };
      const self = () => call(nodeUrl(at + 2), credentials, "iam", { Action: "GetUser", UserName });
      equal((await self()).code, "AccessDenied");
      await root(at, {
        Action: "PutUserPolicy",
        UserName,
        PolicyName: "p",
        PolicyDocument: document("Allow", "iam:GetUser"),
      });
      equal((await self()).status, 200);
      await root(at + 1, { Action: "DeleteUserPolicy", UserName, PolicyName: "p" });
      equal((await self()).code, "AccessDenied");
      await root(at, { Action: "DeleteAccessKey", UserName, AccessKeyId: credentials.accessKeyId });
      equal((await self()).code, "InvalidClientTokenId");
    }
  });

  /** What was to be announced is lost with the connection, now and then, on one node or another. */
  async function killListeners(over: AbortSignal): Promise<number> {
    let killed = 0;
    for (; !over.aborted; await setTimeout(50)) {
      const ended = await query(`
        SELECT pg_terminate_backend(pid) FROM (
          SELECT pid FROM pg_stat_activity WHERE application_name = 'nodes' AND query LIKE 'LISTEN%'
          ORDER BY random() LIMIT 1
        ) AS one`);
      killed += ended.length;
    }
    return killed;
  }

  test("no node allows what was taken away, none denies what was granted", async (t) => {
    const seed = Number(process.env["ROLECALL_SEED"] ?? Date.now() % 1_000_000);
    t.diagnostic(`ROLECALL_SEED=${seed}`);
    const counts = { allowed: 0, denied: 0 };
    const killing = new AbortController();
    const killed = killListeners(killing.signal);
    await Promise.all(Array.from({ length: actors }, (_, actor) => act(actor, generator(seed + actor))));
    killing.abort();
    t.diagnostic(`${await killed} connections for announcements were lost`);
    ok((await killed) > 0);
    ok(counts.allowed > steps / 10 && counts.denied > steps / 10, JSON.stringify(counts));
    deepEqual(
      nodes.flatMap(({ failures }) => failures),
      [],
    );

    async function act(actor: number, random: (below: number) => number): Promise<void> {
      const [user, group, role] = [`user-${actor}`, `group-${actor}`, `role-${actor}`];
      const policyArn = `arn:aws:iam::${accountId}:policy/policy-${actor}`;
      const write = (input: Record<string, string>): Promise<Answer> => root(random(3), input);
      const is: Expected = {
        isKeyActive: true,
        isPolicyAllowing: true,
        isAttached: false,
        isDenied: false,
        isInGroup: false,
        isRoleAttached: false,
        isSessionAlive: true,
      };

      await write({ Action: "CreateUser", UserName: user });
      const key = await write({ Action: "CreateAccessKey", UserName: user });
      const keys = { accessKeyId: key.text("AccessKeyId"), secretAccessKey: key.text("SecretAccessKey") };
      await write({
        Action: "PutUserPolicy",
        UserName: user,
        PolicyName: "assume",
        PolicyDocument: document("Allow", "sts:AssumeRole"),
      });
      const allowing = document("Allow", "iam:GetUser");
      await write({ Action: "CreatePolicy", PolicyName: `policy-${actor}`, PolicyDocument: allowing });
      await write({ Action: "CreateGroup", GroupName: group });
      await write({ Action: "PutGroupPolicy", GroupName: group, PolicyName: "p", PolicyDocument: allowing });
      let session = await newSession();

      async function newSession(): Promise<SigningCredentials> {
        await write({ Action: "CreateRole", RoleName: role, AssumeRolePolicyDocument: trust });
        const answer = await call(nodeUrl(random(3)), keys, "sts", {
          Action: "AssumeRole",
          RoleArn: `arn:aws:iam::${accountId}:role/${role}`,
          RoleSessionName: "session",
        });
        equal(answer.status, 200, answer.body);
        return {
          accessKeyId: answer.text("AccessKeyId"),
          secretAccessKey: answer.text("SecretAccessKey"),
          sessionToken: answer.text("SessionToken"),
        };
      }

      let version = 1;
      const changes: (() => Promise<void>)[] = [
        async () => {
          await write({
            Action: is.isAttached ? "DetachUserPolicy" : "AttachUserPolicy",
            UserName: user,
            PolicyArn: policyArn,
          });
          is.isAttached = !is.isAttached;
        },
        async () => {
          await (is.isDenied
            ? write({ Action: "DeleteUserPolicy", UserName: user, PolicyName: "deny" })
            : write({
                Action: "PutUserPolicy",
                UserName: user,
                PolicyName: "deny",
                PolicyDocument: document("Deny", "iam:GetUser"),
              }));
          is.isDenied = !is.isDenied;
        },
        async () => {
          await write({
            Action: "UpdateAccessKey",
            UserName: user,
            AccessKeyId: keys.accessKeyId,
            Status: is.isKeyActive ? "Inactive" : "Active",
          });
          is.isKeyActive = !is.isKeyActive;
        },
        async () => {
          await write({
            Action: "CreatePolicyVersion",
            PolicyArn: policyArn,
            PolicyDocument: is.isPolicyAllowing ? nothing : allowing,
            SetAsDefault: "true",
          });
          is.isPolicyAllowing = !is.isPolicyAllowing;
          await write({ Action: "DeletePolicyVersion", PolicyArn: policyArn, VersionId: `v${version++}` });
        },
        async () => {
          await write({
            Action: is.isInGroup ? "RemoveUserFromGroup" : "AddUserToGroup",
            GroupName: group,
            UserName: user,
          });
          is.isInGroup = !is.isInGroup;
        },
        async () => {
          await write({
            Action: is.isRoleAttached ? "DetachRolePolicy" : "AttachRolePolicy",
            RoleName: role,
            PolicyArn: policyArn,
          });
          is.isRoleAttached = !is.isRoleAttached;
        },
        async () => {
          // A session can be made only with the key in use.
          if (!is.isKeyActive) return;
          if (is.isRoleAttached)
            await write({ Action: "DetachRolePolicy", RoleName: role, PolicyArn: policyArn });
          await write({ Action: "DeleteRole", RoleName: role });
          await expectSession("InvalidClientTokenId");
          const former = session;
          session = await newSession();
          // A role of the same name is another role.
          equal(told(await ask(former)), "InvalidClientTokenId");
          is.isRoleAttached = false;
          is.isSessionAlive = true;
        },
        async () => {
          const answer = await call(
            nodeUrl(random(3)),
            rootCredentials,
            "rolecall",
            { accessKeyId: session.accessKeyId },
            "/_rolecall/sessions/revoke",
          );
          equal(answer.status, 200, answer.body);
          is.isSessionAlive = false;
        },
      ];

      const told = (answer: Answer): string =>
        answer.status === 200 ? "allowed" : (answer.code ?? answer.body);
      const ask = (credentials: SigningCredentials): Promise<Answer> =>
        call(nodeUrl(random(3)), credentials, "iam", { Action: "GetUser", UserName: user });
      const expectSession = async (expected: string): Promise<void> =>
        equal(told(await ask(session)), expected, `the session of ${role}: ${JSON.stringify(is)}`);

      for (let step = 0; step < steps / actors; step++) {
        await changes[random(changes.length)]?.();
        const isGranted = is.isPolicyAllowing && is.isAttached;
        const ofUser = !is.isKeyActive
          ? "InvalidClientTokenId"
          : !is.isDenied && (isGranted || is.isInGroup)
            ? "allowed"
            : "AccessDenied";
        equal(told(await ask(keys)), ofUser, `${user}: ${JSON.stringify(is)}`);
        const ofSession = !is.isSessionAlive
          ? "InvalidClientTokenId"
          : is.isPolicyAllowing && is.isRoleAttached
            ? "allowed"
            : "AccessDenied";
        await expectSession(ofSession);
        for (const outcome of [ofUser, ofSession]) counts[outcome === "allowed" ? "allowed" : "denied"]++;
      }
    }
  });
});
