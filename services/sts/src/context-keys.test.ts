import { test } from "node:test";
import { deepEqual, equal, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { absentKeys, contextKeys } from "@rolecall/access";
import { iamService } from "@rolecall/iam";
import { iam } from "@rolecall/model";
import { operation, queryService } from "@rolecall/pipeline";
import type { Service } from "@rolecall/pipeline";
import { testRoad } from "@rolecall/pipeline/testing";
import type { TestClaims, TestRoad } from "@rolecall/pipeline/testing";
import type { SigningCredentials } from "@rolecall/sigv4";
import { stsService } from "./index.ts";
import { trusting } from "./testing.ts";

// Every vector of vectors/context is a signed request on the road that is refused; what the engine was given of the
// request is read from the record of the refusal.

/** A line of vectors/context/*.json. */
interface ContextVector {
  name: string;
  source: string;
  /** The key looked at, compared without regard to case. */
  key: string;
  /** One of `cast`. */
  caller: string;
  request?: {
    /** Default `probe`: an operation on a resource of another account, which nobody allows. */
    operation?: string;
    parameters?: Record<string, string>;
    headers?: Record<string, string>;
    region?: string;
    /** The TCP peer. */
    from?: string;
    tls?: boolean;
    /** The action whose check is looked at; default the first. */
    check?: string;
  };
  /** The value, or null when the key is not in the request. */
  expect: string | string[] | null;
}

const management = "111122223333";
const member = "444455556666";
const outside = "777788889999";
const stranger = "999999999999";
const organizationId = "o-abcdefghij";

/** `PathPrefix=/ACCOUNT/` names the account of the resource; `/nobody/` a resource that is nobody's. */
const probe: Service = {
  ...queryService(
    iam,
    [
      operation(iam, "ListUsers", {
        authorization({ PathPrefix }) {
          const named = PathPrefix?.replaceAll("/", "");
          return {
            resource: "arn:aws:iam::999999999999:user/",
            resourceAccountId: named === "nobody" ? undefined : (named ?? stranger),
          };
        },
        handle: () => Promise.reject(new Error("allowed")),
      }),
    ],
    { homeRegion: undefined },
  ),
  id: "probe",
  signingNames: ["probe"],
  actionPrefix: "probe",
};

interface World {
  road: TestRoad;
  cast: Record<string, SigningCredentials>;
  ids: Record<string, string>;
}

async function world(): Promise<World> {
  const road = await testRoad([stsService, iamService, probe]);
  const root = await road.account(management);
  for (const id of [member, outside]) await road.account(id);
  await road.store.write(async (tx) => {
    await tx.organizations.insert({
      organizationId,
      managementAccountId: management,
      createdAtMs: 0,
      rootFeatures: [],
      trustedServices: [],
      delegatedAdministrators: [],
    });
    for (const id of [management, member]) {
      const account = await tx.accounts.get(id);
      if (account) await tx.accounts.put({ ...account, organizationId });
    }
  });
  const bob = await road.user(management, "Bob", { path: "/staff/", tags: [{ key: "team", value: "red" }] });
  await road.user(management, "limited", { permissionsBoundary: `arn:aws:iam::${management}:policy/limit` });
  const { keys: outsider } = await road.user(outside, "Eve");
  const role = await road.role(management, "worker", trusting({ Service: "ec2.amazonaws.com" }), {
    path: "/jobs/",
    tags: [
      { key: "team", value: "blue" },
      { key: "stage", value: "prod" },
    ],
  });
  const issuedAtSeconds = Math.floor(road.clock.nowMs / 1000) - 600;
  const session = (claims: Omit<TestClaims, "accountId" | "entityId"> & Partial<TestClaims>) =>
    road.session({ accountId: management, entityId: role.roleId, issuedAtSeconds, ...claims });
  const ofBob = { entityId: bob.user.userId };
  return {
    road,
    ids: { userId: bob.user.userId, roleId: role.roleId },
    cast: {
      root,
      user: bob.keys,
      outsider,
      "role-session": session({
        kind: "assumed-role",
        sessionName: "ana-session",
        tags: { Team: "green" },
        transitiveTagKeys: ["Team"],
        sourceIdentity: "ana",
      }),
      "plain-session": session({
        kind: "assumed-role",
        sessionName: "plain",
        context: { "ec2:RoleDelivery": "2.0" },
      }),
      "web-identity-session": session({
        kind: "assumed-role",
        sessionName: "web",
        federatedProvider: `arn:aws:iam::${management}:oidc-provider/token.example.com`,
      }),
      "session-token": session({ kind: "session-token", ...ofBob }),
      "session-token-mfa": session({ kind: "session-token", ...ofBob, mfaAtSeconds: issuedAtSeconds }),
      "federated-user": session({ kind: "federated-user", ...ofBob, sessionName: "fed" }),
      "assumed-root": session({ kind: "assumed-root", accountId: member, entityId: member }),
    },
  };
}

type Context = Record<string, string | string[]>;

/** The condition context of the refused request's check. */
async function contextOf({ road, cast }: World, { caller, request = {} }: ContextVector): Promise<Context> {
  const { operation: name = "probe", parameters = {}, headers = {}, region, from, tls, check } = request;
  const isSts = name === "AssumeRole";
  const defaults = isSts
    ? { RoleArn: `arn:aws:iam::${management}:role/jobs/worker`, RoleSessionName: "s1" }
    : {};
  const answer = await road.call(
    cast[caller],
    {
      Action: name === "probe" ? "ListUsers" : name,
      Version: isSts ? "2011-06-15" : "2010-05-08",
      ...defaults,
      ...parameters,
    },
    {
      service: name === "probe" ? "probe" : isSts ? "sts" : "iam",
      headers: Object.entries(headers),
      ...(region !== undefined && { region }),
      ...(from !== undefined && { from }),
      ...(tls !== undefined && { tls }),
    },
  );
  const id = /authorization id: ([0-9a-z]{25})/.exec(answer.body)?.[1] ?? "";
  const stored = await road.store.read((tx) => tx.decisions.get(id));
  const { evaluations = [] } = (stored?.record ?? {}) as {
    evaluations?: { action: string; context: Context }[];
  };
  const found = evaluations.find(({ action }) => check === undefined || action === check || name === "probe");
  ok(found, `no check ${check} was refused: ${answer.body}`);
  return found.context;
}

const folder = new URL("../../../vectors/context/", import.meta.url);
const vectors = readdirSync(folder).flatMap(
  (file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as ContextVector[],
);

/** The row of the table that a key of a request belongs to: its own, or its family's. */
function rowOf(key: string) {
  const folded = key.toLowerCase();
  return contextKeys.find((row) => {
    const name = row.key.toLowerCase();
    const family = name.indexOf("${");
    return family < 0 ? name === folded : folded.startsWith(name.slice(0, family));
  });
}

test("each context key is in a request exactly when the vectors say", async (t) => {
  const stage = await world();
  for (const vector of vectors)
    await t.test(`${vector.key}, ${vector.caller}: ${vector.name}`, async () => {
      const context = await contextOf(stage, vector);
      const value = context[vector.key] ?? null;
      const expected =
        typeof vector.expect === "string"
          ? vector.expect.replaceAll(/\{(\w+)\}/g, (_, name: string) => stage.ids[name] ?? "")
          : vector.expect;
      deepEqual(value, expected);
      for (const [key, value] of Object.entries(context)) {
        const row = rowOf(key);
        // Keys of other services are fixed in sessions and belong to those services' tables.
        if (!/^(aws|sts|iam):/.test(key)) continue;
        ok(row, `${key} is in no table`);
        ok(!("absent" in row), `${key} cannot be there`);
        equal(Array.isArray(value), row.isMultivalued === true, `${key} is a list, or is not`);
      }
    });
  deepEqual(stage.road.failures, []);
});

test("every key of the table that can be there has a vector, and every vector a key", () => {
  const covered = new Set(vectors.map(({ key }) => rowOf(key)?.key));
  // Of operations with tests of their own.
  const elsewhere = new Set(["sts:TaskPolicyArn", "sts:IdentityTokenAudience", "sts:SigningAlgorithm"]);
  const absent = new Set(absentKeys.map(({ key }) => key));
  deepEqual(
    contextKeys.map(({ key }) => key).filter((key) => !covered.has(key) && !absent.has(key)),
    [...elsewhere],
  );
  deepEqual(
    vectors.map(({ key }) => key).filter((key) => /^(aws|sts|iam):/.test(key) && !rowOf(key)),
    [],
  );
  equal(new Set(vectors.map(({ key, caller, name }) => `${key} ${caller} ${name}`)).size, vectors.length);
  equal(new Set(contextKeys.map(({ key }) => key)).size, contextKeys.length);
});
