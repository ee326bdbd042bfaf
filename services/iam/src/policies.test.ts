import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { allowing } from "@rolecall/pipeline/testing";
import { account, allow, element, elements, iamRoad, refusal, trust } from "./testing.ts";

const arn = (resource: string): string => `arn:aws:iam::${account}:${resource}`;

test("a policy, its versions and its end", async () => {
  const { call, done } = await iamRoad();
  const created = await done("CreatePolicy", {
    PolicyName: "P",
    PolicyDocument: allow("s3:*"),
    Description: "d",
  });
  const PolicyArn = element(created, "Arn") ?? "";
  equal(PolicyArn, arn("policy/P"));
  equal(element(created, "Description"), undefined);
  equal(element(created, "AttachmentCount"), "0");
  equal(element(created, "PermissionsBoundaryUsageCount"), "0");
  equal(element(created, "IsAttachable"), "true");
  equal(element(created, "DefaultVersionId"), "v1");
  const got = await done("GetPolicy", { PolicyArn });
  equal(element(got, "Description"), "d");
  equal(element(got, "Tags"), "");
  deepEqual(
    refusal(await call("CreatePolicy", { PolicyName: "p", Path: "/x/", PolicyDocument: allow("s3:*") })),
    [409, "EntityAlreadyExists", "A policy called p already exists. Duplicate names are not allowed."],
  );

  for (const n of [2, 3, 4, 5]) {
    const version = await done("CreatePolicyVersion", {
      PolicyArn,
      PolicyDocument: allow(`s3:Get${n}`),
      SetAsDefault: String(n === 3),
    });
    equal(element(version, "VersionId"), `v${n}`);
    equal(element(version, "IsDefaultVersion"), String(n === 3));
  }
  deepEqual(refusal(await call("CreatePolicyVersion", { PolicyArn, PolicyDocument: allow("s3:*") })), [
    409,
    "LimitExceeded",
    "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
  ]);
  deepEqual(elements(await done("ListPolicyVersions", { PolicyArn }), "VersionId"), [
    "v5",
    "v4",
    "v3",
    "v2",
    "v1",
  ]);
  deepEqual(refusal(await call("DeletePolicyVersion", { PolicyArn, VersionId: "v3" })), [
    409,
    "DeleteConflict",
    "Cannot delete the default version of a policy.",
  ]);
  await done("DeletePolicyVersion", { PolicyArn, VersionId: "v5" });
  // Numbers are not given again.
  equal(
    element(await done("CreatePolicyVersion", { PolicyArn, PolicyDocument: allow("s3:*") }), "VersionId"),
    "v6",
  );
  await done("SetDefaultPolicyVersion", { PolicyArn, VersionId: "v2" });
  const version = await done("GetPolicyVersion", { PolicyArn, VersionId: "v2" });
  equal(decodeURIComponent(element(version, "Document") ?? ""), allow("s3:Get2"));
  deepEqual(refusal(await call("GetPolicyVersion", { PolicyArn, VersionId: "v5" })), [
    404,
    "NoSuchEntity",
    `Policy ${PolicyArn} version v5 does not exist or is not attachable.`,
  ]);
  match(
    refusal(await call("DeletePolicy", { PolicyArn }))[2] ?? "",
    /^This policy has more than one version\./,
  );
  for (const VersionId of ["v1", "v3", "v4", "v6"])
    await done("DeletePolicyVersion", { PolicyArn, VersionId });
  await done("DeletePolicy", { PolicyArn });
  deepEqual(refusal(await call("GetPolicy", { PolicyArn })), [
    404,
    "NoSuchEntity",
    `Policy ${PolicyArn} was not found.`,
  ]);
  // A policy made anew has none of the old one's versions.
  await done("CreatePolicy", { PolicyName: "P", PolicyDocument: allow("sqs:*") });
  deepEqual(elements(await done("ListPolicyVersions", { PolicyArn }), "VersionId"), ["v1"]);
});

test("attachments: listed, counted, limited, refused in AWS's words", async () => {
  const { call, done } = await iamRoad();
  await done("CreateUser", { UserName: "u" });
  await done("CreateGroup", { GroupName: "g" });
  await done("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust({ AWS: account }) });
  const policy = async (PolicyName: string): Promise<string> =>
    element(await done("CreatePolicy", { PolicyName, PolicyDocument: allow("s3:*") }), "Arn") ?? "";
  const PolicyArn = await policy("p");
  await done("AttachUserPolicy", { UserName: "u", PolicyArn });
  await done("AttachUserPolicy", { UserName: "u", PolicyArn });
  await done("AttachGroupPolicy", { GroupName: "g", PolicyArn });
  await done("PutRolePermissionsBoundary", { RoleName: "r", PermissionsBoundary: PolicyArn });
  const got = await done("GetPolicy", { PolicyArn });
  equal(element(got, "AttachmentCount"), "2");
  equal(element(got, "PermissionsBoundaryUsageCount"), "1");

  const entities = await done("ListEntitiesForPolicy", { PolicyArn });
  deepEqual(elements(entities, "UserName"), ["u"]);
  deepEqual(elements(entities, "GroupName"), ["g"]);
  deepEqual(elements(entities, "RoleName"), ["r"]);
  const permissions = await done("ListEntitiesForPolicy", {
    PolicyArn,
    PolicyUsageFilter: "PermissionsPolicy",
  });
  deepEqual(elements(permissions, "RoleName"), []);
  const none = await done("ListEntitiesForPolicy", { PolicyArn, EntityFilter: "AWSManagedPolicy" });
  deepEqual(elements(none, "UserName"), []);
  const firstPage = await done("ListEntitiesForPolicy", { PolicyArn, MaxItems: "1" });
  deepEqual([...elements(firstPage, "GroupName"), element(firstPage, "IsTruncated")], ["g", "true"]);

  deepEqual(refusal(await call("AttachUserPolicy", { UserName: "u", PolicyArn: "no-arn-at-all-but-long" })), [
    400,
    "ValidationError",
    "Invalid ARN:  Could not be parsed!",
  ]);
  deepEqual(refusal(await call("AttachUserPolicy", { UserName: "u", PolicyArn: `${PolicyArn}x` })), [
    404,
    "NoSuchEntity",
    `Policy ${PolicyArn}x does not exist or is not attachable.`,
  ]);
  for (let n = 1; n < 10; n++)
    await done("AttachUserPolicy", { UserName: "u", PolicyArn: await policy(`p${n}`) });
  deepEqual(refusal(await call("AttachUserPolicy", { UserName: "u", PolicyArn: await policy("p10") })), [
    409,
    "LimitExceeded",
    "Cannot exceed quota for PoliciesPerUser: 10",
  ]);
  const pages: string[] = [];
  let marker: string | undefined;
  do {
    const page = await done("ListAttachedUserPolicies", {
      UserName: "u",
      MaxItems: "4",
      ...(marker && { Marker: marker }),
    });
    pages.push(...elements(page, "PolicyName"));
    marker = element(page, "Marker");
  } while (marker !== undefined);
  deepEqual(pages, ["p", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"]);

  deepEqual(refusal(await call("DetachRolePolicy", { RoleName: "r", PolicyArn })), [
    404,
    "NoSuchEntity",
    `Policy ${PolicyArn} was not found.`,
  ]);
  deepEqual(
    elements(
      await done("ListPolicies", { OnlyAttached: "true", PolicyUsageFilter: "PermissionsBoundary" }),
      "PolicyName",
    ),
    ["p"],
  );
  equal(
    elements(
      await done("ListPolicies", { Scope: "Local", PolicyUsageFilter: "PermissionsBoundary" }),
      "PolicyName",
    ).length,
    11,
  );
});

test("a policy acts on its holder at once: attached, another version, detached; also through a group", async () => {
  const { call, done, road } = await iamRoad();
  const { keys } = await road.user(account, "Bob");
  const mayList = async (): Promise<boolean> => (await call("ListUsers", {}, keys)).status === 200;
  const PolicyArn =
    element(await done("CreatePolicy", { PolicyName: "p", PolicyDocument: allow("iam:ListUsers") }), "Arn") ??
    "";
  equal(await mayList(), false);
  await done("AttachUserPolicy", { UserName: "Bob", PolicyArn });
  equal(await mayList(), true);
  await done("CreatePolicyVersion", {
    PolicyArn,
    PolicyDocument: allow("iam:ListRoles"),
    SetAsDefault: "true",
  });
  equal(await mayList(), false);
  await done("SetDefaultPolicyVersion", { PolicyArn, VersionId: "v1" });
  equal(await mayList(), true);
  await done("DetachUserPolicy", { UserName: "Bob", PolicyArn });
  equal(await mayList(), false);
  await done("CreateGroup", { GroupName: "g" });
  await done("AttachGroupPolicy", { GroupName: "g", PolicyArn });
  await done("AddUserToGroup", { GroupName: "g", UserName: "Bob" });
  equal(await mayList(), true);
  deepEqual(elements(await done("ListGroupsForUser", { UserName: "Bob" }), "GroupName"), ["g"]);
  deepEqual(elements(await done("GetGroup", { GroupName: "g" }), "UserName"), ["Bob"]);
  await done("RemoveUserFromGroup", { GroupName: "g", UserName: "Bob" });
  equal(await mayList(), false);
});

test("the policy that is passed is a condition key, and other accounts' policies are out of reach", async () => {
  const { call, done, road } = await iamRoad();
  await done("CreateUser", { UserName: "u" });
  const good =
    element(await done("CreatePolicy", { PolicyName: "good", PolicyDocument: allow("s3:*") }), "Arn") ?? "";
  const bad =
    element(await done("CreatePolicy", { PolicyName: "bad", PolicyDocument: allow("*") }), "Arn") ?? "";
  const { keys } = await road.user(account, "Admin", {
    inlinePolicies: [
      allowing("iam:AttachUserPolicy", "*", { Condition: { ArnEquals: { "iam:PolicyARN": good } } }),
    ],
  });
  await done("AttachUserPolicy", { UserName: "u", PolicyArn: good }, keys);
  equal((await call("AttachUserPolicy", { UserName: "u", PolicyArn: bad }, keys)).status, 403);

  const otherRoot = await road.account("444455556666");
  equal(refusal(await call("GetPolicy", { PolicyArn: good }, otherRoot))[1], "AccessDenied");
  equal(refusal(await call("DeletePolicy", { PolicyArn: good }, otherRoot))[1], "AccessDenied");
});

test("documents are refused before anything is kept", async () => {
  const { call, done } = await iamRoad();
  const refused = async (PolicyDocument: string): Promise<unknown> =>
    refusal(await call("CreatePolicy", { PolicyName: "p", PolicyDocument }));
  const malformed = (message: string): unknown => [400, "MalformedPolicyDocument", message];
  deepEqual(await refused("nothing"), malformed("Syntax errors in policy."));
  deepEqual(
    await refused(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3", Resource: "*" }],
      }),
    ),
    malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
  );
  const long = allow(Array.from({ length: 100 }, (_, n) => `s3:${"x".repeat(60)}${n}`));
  deepEqual(await refused(long), [409, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144"]);
  deepEqual(elements(await done("ListPolicies", { Scope: "Local" }), "PolicyName"), []);
});

// Measured of the inline policies; of trust policies and versions it is inferred.
test("what a document is for is looked up before the document is read", async () => {
  const { call } = await iamRoad();
  const missing = arn("policy/Missing");
  for (const [operation, input, message] of [
    [
      "PutUserPolicy",
      { UserName: "Missing", PolicyName: "p" },
      "The user with name Missing cannot be found.",
    ],
    [
      "PutGroupPolicy",
      { GroupName: "Missing", PolicyName: "p" },
      "The group with name Missing cannot be found.",
    ],
    [
      "PutRolePolicy",
      { RoleName: "Missing", PolicyName: "p" },
      "The role with name Missing cannot be found.",
    ],
    ["UpdateAssumeRolePolicy", { RoleName: "Missing" }, "The role with name Missing cannot be found."],
    ["CreatePolicyVersion", { PolicyArn: missing }, `Policy ${missing} was not found.`],
  ] as const) {
    const answer = await call(operation, { ...input, PolicyDocument: "{" });
    deepEqual(refusal(answer), [404, "NoSuchEntity", message], operation);
  }
});

test("the account: summary from real counts, one alias, details page by page", async () => {
  const { call, done, road } = await iamRoad();
  await done("CreateUser", { UserName: "u" });
  await done("CreateGroup", { GroupName: "g" });
  await done("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust({ AWS: account }) });
  await done("CreatePolicy", { PolicyName: "p", PolicyDocument: allow("s3:*") });
  await done("PutUserPolicy", { UserName: "u", PolicyName: "i", PolicyDocument: allow("s3:*") });
  const summary = await done("GetAccountSummary");
  const value = (key: string): string | undefined =>
    new RegExp(`<key>${key}</key><value>(\\d+)</value>`).exec(summary)?.[1];
  deepEqual(
    ["Users", "Groups", "Roles", "Policies", "PolicyVersionsInUse", "AccountAccessKeysPresent"].map(value),
    Array(6).fill("1"),
  );

  await done("CreateAccountAlias", { AccountAlias: "acme" });
  await done("CreateAccountAlias", { AccountAlias: "acme-two" });
  deepEqual(elements(await done("ListAccountAliases"), "member"), ["acme-two"]);
  const otherRoot = await road.account("444455556666");
  equal(
    refusal(await call("CreateAccountAlias", { AccountAlias: "acme-two" }, otherRoot))[1],
    "EntityAlreadyExists",
  );
  equal(
    refusal(await call("DeleteAccountAlias", { AccountAlias: "acme-two" }, otherRoot))[1],
    "NoSuchEntity",
  );

  const whole = await done("GetAccountAuthorizationDetails");
  for (const name of ["u", "g", "r", "p"]) match(whole, new RegExp(`<(User|Group|Role|Policy)Name>${name}<`));
  const seen: string[] = [];
  let marker: string | undefined;
  do {
    const page = await done("GetAccountAuthorizationDetails", {
      MaxItems: "1",
      ...(marker && { Marker: marker }),
    });
    seen.push(...[...page.matchAll(/<Arn>([^<]+)<\/Arn>/g)].map(([, found]) => found ?? ""));
    marker = element(page, "Marker");
  } while (marker !== undefined);
  deepEqual(seen, [arn("user/u"), arn("group/g"), arn("role/r"), arn("policy/p")]);
  const roles = await done("GetAccountAuthorizationDetails", { "Filter.member.1": "Role" });
  deepEqual([...elements(roles, "UserName"), ...elements(roles, "RoleName")], ["r"]);
  deepEqual(refusal(await call("GetAccountAuthorizationDetails", { Marker: "Znonsense" })), [
    400,
    "ValidationError",
    "Marker and Filter do not match",
  ]);
});

test("who uses a policy is listed page by page, each once, whether attached, as a boundary or both", async () => {
  const { call, done } = await iamRoad();
  const PolicyArn =
    element(await done("CreatePolicy", { PolicyName: "P", PolicyDocument: allow("s3:*") }), "Arn") ?? "";
  const boundary = { PermissionsBoundary: PolicyArn };
  for (const GroupName of ["g1", "g2"]) {
    await done("CreateGroup", { GroupName });
    await done("AttachGroupPolicy", { GroupName, PolicyArn });
  }
  for (const [n, name] of ["both", "attached", "bounded", "neither"].entries()) {
    const isBounded = n === 0 || n === 2;
    await done("CreateUser", { UserName: `u-${name}`, Path: "/team/", ...(isBounded && boundary) });
    await done("CreateRole", {
      RoleName: `r-${name}`,
      AssumeRolePolicyDocument: trust({ AWS: account }),
      ...(isBounded && boundary),
    });
    if (n > 1) continue;
    await done("AttachUserPolicy", { UserName: `u-${name}`, PolicyArn });
    await done("AttachRolePolicy", { RoleName: `r-${name}`, PolicyArn });
  }
  const listed = async (filters: Record<string, string>, MaxItems: string): Promise<string[]> => {
    const names: string[] = [];
    for (let Marker: string | undefined; ;) {
      const input = { PolicyArn, ...filters, MaxItems, ...(Marker !== undefined && { Marker }) };
      const page = await done("ListEntitiesForPolicy", input);
      for (const member of ["GroupName", "RoleName", "UserName"]) names.push(...elements(page, member));
      Marker = element(page, "Marker");
      equal(element(page, "IsTruncated"), String(Marker !== undefined));
      if (Marker === undefined) return names.toSorted();
    }
  };
  const all = ["g1", "g2", "r-attached", "r-both", "r-bounded", "u-attached", "u-both", "u-bounded"];
  for (const MaxItems of ["1", "2", "3", "100"]) {
    deepEqual(await listed({}, MaxItems), all);
    deepEqual(
      await listed({ PolicyUsageFilter: "PermissionsBoundary" }, MaxItems),
      all.filter((name) => /both|bounded/.test(name)),
    );
    deepEqual(
      await listed({ PathPrefix: "/team/" }, MaxItems),
      all.filter((name) => name.startsWith("u")),
    );
    deepEqual(await listed({ EntityFilter: "Role", PolicyUsageFilter: "PermissionsPolicy" }, MaxItems), [
      "r-attached",
      "r-both",
    ]);
  }
  const first = await done("ListEntitiesForPolicy", { PolicyArn, MaxItems: "1" });
  deepEqual(
    refusal(
      await call("ListEntitiesForPolicy", {
        PolicyArn,
        PathPrefix: "/team/",
        Marker: element(first, "Marker") ?? "",
      }),
    ),
    [400, "ValidationError", "Marker and Filter do not match"],
  );
});
