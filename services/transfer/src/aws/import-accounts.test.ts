import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { callerNamed, createAccess, loadKeyRing } from "@rolecall/access";
import { createAwsManagedPolicies } from "@rolecall/aws-managed-policies";
import { serviceAuthorization } from "@rolecall/service-authorization";
import type { Store } from "@rolecall/store-contract";
import { createMemoryStore } from "@rolecall/store-memory";
import { TransferProblem } from "../format.ts";
import { readAuthorizationDetails } from "./authorization-details.ts";
import { importAccounts } from "./import-accounts.ts";

const random = (length: number): Uint8Array => randomBytes(length);
const masterKey = random(32);
const a = "111122223333";
const b = "444455556666";
const created = "2026-01-02T03:04:05+00:00";
const statement = (...statements: object[]) => ({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string, Resource = "*") => ({ Effect: "Allow", Action, Resource });

const detailsA = {
  UserDetailList: [
    {
      Path: "/team/",
      UserName: "Ana",
      UserId: "AIDAANAANAANAANAANAA",
      Arn: `arn:aws:iam::${a}:user/team/Ana`,
      CreateDate: created,
      GroupList: ["devs"],
      AttachedManagedPolicies: [{ PolicyName: "Own", PolicyArn: `arn:aws:iam::${a}:policy/Own` }],
      PermissionsBoundary: {
        PermissionsBoundaryType: "Policy",
        PermissionsBoundaryArn: `arn:aws:iam::${a}:policy/Edge`,
      },
      UserPolicyList: [{ PolicyName: "in", PolicyDocument: statement(allow("sts:AssumeRole")) }],
      Tags: [{ Key: "team", Value: "" }],
    },
  ],
  GroupDetailList: [
    {
      Path: "/",
      GroupName: "devs",
      GroupId: "AGPADEVSDEVSDEVSDEVS",
      Arn: `arn:aws:iam::${a}:group/devs`,
      CreateDate: created,
      GroupPolicyList: [{ PolicyName: "g", PolicyDocument: statement(allow("s3:GetObject")) }],
      AttachedManagedPolicies: [
        { PolicyName: "ReadOnlyAccess", PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      ],
    },
  ],
  RoleDetailList: [],
  Policies: [
    { ...policy(a, "Own", allow("sqs:*"), allow("sns:*")), Description: "ours" },
    policy(a, "Edge", allow("s3:*"), allow("sts:*")),
    {
      ...policy(a, "ReadOnlyAccess", allow("*")),
      Arn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
    },
  ],
};

function policy(account: string, name: string, ...statements: object[]) {
  return {
    PolicyName: name,
    PolicyId: `ANPA${name.toUpperCase().padEnd(16, "X")}`,
    Arn: `arn:aws:iam::${account}:policy/${name}`,
    Path: "/",
    DefaultVersionId: "v3",
    AttachmentCount: 1,
    IsAttachable: true,
    CreateDate: created,
    UpdateDate: created,
    PolicyVersionList: [
      { Document: statement(...statements), VersionId: "v3", IsDefaultVersion: true, CreateDate: created },
      { Document: statement(allow("x:y")), VersionId: "v1", IsDefaultVersion: false, CreateDate: created },
    ],
  };
}

const detailsB = {
  UserDetailList: [],
  GroupDetailList: [],
  Policies: [],
  RoleDetailList: [
    {
      Path: "/",
      RoleName: "foo",
      RoleId: "AROAFOOFOOFOOFOOFOOF",
      Arn: `arn:aws:iam::${b}:role/foo`,
      CreateDate: created,
      // As an SDK gives it.
      AssumeRolePolicyDocument: encodeURIComponent(
        JSON.stringify(
          statement({
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { AWS: [`arn:aws:iam::${a}:user/team/Ana`, "arn:aws:iam::999999999999:root"] },
          }),
        ),
      ),
      InstanceProfileList: [
        {
          Path: "/",
          InstanceProfileName: "foo",
          InstanceProfileId: "AIPAFOOFOOFOOFOOFOOF",
          Arn: `arn:aws:iam::${b}:instance-profile/foo`,
          CreateDate: created,
          Roles: [],
          Tags: [{ Key: "stage", Value: "prod" }],
        },
      ],
      RolePolicyList: [{ PolicyName: "p", PolicyDocument: statement(allow("s3:GetObject")) }],
      AttachedManagedPolicies: [],
      Tags: [],
      RoleLastUsed: { LastUsedDate: created, Region: "eu-west-1" },
    },
  ],
};

const options = {
  nowMs: Date.UTC(2026, 8, 27),
  random,
  masterKey,
  keep: () => () => undefined,
  awsVersion: (arn: string) => (arn === "arn:aws:iam::aws:policy/ReadOnlyAccess" ? "v3" : undefined),
};
const details = (...all: object[]) => readAuthorizationDetails(JSON.stringify(all));

/** The decision on a request, as the road would make it. */
async function decide(store: Store, principal: string, action: string, resource: string): Promise<string> {
  const keyRing = await loadKeyRing(store, masterKey, random, options.nowMs);
  const access = createAccess({
    store,
    keyRing,
    masterKey,
    random,
    awsManaged: createAwsManagedPolicies(),
    catalog: serviceAuthorization(),
  });
  const caller = await store.read((tx) => callerNamed(tx, principal, options.nowMs));
  ok(caller, principal);
  const role = await store.read((tx) => tx.roles.get(b, "foo"));
  const isTrust = action === "sts:AssumeRole";
  const { explanation } = await access.explain(
    caller,
    {
      action,
      resource,
      resourceAccountId: isTrust ? b : a,
      ...(isTrust && { resourcePolicyType: "trust" as const, resourcePolicy: role?.trustPolicy }),
    },
    {
      nowMs: options.nowMs,
      sourceIp: undefined,
      secureTransport: true,
      userAgent: undefined,
      referer: undefined,
      requestedRegion: "us-east-1",
    },
  );
  return explanation.decision.effect === "Allow"
    ? "Allow"
    : `${explanation.decision.kind} ${explanation.decision.layer}`;
}

test("imported accounts decide as they did: groups, boundaries, versions, trust across accounts", async () => {
  const store = createMemoryStore();
  const imported = await importAccounts(store, details(detailsA, detailsB), options);
  deepEqual(
    imported.map(({ rootKey, warnings, ...counts }) => ({
      ...counts,
      isNew: rootKey !== undefined,
      warnings,
    })),
    [
      {
        accountId: a,
        users: 1,
        groups: 1,
        roles: 0,
        policies: 2,
        instanceProfiles: 0,
        isNew: true,
        warnings: [],
      },
      {
        accountId: b,
        users: 0,
        groups: 0,
        roles: 1,
        policies: 0,
        instanceProfiles: 1,
        isNew: true,
        warnings: [
          "role foo trusts AWS arn:aws:iam::999999999999:root, which is not here: it is bound to that name alone.",
        ],
      },
    ],
  );
  const ana = `arn:aws:iam::${a}:user/team/Ana`;
  const foo = `arn:aws:iam::${b}:role/foo`;
  equal(await decide(store, ana, "s3:GetObject", "arn:aws:s3:::x/y"), "Allow");
  equal(await decide(store, ana, "sqs:SendMessage", `arn:aws:sqs:eu-west-1:${a}:q`), "implicit boundary");
  equal(await decide(store, ana, "x:y", "*"), "implicit identity");
  equal(await decide(store, ana, "sts:AssumeRole", foo), "Allow");
  const role = await store.read((tx) => tx.roles.get(b, "foo"));
  deepEqual(role?.trustPolicy.principalIds, { [ana]: "AIDAANAANAANAANAANAA" });
  equal(role?.roleId, "AROAFOOFOOFOOFOOFOOF");
  deepEqual(role?.lastUsed, { atMs: Date.parse(created), region: "eu-west-1" });
  const user = await store.read((tx) => tx.users.get(a, "ana"));
  deepEqual(user?.tags, [{ key: "team", value: "" }]);
  const own = await store.read((tx) => tx.policies.get(a, "Own"));
  equal(own?.nextVersionNumber, 4);
  equal(own?.description, "ours");
  const profile = await store.read((tx) => tx.instanceProfiles.get(b, "foo"));
  deepEqual(profile?.tags, [{ key: "stage", value: "prod" }]);
});

test("what is already there, or cannot be read, changes nothing", async () => {
  const store = createMemoryStore();
  await importAccounts(store, details(detailsA), options);
  const before = await store.revision();
  const refused = async (pattern: RegExp, ...all: object[]): Promise<void> => {
    await rejects(
      (async () => importAccounts(store, details(...all), options))(),
      (error: unknown) => error instanceof TransferProblem && pattern.test(error.message),
      String(pattern),
    );
    equal(await store.revision(), before);
  };
  await refused(/already/, detailsA);
  await refused(/already/, detailsB, detailsA);
  const [role] = detailsB.RoleDetailList;
  await refused(/trust policy of role foo/, {
    ...detailsB,
    RoleDetailList: [{ ...role, AssumeRolePolicyDocument: { Statement: [{ Effect: "Perhaps" }] } }],
  });
  await refused(/RoleDetailList\[0\]\.RoleName: text is expected/, {
    ...detailsB,
    RoleDetailList: [{ ...role, RoleName: 7 }],
  });
  await refused(/RoleDetailList\[0\]\.Path: a path/, {
    ...detailsB,
    RoleDetailList: [{ ...role, Path: "x" }],
  });
  await refused(/one account is expected/, { ...detailsB, Policies: [policy(a, "Other", allow("s3:*"))] });
  // One page of several, as an SDK and as the CLI leave it: whom the rest would deny something is not denied it.
  await refused(/a part of an account only/, { ...detailsB, IsTruncated: true, Marker: "x" });
  await refused(/a part of an account only/, { ...detailsB, NextToken: "x" });
  // Another partition's documents name nothing that is here.
  await refused(/RoleDetailList\[0\]\.Arn: arn:aws:iam::444455556666:role\/foo is expected/, {
    ...detailsB,
    RoleDetailList: [{ ...role, Arn: `arn:aws-us-gov:iam::${b}:role/foo` }],
  });
  await refused(/Policies\[0\]\.Arn: .*policy\/Other is expected/, {
    ...detailsB,
    Policies: [{ ...policy(b, "Other", allow("s3:*")), Arn: `arn:aws:iam::${b}:policy/Another` }],
  });
  await refused(/names no user/, {});
  await refused(/an object is expected/, [1]);
  await refused(/in the group devs, which the file does not have/, {
    ...detailsA,
    UserDetailList: detailsA.UserDetailList.map((one) => ({
      ...one,
      UserName: "New",
      UserId: "AIDANEWNEWNEWNEWNEWN",
      Arn: `arn:aws:iam::${b}:user/team/New`,
    })),
    GroupDetailList: [],
    Policies: [],
  });
  const text = "{";
  await rejects(
    (async () => readAuthorizationDetails(text))(),
    (error: unknown) => error instanceof TransferProblem && /not valid JSON/.test(error.message),
  );
});

test("a policy that is nowhere is said", async () => {
  const store = createMemoryStore();
  const [one] = await importAccounts(store, details({ ...detailsA, Policies: [] }), {
    ...options,
    awsVersion: () => undefined,
  });
  deepEqual(one?.warnings, [
    `user Ana has the policy arn:aws:iam::${a}:policy/Own, which is not here: it neither allows nor denies anything.`,
    `user Ana has the boundary arn:aws:iam::${a}:policy/Edge, which is not here: nothing is allowed.`,
    "group devs has the policy arn:aws:iam::aws:policy/ReadOnlyAccess, which is not here: it neither allows nor denies anything.",
  ]);
});

test("an AWS managed policy in another version is said, and a policy that is here already is not missing", async () => {
  const store = createMemoryStore();
  const [user] = detailsA.UserDetailList;
  await importAccounts(store, details({ ...detailsA, UserDetailList: [] }), options);
  const [one] = await importAccounts(
    store,
    details({ Policies: [detailsA.Policies[2]], UserDetailList: [{ ...user, GroupList: [] }] }),
    { ...options, awsVersion: () => "v2" },
  );
  deepEqual(one?.warnings, [
    "arn:aws:iam::aws:policy/ReadOnlyAccess is in version v3 there and v2 here: it may decide otherwise.",
  ]);
});
