import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { usageGranularityMs } from "@rolecall/access";
import { allowing } from "@rolecall/pipeline/testing";
import { serviceAuthorization } from "@rolecall/service-authorization";
import { account, allow, element, elements, iamRoad, refusal, trust } from "../testing.ts";
import type { IamRoad } from "../testing.ts";

const arn = (resource: string): string => `arn:aws:iam::${account}:${resource}`;
const userArn = arn("user/Bob");
const catalog = serviceAuthorization();
/** Of services that have actions. */
const prefixes = catalog.servicePrefixes.filter((prefix) => catalog.service(prefix)?.actions.length);

/** Asks for a report and lets it become complete. */
async function report(
  { done, road }: IamRoad,
  Arn: string,
  input: Record<string, string> = {},
): Promise<string> {
  const JobId = element(await done("GenerateServiceLastAccessedDetails", { Arn, ...input }), "JobId") ?? "";
  road.clock.nowMs += 1000;
  return JobId;
}

const serviceOf = (body: string, namespace: string): string =>
  body
    .split("<ServiceName>")
    .slice(1)
    .find((text) => text.includes(`<ServiceNamespace>${namespace}<`)) ?? "";

test("a report lists what a user's policies allow, and tells what he did there, denied or not", async () => {
  const iam = await iamRoad();
  const { call, done, road } = iam;
  const { keys } = await road.user(account, "Bob", {
    inlinePolicies: [allowing(["iam:ListUsers", "s3:Get*"])],
  });
  await done("ListUsers", {}, keys);
  equal((await call("ListRoles", {}, keys)).status, 403);
  await road.flushUsage();
  const usedAt = new Date(road.clock.nowMs).toISOString().replace(".000", "");

  const JobId = await report(iam, userArn);
  match(JobId, /^[0-9a-f-]{36}$/);
  const got = await done("GetServiceLastAccessedDetails", { JobId });
  equal(element(got, "JobStatus"), "COMPLETED");
  equal(element(got, "JobType"), "SERVICE_LEVEL");
  deepEqual(elements(got, "ServiceNamespace"), ["iam", "s3"]);
  const iamPart = serviceOf(got, "iam");
  match(iamPart, /^AWS Identity and Access Management \(IAM\)</);
  deepEqual(
    [
      "LastAuthenticated",
      "LastAuthenticatedEntity",
      "LastAuthenticatedRegion",
      "TotalAuthenticatedEntities",
    ].map((name) => element(iamPart, name)),
    [usedAt, userArn, "us-east-1", "1"],
  );
  const s3 = serviceOf(got, "s3");
  equal(element(s3, "LastAuthenticated"), undefined);
  equal(element(s3, "TotalAuthenticatedEntities"), "0");
  ok(!got.includes("TrackedActions"));
});

test("a report by action has each allowed action, accessed or not", async () => {
  const iam = await iamRoad();
  const { call, done, road } = iam;
  const { keys } = await road.user(account, "Bob", {
    inlinePolicies: [allowing(["iam:ListUsers", "iam:ListRoles"])],
  });
  await done("ListUsers", {}, keys);
  await call("CreateUser", { UserName: "x" }, keys);
  await road.flushUsage();
  const JobId = await report(iam, userArn, { Granularity: "ACTION_LEVEL" });
  const got = await done("GetServiceLastAccessedDetails", { JobId });
  equal(element(got, "JobType"), "ACTION_LEVEL");
  // CreateUser was tried, but his policies do not allow it.
  deepEqual(elements(got, "ActionName"), ["ListRoles", "ListUsers"]);
  deepEqual(elements(got, "LastAccessedEntity"), [userArn]);
  deepEqual(elements(got, "LastAccessedRegion"), ["us-east-1"]);

  await done("AttachUserPolicy", {
    UserName: "Bob",
    PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  });
  const wide = await report(iam, userArn, { Granularity: "ACTION_LEVEL" });
  const first = await done("GetServiceLastAccessedDetails", { JobId: wide, MaxItems: "1" });
  deepEqual(elements(first, "ServiceNamespace"), [prefixes[0]]);
  deepEqual(
    elements(first, "ActionName"),
    catalog.service(prefixes[0] ?? "")?.actions.map(({ name }) => name),
  );
});

test("a report is as it was when it was made, runs for a second and is kept for a day", async () => {
  const iam = await iamRoad();
  const { call, done, road } = iam;
  const { keys } = await road.user(account, "Bob", { inlinePolicies: [allowing("iam:ListUsers")] });
  const JobId = element(await done("GenerateServiceLastAccessedDetails", { Arn: userArn }), "JobId") ?? "";
  const running = await done("GetServiceLastAccessedDetails", { JobId });
  equal(element(running, "JobStatus"), "IN_PROGRESS");
  equal(element(running, "JobCompletionDate"), undefined);
  const entities = { JobId, ServiceNamespace: "iam" };
  equal(
    element(await done("GetServiceLastAccessedDetailsWithEntities", entities), "JobStatus"),
    "IN_PROGRESS",
  );
  await done("ListUsers", {}, keys);
  await road.flushUsage();
  road.clock.nowMs += 1000;
  const got = await done("GetServiceLastAccessedDetails", { JobId });
  equal(element(got, "JobStatus"), "COMPLETED");
  equal(element(got, "LastAuthenticated"), undefined);
  equal(
    Date.parse(element(got, "JobCompletionDate") ?? "") - Date.parse(element(got, "JobCreationDate") ?? ""),
    1000,
  );
  road.clock.nowMs += 24 * 60 * 60_000;
  deepEqual(refusal(await call("GetServiceLastAccessedDetails", { JobId })), [
    404,
    "NoSuchEntity",
    `The job with id ${JobId} cannot be found.`,
  ]);
});

test("groups and policies tell of their members, the latest first", async () => {
  const iam = await iamRoad();
  const { call, done, road } = iam;
  const PolicyArn =
    element(await done("CreatePolicy", { PolicyName: "p", PolicyDocument: allow("iam:ListUsers") }), "Arn") ??
    "";
  await done("CreateGroup", { GroupName: "g" });
  await done("AttachGroupPolicy", { GroupName: "g", PolicyArn });
  const { keys: bob } = await road.user(account, "Bob");
  const { keys: eve } = await road.user(account, "Eve");
  await road.user(account, "Idle");
  for (const UserName of ["Bob", "Eve", "Idle"]) await done("AddUserToGroup", { GroupName: "g", UserName });
  await road.user(account, "Stranger");
  await done("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust({ AWS: account }) });
  await done("AttachRolePolicy", { RoleName: "r", PolicyArn });
  await done("ListUsers", {}, eve);
  road.clock.nowMs += usageGranularityMs;
  await done("ListUsers", {}, bob);
  await road.flushUsage();

  const group = await report(iam, arn("group/g"));
  const got = await done("GetServiceLastAccessedDetails", { JobId: group });
  equal(element(got, "LastAuthenticatedEntity"), userArn);
  equal(element(got, "TotalAuthenticatedEntities"), "2");
  const users = await done("GetServiceLastAccessedDetailsWithEntities", {
    JobId: group,
    ServiceNamespace: "iam",
  });
  deepEqual(elements(users, "Name"), ["Bob", "Eve", "Idle"]);
  deepEqual(elements(users, "Type"), ["USER", "USER", "USER"]);
  equal(elements(users, "LastAuthenticated").length, 2);

  const policy = await report(iam, PolicyArn);
  const seen: string[] = [];
  for (let Marker: string | undefined; ;) {
    const page = await done("GetServiceLastAccessedDetailsWithEntities", {
      JobId: policy,
      ServiceNamespace: "IAM",
      MaxItems: "1",
      ...(Marker !== undefined && { Marker }),
    });
    seen.push(...elements(page, "Arn"));
    Marker = element(page, "Marker");
    if (Marker === undefined) break;
  }
  deepEqual(seen.slice(0, 2), [userArn, arn("user/Eve")]);
  deepEqual(seen.slice(2).toSorted(), [arn("role/r"), arn("user/Idle")]);
  equal(
    refusal(
      await call("GetServiceLastAccessedDetailsWithEntities", { JobId: policy, ServiceNamespace: "s3" }),
    )[1],
    "InvalidInput",
  );
});

test("a Deny on everything takes a service away, one with a condition or a resource does not", async () => {
  const iam = await iamRoad();
  const { done, road } = iam;
  const policies = (statements: object[]): { name: string; document: string }[] => [
    { name: "p", document: JSON.stringify({ Version: "2012-10-17", Statement: statements }) },
  ];
  const allowThree = { Effect: "Allow", Action: ["s3:*", "sqs:SendMessage", "sns:Publish"], Resource: "*" };
  const cases: [object[], string[]][] = [
    [[allowThree], ["s3", "sns", "sqs"]],
    [[allowThree, { Effect: "Deny", Action: ["sqs:*", "sns:Pub*"], Resource: "*" }], ["s3"]],
    [
      [
        allowThree,
        { Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::x" },
        {
          Effect: "Deny",
          Action: "sqs:*",
          Resource: "*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
      ["s3", "sns", "sqs"],
    ],
    [[allowThree, { Effect: "Deny", NotAction: "sqs:*", Resource: "*" }], ["sqs"]],
    [[{ Effect: "Allow", Action: "s3:NoSuchAction", Resource: "*" }], []],
  ];
  for (const [n, [statements, expected]] of cases.entries()) {
    await road.user(account, `u${n}`, { inlinePolicies: policies(statements) });
    const JobId = await report(iam, arn(`user/u${n}`));
    deepEqual(elements(await done("GetServiceLastAccessedDetails", { JobId }), "ServiceNamespace"), expected);
  }
});

test("services are listed page by page", async () => {
  const iam = await iamRoad();
  const { done } = iam;
  const JobId = await report(iam, "arn:aws:iam::aws:policy/AdministratorAccess");
  const seen: string[] = [];
  for (let Marker: string | undefined; ;) {
    const page = await done("GetServiceLastAccessedDetails", {
      JobId,
      MaxItems: "200",
      ...(Marker !== undefined && { Marker }),
    });
    seen.push(...elements(page, "ServiceNamespace"));
    Marker = element(page, "Marker");
    if (Marker === undefined) break;
  }
  deepEqual(seen, prefixes);
});

test("jobs are their account's own, and an account keeps a hundred", async () => {
  const iam = await iamRoad();
  const { call, done, road } = iam;
  await road.user(account, "Bob");
  const otherRoot = await road.account("444455556666");
  const first = await report(iam, userArn);
  equal(refusal(await call("GetServiceLastAccessedDetails", { JobId: first }, otherRoot))[1], "NoSuchEntity");
  equal(refusal(await call("GetOrganizationsAccessReport", { JobId: first }))[1], "NoSuchEntity");
  for (let n = 0; n < 99; n++) await report(iam, userArn);
  await done("GetServiceLastAccessedDetails", { JobId: first });
  await report(iam, userArn);
  equal(refusal(await call("GetServiceLastAccessedDetails", { JobId: first }))[1], "NoSuchEntity");
});

test("a job is seen by the user or the session of a role that asked for it, and by nobody else", async () => {
  const iam = await iamRoad();
  const { call, done, road } = iam;
  const reading = allowing(["iam:Generate*", "iam:GetServiceLastAccessed*"]);
  const { keys: bob } = await road.user(account, "Bob", { inlinePolicies: [reading] });
  const { keys: eve } = await road.user(account, "Eve", { inlinePolicies: [reading] });
  const trusted = trust({ AWS: account });
  const role = await done("CreateRole", { RoleName: "auditor", AssumeRolePolicyDocument: trusted });
  await done("PutRolePolicy", { RoleName: "auditor", PolicyName: "p", PolicyDocument: allow("iam:*") });
  const entityId = element(role, "RoleId") ?? "";
  const sessions = ["monday", "tuesday"].map((sessionName) =>
    road.session({ kind: "assumed-role", accountId: account, entityId, sessionName }),
  );
  const callers = [iam.root, bob, eve, ...sessions];
  for (const asking of callers) {
    const body = await done("GenerateServiceLastAccessedDetails", { Arn: userArn }, asking);
    const JobId = element(body, "JobId") ?? "";
    road.clock.nowMs += 1000;
    for (const caller of callers)
      for (const [action, more] of [
        ["GetServiceLastAccessedDetails", {}],
        ["GetServiceLastAccessedDetailsWithEntities", { ServiceNamespace: "iam" }],
      ] as const) {
        const answer = await call(action, { JobId, ...more }, caller);
        if (caller === asking) equal(answer.status, 200, answer.body);
        else deepEqual(refusal(answer), [404, "NoSuchEntity", `The job with id ${JobId} cannot be found.`]);
      }
  }
});

test("only what exists and may be asked about is reported on", async () => {
  const { call, done, road } = await iamRoad();
  const { keys } = await road.user(account, "Bob", { path: "/team/" });
  const refused = async (Arn: string): Promise<unknown> =>
    refusal(await call("GenerateServiceLastAccessedDetails", { Arn }));
  deepEqual(await refused(arn("user/Nobody")), [
    404,
    "NoSuchEntity",
    "The user with name Nobody cannot be found.",
  ]);
  deepEqual(await refused(arn("user/Bob")), [404, "NoSuchEntity", "The user with name Bob cannot be found."]);
  deepEqual(await refused(arn("policy/none")), [
    404,
    "NoSuchEntity",
    `Policy ${arn("policy/none")} was not found.`,
  ]);
  deepEqual(await refused("this-is-no-arn-at-all"), [
    400,
    "ValidationError",
    "Invalid ARN:  Could not be parsed!",
  ]);
  deepEqual(await refused(arn("instance-profile/x")), [
    400,
    "InvalidInput",
    `The ARN ${arn("instance-profile/x")} is not that of one of these: user, group, role, policy.`,
  ]);
  equal(((await refused("arn:aws:iam::444455556666:user/x")) as unknown[])[1], "AccessDenied");
  const team = arn("user/team/Bob");
  deepEqual(refusal(await call("GenerateServiceLastAccessedDetails", { Arn: team }, keys)), [
    403,
    "AccessDenied",
    `User: ${team} is not authorized to perform: iam:GenerateServiceLastAccessedDetails on resource: ${team} because no identity-based policy allows the iam:GenerateServiceLastAccessedDetails action`,
  ]);
  await done("GenerateServiceLastAccessedDetails", { Arn: team });
});

test("which policies let an identity into a service", async () => {
  const { call, done, road } = await iamRoad();
  const PolicyArn =
    element(await done("CreatePolicy", { PolicyName: "p", PolicyDocument: allow("s3:GetObject") }), "Arn") ??
    "";
  await road.user(account, "Bob", {
    inlinePolicies: [allowing("s3:*")],
    attachedPolicies: [PolicyArn],
    permissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess",
  });
  await done("CreateGroup", { GroupName: "g" });
  await done("PutGroupPolicy", { GroupName: "g", PolicyName: "q", PolicyDocument: allow("sqs:*") });
  await done("AttachGroupPolicy", { GroupName: "g", PolicyArn });
  await done("AddUserToGroup", { GroupName: "g", UserName: "Bob" });
  const asked = {
    Arn: userArn,
    "ServiceNamespaces.member.1": "sqs",
    "ServiceNamespaces.member.2": "s3",
    "ServiceNamespaces.member.3": "no-such",
  };
  const got = await done("ListPoliciesGrantingServiceAccess", asked);
  deepEqual(elements(got, "ServiceNamespace"), ["sqs", "s3", "no-such"]);
  deepEqual(elements(got, "PolicyName"), ["q", "allowing", "p"]);
  deepEqual(elements(got, "PolicyType"), ["INLINE", "INLINE", "MANAGED"]);
  deepEqual(elements(got, "EntityType"), ["GROUP", "USER"]);
  deepEqual(elements(got, "EntityName"), ["g", "Bob"]);
  deepEqual(elements(got, "PolicyArn"), [PolicyArn]);
  equal(element(got, "IsTruncated"), "false");
  const ofGroup = await done("ListPoliciesGrantingServiceAccess", { ...asked, Arn: arn("group/g") });
  deepEqual(elements(ofGroup, "PolicyName"), ["q", "p"]);
  equal(
    refusal(await call("ListPoliciesGrantingServiceAccess", { ...asked, Arn: PolicyArn }))[1],
    "InvalidInput",
  );
  equal(
    refusal(await call("ListPoliciesGrantingServiceAccess", { ...asked, Arn: arn("role/none") }))[1],
    "NoSuchEntity",
  );

  const many = Object.fromEntries(
    Array.from({ length: 150 }, (_, n) => [`ServiceNamespaces.member.${n + 1}`, `s${n}`]),
  );
  const first = await done("ListPoliciesGrantingServiceAccess", { Arn: userArn, ...many });
  equal(elements(first, "ServiceNamespace").length, 100);
  const second = await done("ListPoliciesGrantingServiceAccess", {
    Arn: userArn,
    ...many,
    Marker: element(first, "Marker") ?? "",
  });
  equal(elements(second, "ServiceNamespace").at(-1), "s149");
  equal(
    refusal(
      await call("ListPoliciesGrantingServiceAccess", { ...asked, Marker: element(first, "Marker") ?? "" }),
    )[1],
    "ValidationError",
  );
});

test("what an organization's accounts accessed", async () => {
  const { call, done, road, root } = await iamRoad();
  const member = "444455556666";
  const memberRoot = await road.account(member);
  const outsider = "777788889999";
  await road.account(outsider);
  const organizationId = "o-abcdefghij";
  await road.store.write(async (tx) => {
    await tx.organizations.insert({
      organizationId,
      managementAccountId: account,
      createdAtMs: road.clock.nowMs,
      rootFeatures: [],
      trustedServices: [],
      delegatedAdministrators: [],
    });
    for (const accountId of [account, member]) {
      const found = await tx.accounts.get(accountId);
      if (found) await tx.accounts.put({ ...found, organizationId });
    }
  });
  await done("ListUsers");
  road.clock.nowMs += usageGranularityMs;
  await done("ListUsers", {}, memberRoot);
  await road.flushUsage();

  const rootPath = `${organizationId}/r-abcd`;
  const generate = (EntityPath: string, more = {}, keys = root) =>
    call("GenerateOrganizationsAccessReport", { EntityPath, ...more }, keys);
  const JobId = element((await generate(rootPath)).body, "JobId") ?? "";
  const running = await done("GetOrganizationsAccessReport", { JobId });
  equal(element(running, "JobStatus"), "IN_PROGRESS");
  road.clock.nowMs += 1000;
  const latest = await done("GetOrganizationsAccessReport", {
    JobId,
    SortKey: "LAST_AUTHENTICATED_TIME_DESCENDING",
    MaxItems: "1",
  });
  deepEqual(
    ["ServiceNamespace", "EntityPath", "Region", "TotalAuthenticatedEntities", "IsTruncated"].map((name) =>
      element(latest, name),
    ),
    ["iam", `${rootPath}/${member}`, "us-east-1", "2", "true"],
  );
  const accessible = Number(element(latest, "NumberOfServicesAccessible"));
  equal(element(latest, "NumberOfServicesNotAccessed"), String(accessible - 1));
  const namespaces = async (SortKey: string): Promise<string[]> =>
    elements(
      await done("GetOrganizationsAccessReport", { JobId, SortKey, MaxItems: "1000" }),
      "ServiceNamespace",
    );
  const ascending = await namespaces("SERVICE_NAMESPACE_ASCENDING");
  equal(ascending.length, accessible);
  deepEqual(await namespaces("SERVICE_NAMESPACE_DESCENDING"), ascending.toReversed());
  equal((await namespaces("LAST_AUTHENTICATED_TIME_ASCENDING")).at(-1), "iam");

  const own = element((await generate(`${rootPath}/${account}`)).body, "JobId") ?? "";
  road.clock.nowMs += 1000;
  const ofOne = await done("GetOrganizationsAccessReport", {
    JobId: own,
    SortKey: "LAST_AUTHENTICATED_TIME_DESCENDING",
    MaxItems: "1",
  });
  deepEqual(
    [element(ofOne, "EntityPath"), element(ofOne, "TotalAuthenticatedEntities")],
    [`${rootPath}/${account}`, "1"],
  );

  for (const path of [
    `${rootPath}/${outsider}`,
    `${rootPath}/ou-abcd-11111111/${member}`,
    `${organizationId}/r-wxyz`,
    "o-zzzzzzzzzz/r-abcd",
  ])
    equal(refusal(await generate(path))[1], "InvalidInput", path);
  equal(refusal(await generate(rootPath, { OrganizationsPolicyId: "p-12345678" }))[1], "InvalidInput");
  equal(refusal(await generate(rootPath, {}, memberRoot))[1], "AccessDenied");
  equal(refusal(await call("GetOrganizationsAccessReport", { JobId }, memberRoot))[1], "NoSuchEntity");
  for (let n = 0; n < 5; n++) equal((await generate(rootPath)).status, 200);
  deepEqual(refusal(await generate(rootPath)), [
    409,
    "ReportGenerationLimitExceeded",
    "The account has 5 reports in the making. Wait until one is complete.",
  ]);
  const { keys } = await road.user(account, "Bob");
  match(
    (await generate(rootPath, {}, keys)).body,
    new RegExp(`on resource: arn:aws:iam::${account}:access-report/${rootPath} because`),
  );
});

test("with a user or role goes what was known of it", async () => {
  const { done, road } = await iamRoad();
  await done("CreateUser", { UserName: "Bob" });
  const made = await done("CreateAccessKey", { UserName: "Bob" });
  const keys = {
    accessKeyId: element(made, "AccessKeyId") ?? "",
    secretAccessKey: element(made, "SecretAccessKey") ?? "",
  };
  await done("GetUser", { UserName: "Bob" });
  const userId = element(await done("GetUser", { UserName: "Bob" }), "UserId") ?? "";
  const known = (): Promise<number> => road.store.read((tx) => tx.serviceAccesses.count([account, userId]));
  await road.call(
    keys,
    { Action: "ListUsers", Version: "2010-05-08" },
    { service: "iam", region: "us-east-1" },
  );
  await road.flushUsage();
  equal(await known(), 1);
  await done("DeleteAccessKey", { UserName: "Bob", AccessKeyId: keys.accessKeyId });
  await done("DeleteUser", { UserName: "Bob" });
  equal(await known(), 0);
});
