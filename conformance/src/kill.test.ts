import { test } from "node:test";
import { deepEqual, equal, ok } from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { call } from "@rolecall/server/testing";
import type { Answer } from "@rolecall/server/testing";
import { databases } from "./databases.ts";
import { removeDirectory, startProcess, temporaryDirectory } from "./server-process.ts";
import type { Keys, ServerProcess } from "./server-process.ts";

/** Answered writes per store; ROLECALL_KILL_WRITES=10000 is the long run. */
const wanted = Number(process.env["ROLECALL_KILL_WRITES"] ?? 2000);
/** More than AWS's, for the long run. */
const environment = {
  ROLECALL_QUOTAS: JSON.stringify({ "*": { RolesPerAccount: 100_000, PoliciesPerAccount: 100_000 } }),
};
const rounds = 5;
const writers = 8;

const document = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const policyArn = (name: string): string => `arn:aws:iam::000000000000:policy/${name}`;

/** Steps of a role's life; what stands after each. Policies stay. */
const life: { action: string; input: (name: string) => Record<string, string>; after: string }[] = [
  {
    action: "CreatePolicy",
    input: (name) => ({ PolicyName: name, PolicyDocument: document }),
    after: "policy",
  },
  {
    action: "CreateRole",
    input: (name) => ({ RoleName: name, AssumeRolePolicyDocument: trust }),
    after: "policy role",
  },
  {
    action: "AttachRolePolicy",
    input: (name) => ({ RoleName: name, PolicyArn: policyArn(name) }),
    after: "policy role attached",
  },
  {
    action: "PutRolePolicy",
    input: (name) => ({ RoleName: name, PolicyName: "inline", PolicyDocument: document }),
    after: "policy role attached inline",
  },
  {
    action: "DetachRolePolicy",
    input: (name) => ({ RoleName: name, PolicyArn: policyArn(name) }),
    after: "policy role inline",
  },
  {
    action: "DeleteRolePolicy",
    input: (name) => ({ RoleName: name, PolicyName: "inline" }),
    after: "policy role",
  },
  { action: "DeleteRole", input: (name) => ({ RoleName: name }), after: "policy" },
];

/** How far each role had come when its last step was answered; and whether a further step was under way. */
type Progress = Map<string, { answered: number; isUncertain: boolean }>;

async function write(
  server: ServerProcess,
  keys: Keys,
  writer: string,
  progress: Progress,
  isOver: () => boolean,
) {
  for (let n = 0; !isOver(); n++) {
    const name = `${writer}-${n}`;
    const mine = { answered: 0, isUncertain: false };
    progress.set(name, mine);
    // Not all lives are lived to their end.
    for (const { action, input } of life.slice(0, 1 + ((n * 5) % life.length))) {
      mine.isUncertain = true;
      let answer: Answer;
      try {
        answer = await call(server.url, keys, "iam", { Action: action, ...input(name) });
      } catch {
        return; // killed
      }
      equal(answer.status, 200, answer.body);
      mine.answered++;
      mine.isUncertain = false;
    }
  }
}

/** What stands of each name, as one account's whole details say. */
async function standing(server: ServerProcess, keys: Keys): Promise<Map<string, string>> {
  const found = new Map<string, Set<string>>();
  const add = (name: string, fact: string): void =>
    void found.set(name, (found.get(name) ?? new Set()).add(fact));
  let marker = "";
  do {
    const answer = await call(server.url, keys, "iam", {
      Action: "GetAccountAuthorizationDetails",
      "Filter.member.1": "Role",
      "Filter.member.2": "LocalManagedPolicy",
      MaxItems: "1000",
      ...(marker && { Marker: marker }),
    });
    equal(answer.status, 200, answer.body);
    for (const part of sections(answer.body, "RoleDetailList")) {
      const name = /<RoleName>([^<]*)</.exec(part)?.[1] ?? "";
      add(name, "role");
      if (part.includes("<PolicyName>inline<")) add(name, "inline");
      if (part.includes(`<PolicyArn>${policyArn(name)}<`)) add(name, "attached");
    }
    for (const part of sections(answer.body, "Policies")) {
      const name = /<PolicyName>([^<]*)</.exec(part)?.[1] ?? "";
      // Policy and version were written together.
      ok(
        /<VersionId>v1<[\s\S]*<IsDefaultVersion>true<|<IsDefaultVersion>true<[\s\S]*<VersionId>v1</.test(
          part,
        ),
        part,
      );
      add(name, "policy");
    }
    marker = answer.text("IsTruncated") === "true" ? answer.text("Marker") : "";
  } while (marker);
  const order = ["policy", "role", "attached", "inline"];
  return new Map(
    [...found].map(([name, facts]) => [name, order.filter((fact) => facts.has(fact)).join(" ")]),
  );
}

/** The members of a list, one text each. Members hold lists with members of their own. */
function sections(xml: string, list: string): string[] {
  const start = xml.indexOf(`<${list}>`);
  if (start < 0) return [];
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const found of xml.slice(start).matchAll(/<(\/?)(\w+)>/g)) {
    const [, slash, name] = found;
    if (name === "member") {
      if (!slash && depth++ === 0) from = found.index;
      if (slash && --depth === 0) parts.push(xml.slice(start + from, start + found.index));
    } else if (name === list && slash && depth === 0) break;
  }
  return parts;
}

for (const database of databases)
  test(
    `kill -9 during ${wanted} mixed writes on ${database.name}: what was answered stands, nothing is half done`,
    { skip: database.skip },
    async (t) => {
      const data = temporaryDirectory();
      const more = await database.arguments();
      const progress: Progress = new Map();
      const answeredWrites = (): number =>
        [...progress.values()].reduce((sum, { answered }) => sum + answered, 0);
      let slowestStartMs = 0;
      let running: ServerProcess | undefined;
      try {
        for (let round = 1; round <= rounds; round++) {
          const startedMs = performance.now();
          const server = (running = await startProcess(data, more, environment));
          slowestStartMs = Math.max(slowestStartMs, performance.now() - startedMs);
          const keys = server.profile();
          const state = { isOver: false };
          const writing = Array.from({ length: writers }, (_, at) =>
            write(server, keys, `k${round}-${at}`, progress, () => state.isOver),
          );
          // A writer ends before the kill only when it failed.
          const ended = Promise.race(writing);
          ended.catch(() => undefined);
          while (answeredWrites() < (wanted * round) / rounds) await Promise.race([setTimeout(2), ended]);
          await server.kill("SIGKILL");
          state.isOver = true;
          await Promise.all(writing);
        }
        ok(answeredWrites() >= wanted);
        const server = (running = await startProcess(data, more, environment));
        const stands = await standing(server, server.profile());
        const wrong: string[] = [];
        for (const [name, { answered, isUncertain }] of progress) {
          const now = stands.get(name) ?? "";
          const allowed = [
            life[answered - 1]?.after ?? "",
            ...(isUncertain ? [life[answered]?.after ?? ""] : []),
          ];
          if (!allowed.includes(now)) wrong.push(`${name}: "${now}" instead of "${allowed.join('" or "')}"`);
          stands.delete(name);
        }
        deepEqual(wrong, []);
        deepEqual([...stands.keys()], [], "nobody asked for these");
        t.diagnostic(`${answeredWrites()} writes answered, slowest start ${Math.round(slowestStartMs)} ms`);
        equal(await server.kill("SIGTERM"), 0);
      } finally {
        await running?.kill("SIGKILL");
        removeDirectory(data);
      }
    },
  );
