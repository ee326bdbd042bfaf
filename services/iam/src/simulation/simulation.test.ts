import assert from "node:assert/strict";
import { test } from "node:test";
import { allow, element, elements, iamRoad, refusal } from "../testing.ts";
import type { IamRoad } from "../testing.ts";

const account = "111122223333";
const getObject =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
const a = "arn:aws:s3:::simulated/a";
const b = "arn:aws:s3:::simulated/b";

/** `ActionNames.member.1` and so on. */
function list(name: string, ...values: string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, at) => [`${name}.member.${at + 1}`, value]));
}

const entry = (n: number, key: string, type: string, ...values: string[]): Record<string, string> => ({
  [`ContextEntries.member.${n}.ContextKeyName`]: key,
  [`ContextEntries.member.${n}.ContextKeyType`]: type,
  ...list(`ContextEntries.member.${n}.ContextKeyValues`, ...values),
});

const statement = (more: object): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...more }],
  });

const custom = (iam: IamRoad, policies: string[], more: Record<string, string>): Promise<string> =>
  iam.done("SimulateCustomPolicy", { ...list("PolicyInputList", ...policies), ...more });

const results = (body: string): string =>
  body.slice(body.indexOf("<EvaluationResults>"), body.indexOf("<IsTruncated>"));
const matchedOne = (id: string, type: string, start: number, end: number): string =>
  `<MatchedStatements><member><SourcePolicyId>${id}</SourcePolicyId><SourcePolicyType>${type}</SourcePolicyType>` +
  `<StartPosition><Line>1</Line><Column>${start}</Column></StartPosition>` +
  `<EndPosition><Line>1</Line><Column>${end}</Column></EndPosition></member></MatchedStatements>`;

test("one action on everything, and on one resource, as recorded on the live service", async () => {
  const iam = await iamRoad();
  const onAll = await custom(iam, [getObject], list("ActionNames", "s3:GetObject"));
  const matched = matchedOne("PolicyInputList.1", "IAM Policy", 38, 95);
  assert.equal(
    results(onAll),
    "<EvaluationResults><member><EvalActionName>s3:GetObject</EvalActionName><EvalResourceName>*</EvalResourceName>" +
      `<EvalDecision>allowed</EvalDecision>${matched}<MissingContextValues/></member></EvaluationResults>`,
  );
  const onOne = await custom(iam, [getObject], {
    ...list("ActionNames", "s3:GetObject"),
    ...list("ResourceArns", a),
  });
  assert.equal(
    results(onOne),
    `<EvaluationResults><member><EvalActionName>s3:GetObject</EvalActionName><EvalResourceName>${a}</EvalResourceName>` +
      `<EvalDecision>allowed</EvalDecision>${matched}<MissingContextValues/><EvalDecisionDetails/>` +
      `<ResourceSpecificResults><member><EvalResourceName>${a}</EvalResourceName>` +
      `<EvalResourceDecision>allowed</EvalResourceDecision>${matched}</member></ResourceSpecificResults>` +
      "</member></EvaluationResults>",
  );
});

test("several resources give one result, that of the most restricted, with a result each beside it", async () => {
  const iam = await iamRoad();
  const body = await custom(iam, [statement({ Resource: a })], {
    ...list("ActionNames", "s3:GetObject", "iam:GetUser", "sqs:SendMessage"),
    ...list("ResourceArns", a, b),
  });
  assert.deepEqual(elements(body, "EvalDecision"), ["implicitDeny", "implicitDeny", "implicitDeny"]);
  assert.deepEqual(elements(body, "EvalResourceDecision").slice(0, 2), ["allowed", "implicitDeny"]);
  assert.deepEqual(
    [...body.matchAll(/<\/EvalActionName>(?:<EvalResourceName>([^<]*)<)?/g)].map(([, name]) => name),
    [
      "arn:aws:s3:::${BucketName}/${KeyName}",
      "arn:aws:iam::${Account}:${ResourceType}/${ResourceName}",
      undefined,
    ],
  );
  // The statement that matched for one resource is told in the whole result too.
  assert.equal(elements(body, "SourcePolicyId").length, 2);
});

test("statements are pointed at behind what stands before them, in one line and in many", async () => {
  const iam = await iamRoad();
  const many = JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "s3:GetObject", Resource: "*" },
        { Effect: "Deny", Action: "s3:PutObject", Resource: "*" },
      ],
    },
    undefined,
    2,
  );
  const positions = async (policy: string, action: string): Promise<number[]> => {
    const body = await custom(iam, [policy], list("ActionNames", action));
    const lines = elements(body, "Line").map(Number);
    const columns = elements(body, "Column").map(Number);
    return [lines[0] ?? 0, columns[0] ?? 0, lines[1] ?? 0, columns[1] ?? 0];
  };
  // As of AdministratorAccess in recorded answers: behind the bracket, and behind the brace.
  assert.deepEqual(await positions(many, "s3:GetObject"), [3, 17, 8, 6]);
  assert.deepEqual(await positions(many, "s3:PutObject"), [8, 6, 13, 6]);
  const single =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"}}';
  assert.deepEqual(await positions(single, "dynamodb:CreateBackup"), [1, 38, 1, single.length]);
  const two =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:a","Resource":"*"}, {"Effect":"Allow","Action":"sqs:b","Resource":"*"}]}';
  assert.deepEqual(await positions(two, "sqs:b"), [1, two.indexOf("},") + 2, 1, two.length - 1]);
});

test("an explicit deny shows the denying statements alone", async () => {
  const iam = await iamRoad();
  const body = await custom(
    iam,
    [getObject, statement({ Effect: "Deny" })],
    list("ActionNames", "s3:GetObject"),
  );
  assert.equal(element(body, "EvalDecision"), "explicitDeny");
  assert.deepEqual(elements(body, "SourcePolicyId"), ["PolicyInputList.2"]);
});

test("keys that are missing are told when nothing decided, whichever statement asks for them", async () => {
  const iam = await iamRoad();
  const conditional = statement({
    Action: "s3:PutObject",
    Resource: "arn:aws:s3:::x/${aws:PrincipalTag/Team}",
    Condition: { StringEquals: { "aws:SourceVpce": "x" }, Bool: { "Aws:Given": "true" } },
  });
  const given = entry(1, "aws:given", "boolean", "true");
  const other = await custom(iam, [conditional], {
    ...list("ActionNames", "s3:GetObject"),
    ...list("ResourceArns", a),
    ...given,
  });
  assert.match(
    other,
    /<MissingContextValues><member>aws:PrincipalTag\/Team<\/member><member>aws:SourceVpce</,
  );
  assert.equal(elements(other, "member").filter((text) => text === "aws:SourceVpce").length, 2);
  const allowed = await custom(iam, [getObject, conditional], list("ActionNames", "s3:GetObject"));
  assert.match(allowed, /<MissingContextValues\/>/);
});

test("context entries decide, and are checked for their types", async () => {
  const iam = await iamRoad();
  const action = list("ActionNames", "s3:GetObject");
  const after = statement({ Condition: { DateGreaterThan: { "aws:CurrentTime": "2018-08-16T12:00:00Z" } } });
  const decision = async (policy: string, entries: Record<string, string>): Promise<string | undefined> =>
    element(await custom(iam, [policy], { ...action, ...entries }), "EvalDecision");
  assert.equal(await decision(after, entry(1, "AWS:currenttime", "date", "2019-04-25T11:00:00Z")), "allowed");
  assert.equal(
    await decision(after, entry(1, "aws:CurrentTime", "date", "2014-04-25T11:00:00Z")),
    "implicitDeny",
  );
  const tags = statement({ Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b"] } } });
  assert.equal(await decision(tags, entry(1, "aws:TagKeys", "stringList", "a", "c")), "implicitDeny");
  assert.equal(await decision(tags, entry(1, "aws:TagKeys", "stringList", "a", "b")), "allowed");
  // Where the simulator was recorded to differ from the live service.
  const number = statement({ Condition: { NumericNotEquals: { "x:count": "1" } } });
  assert.equal(await decision(number, entry(1, "x:count", "string", "many")), "implicitDeny");
  assert.equal(await decision(number, entry(1, "x:count", "numeric", "2")), "allowed");

  const refused = async (entries: Record<string, string>): Promise<unknown[]> =>
    refusal(
      await iam.call("SimulateCustomPolicy", {
        ...list("PolicyInputList", getObject),
        ...action,
        ...entries,
      }),
    );
  for (const [type, value, format] of [
    ["numeric", "abc", "numeric format"],
    ["date", "tomorrow", "DateTime format"],
    ["ip", "999.0.0.1", "IP address"],
    ["binaryList", "!base64", "base-64 encoded binary format"],
  ] as const)
    assert.deepEqual(await refused(entry(1, "x:test", type, value)), [
      400,
      "InvalidInput",
      `Invalid context value for key x:test: expected ${format}.`,
    ]);
  assert.deepEqual(await refused(entry(1, "x:test", "string", "a", "b")), [
    400,
    "InvalidInput",
    "Context key string expected a single value, but received 2.",
  ]);
  assert.deepEqual(
    await refused({ ...entry(1, "x:test", "string", "a"), ...entry(2, "X:TEST", "string", "a") }),
    [400, "InvalidInput", "Duplicate context key: X:TEST."],
  );
});

test("what cannot be simulated is refused in the words of the live service", async () => {
  const iam = await iamRoad();
  const base = { ...list("PolicyInputList", getObject), ...list("ActionNames", "s3:GetObject") };
  const resource = statement({ Principal: "*", Resource: "arn:aws:s3:::simulated/*" });
  const caller = { CallerArn: `arn:aws:iam::${account}:user/x` };
  for (const [more, message] of [
    [list("PolicyInputList", "{"), "Policy input list item 1 has invalid content"],
    [list("ActionNames", "GetObject"), "The action is invalid since it is missing names"],
    [list("ResourceArns", "not-an-arn"), "ResourceNames are not in a valid ARN format: not-an-arn."],
    [{ Marker: "not-a-simulation-marker" }, "Invalid marker for pagination."],
    [{ ResourcePolicy: resource }, "Invalid caller - Caller cannot be null or empty."],
    [
      { ResourcePolicy: resource, ...caller },
      "Invalid Entity Arn: * does not clearly define entity type and name.",
    ],
    [
      { ...list("ResourceArns", a), ResourcePolicy: statement({ Principal: "*" }), ...caller },
      "ResourceNames are not in a valid ARN format: *.",
    ],
    [
      { ...list("ResourceArns", a), ResourcePolicy: resource, ...caller, ResourceOwner: "not-an-arn" },
      "'not-an-arn' is not a valid as a Resource Owner.",
    ],
    [
      { CallerArn: `arn:aws:sts::${account}:assumed-role/r/s` },
      "Invalid caller - Caller must be an IAM user, role or group in this context.",
    ],
    [
      { "OrderedOrganizationPolicyInputList.member.1.ServiceControlPolicyInputList": "" },
      "Organization policy at index 1 must contain at least one service control policy",
    ],
    [{ ResourceHandlingOption: "EC2-Moon" }, "Invalid Resource Handling Option: EC2-Moon."],
    [
      {
        ResourceHandlingOption: "EC2-VPC-EBS",
        ...list("ResourceArns", `arn:aws:ec2:us-east-1:${account}:instance/i-1`),
      },
      "The scenario EC2-VPC-EBS needs resources of the types image, security-group, network-interface, volume.",
    ],
    [
      list("PermissionsBoundaryPolicyInputList", getObject, getObject),
      "Only one permissions boundary policy can be given.",
    ],
  ] as [Record<string, string>, string][])
    assert.deepEqual(
      refusal(await iam.call("SimulateCustomPolicy", { ...base, ...more })),
      [400, "InvalidInput", message],
      message,
    );
});

test("a resource policy takes part for its caller, across accounts with both sides told", async () => {
  const iam = await iamRoad();
  const caller = `arn:aws:iam::${account}:user/team/u`;
  const resourcePolicy = statement({ Principal: { AWS: caller }, Resource: "arn:aws:s3:::simulated/*" });
  const input = {
    ...list("ActionNames", "s3:GetObject"),
    ...list("ResourceArns", a),
    ResourcePolicy: resourcePolicy,
    CallerArn: caller,
  };
  const silent = [statement({ Action: "s3:PutObject" })];
  const same = await custom(iam, silent, input);
  assert.equal(element(same, "EvalDecision"), "allowed");
  assert.deepEqual(elements(same, "SourcePolicyId"), ["ResourcePolicy", "ResourcePolicy"]);
  assert.deepEqual(elements(same, "SourcePolicyType"), ["Resource Policy", "Resource Policy"]);
  assert.match(same, /<EvalDecisionDetails\/>/);
  for (const owner of ["999999999999", "arn:aws:iam::999999999999:root"]) {
    const cross = await custom(iam, silent, { ...input, ResourceOwner: owner });
    assert.equal(element(cross, "EvalDecision"), "implicitDeny");
    const details = /<EvalDecisionDetails>(.*?)<\/EvalDecisionDetails>/.exec(cross)?.[1] ?? "";
    assert.match(details, /<key>IAM Policy<\/key><value>implicitDeny</);
    assert.match(details, /<key>Resource Policy<\/key><value>allowed</);
  }
  const both = await custom(iam, [getObject], { ...input, ResourceOwner: "999999999999" });
  assert.equal(element(both, "EvalDecision"), "allowed");
  const stranger = await custom(iam, silent, { ...input, CallerArn: `arn:aws:iam::${account}:user/v` });
  assert.equal(element(stranger, "EvalDecision"), "implicitDeny");
});

test("service control policies of every level must allow, and end the simulation when one does not", async () => {
  const iam = await iamRoad();
  const level = (n: number, ...documents: string[]): Record<string, string> =>
    list(`OrderedOrganizationPolicyInputList.member.${n}.ServiceControlPolicyInputList`, ...documents);
  const all = statement({ Action: "*" });
  const simulate = (...levels: Record<string, string>[]): Promise<string> =>
    custom(
      iam,
      [getObject],
      Object.assign(list("ActionNames", "s3:GetObject"), ...levels) as Record<string, string>,
    );
  const told = (body: string): (string | undefined)[] => [
    element(body, "EvalDecision"),
    element(body, "AllowedByOrganizations"),
    element(body, "SourcePolicyId"),
  ];
  assert.deepEqual(told(await simulate(level(1, all), level(2, all))), [
    "allowed",
    "true",
    "PolicyInputList.1",
  ]);
  assert.deepEqual(told(await simulate(level(1, all), level(2, statement({ Effect: "Deny" })))), [
    "explicitDeny",
    "false",
    undefined,
  ]);
  assert.deepEqual(told(await simulate(level(1, all), level(2, statement({ Action: "s3:PutObject" })))), [
    "implicitDeny",
    "false",
    undefined,
  ]);
});

test("actions are paged, and a page goes on with other inputs too", async () => {
  const iam = await iamRoad();
  const actions = list("ActionNames", "s3:PutObject", "iam:GetUser", "s3:GetObject");
  const seen: string[] = [];
  let marker: string | undefined;
  for (let page = 0; page < 3; page++) {
    const body = await custom(iam, [getObject], {
      ...actions,
      MaxItems: "1",
      ...(marker !== undefined && { Marker: marker }),
    });
    seen.push(...elements(body, "EvalActionName"));
    assert.equal(element(body, "IsTruncated"), String(page < 2));
    marker = element(body, "Marker") ?? marker;
  }
  assert.deepEqual(seen, ["s3:PutObject", "iam:GetUser", "s3:GetObject"]);
  const beyond = await custom(iam, [getObject], {
    ...list("ActionNames", "s3:DeleteObject"),
    ...(marker !== undefined && { Marker: marker }),
  });
  assert.match(beyond, /<EvaluationResults\/><IsTruncated>false</);
});

async function principals(): Promise<IamRoad> {
  const iam = await iamRoad();
  const managed = `arn:aws:iam::${account}:policy/team/managed`;
  await iam.done("CreatePolicy", {
    PolicyName: "managed",
    Path: "/team/",
    PolicyDocument: allow("s3:DeleteObject"),
  });
  await iam.done("CreatePolicy", {
    PolicyName: "boundary",
    PolicyDocument: allow(["s3:GetObject", "s3:PutObject"]),
  });
  await iam.done("CreateUser", { UserName: "u", Path: "/team/" });
  await iam.done("CreateGroup", { GroupName: "g" });
  await iam.done("AddUserToGroup", { UserName: "u", GroupName: "g" });
  await iam.done("PutUserPolicy", {
    UserName: "u",
    PolicyName: "Own",
    PolicyDocument: allow("s3:GetObject", a),
  });
  await iam.done("PutGroupPolicy", {
    GroupName: "g",
    PolicyName: "Shared",
    PolicyDocument: allow("s3:PutObject"),
  });
  for (const [action, name] of [
    ["AttachUserPolicy", "UserName"],
    ["AttachGroupPolicy", "GroupName"],
  ] as const)
    await iam.done(action, { [name]: name === "UserName" ? "u" : "g", PolicyArn: managed });
  await iam.done("PutUserPermissionsBoundary", {
    UserName: "u",
    PermissionsBoundary: `arn:aws:iam::${account}:policy/boundary`,
  });
  return iam;
}

const source = { PolicySourceArn: `arn:aws:iam::${account}:user/team/u` };
const threeActions = list("ActionNames", "s3:GetObject", "s3:PutObject", "s3:DeleteObject");

test("a user is simulated with his groups' policies and his boundary, each policy by its name", async () => {
  const iam = await principals();
  const body = await iam.done("SimulatePrincipalPolicy", {
    ...source,
    ...threeActions,
    ...list("ResourceArns", a),
  });
  assert.deepEqual(elements(body, "EvalDecision"), ["allowed", "allowed", "implicitDeny"]);
  assert.deepEqual([...new Set(elements(body, "SourcePolicyId"))], ["user_u_Own", "group_g_Shared"]);
  assert.deepEqual(
    elements(body, "AllowedByPermissionsBoundary"),
    ["true", "true", "true", "true", "false", "false"],
    "in the whole result and in the resource's own",
  );
  assert.doesNotMatch(body, /AllowedByOrganizations/);
  const group = await iam.done("SimulatePrincipalPolicy", {
    PolicySourceArn: `arn:aws:iam::${account}:group/g`,
    ...threeActions,
  });
  assert.deepEqual(elements(group, "EvalDecision"), ["implicitDeny", "allowed", "allowed"]);
});

test("a boundary of the request stands instead of the user's, and documents of the request are added", async () => {
  const iam = await principals();
  const decisions = async (more: Record<string, string>): Promise<string[]> =>
    elements(
      await iam.done("SimulatePrincipalPolicy", { ...source, ...threeActions, ...more }),
      "EvalDecision",
    );
  assert.deepEqual(await decisions(list("PermissionsBoundaryPolicyInputList", allow("s3:DeleteObject"))), [
    "implicitDeny",
    "implicitDeny",
    "allowed",
  ]);
  assert.deepEqual(await decisions(list("PolicyInputList", getObject)), [
    "allowed",
    "allowed",
    "implicitDeny",
  ]);
  const denying = await iam.done("SimulatePrincipalPolicy", {
    ...source,
    ...list("ActionNames", "s3:PutObject"),
    ...list("PermissionsBoundaryPolicyInputList", statement({ Effect: "Deny", Action: "s3:*" })),
  });
  assert.equal(element(denying, "EvalDecision"), "explicitDeny");
  assert.equal(element(denying, "SourcePolicyType"), "Permissions Boundary Policy");
});

test("policies can be left out by type, by ARN and by name", async () => {
  const iam = await principals();
  const decisions = async (...excluded: Record<string, string>[]): Promise<string[]> => {
    const exclusions = Object.fromEntries(
      excluded.flatMap((one, at) =>
        Object.entries(one).map(([key, value]) => [`PolicyExclusionList.member.${at + 1}.${key}`, value]),
      ),
    );
    const input = { ...source, ...threeActions, ...list("ResourceArns", a), ...exclusions };
    return elements(await iam.done("SimulatePrincipalPolicy", input), "EvalDecision");
  };
  const boundary = { PolicyType: "permission-boundary" };
  assert.deepEqual(await decisions(boundary), ["allowed", "allowed", "allowed"]);
  assert.deepEqual(await decisions(boundary, { PolicyType: "user-managed" }), [
    "allowed",
    "allowed",
    "implicitDeny",
  ]);
  assert.deepEqual(await decisions(boundary, { PolicyType: "inline" }), [
    "implicitDeny",
    "implicitDeny",
    "allowed",
  ]);
  for (const arn of ["policy/team/managed", "policy/managed", "policy/team/m?n*"])
    assert.deepEqual(await decisions(boundary, { PolicyArn: `arn:aws:iam::${account}:${arn}` }), [
      "allowed",
      "allowed",
      "implicitDeny",
    ]);
  const inline = (name: string, type: string, owner: string): Record<string, string> => ({
    "InlinePolicyIdentifier.PolicyName": name,
    "InlinePolicyIdentifier.AttachmentType": type,
    "InlinePolicyIdentifier.AttachmentName": owner,
  });
  assert.deepEqual(await decisions(inline("Shared", "group", "g*")), [
    "allowed",
    "implicitDeny",
    "implicitDeny",
  ]);
  assert.deepEqual(await decisions(inline("Shared", "user", "u"), { PolicyType: "rcp" }), [
    "allowed",
    "allowed",
    "implicitDeny",
  ]);
  for (const wrong of [
    { PolicyType: "inline", PolicyArn: `arn:aws:iam::${account}:policy/x` },
    { PolicyArn: `arn:aws:iam::${account}:role/xyz` },
    { PolicyArn: `arn:aws:iam::${account}:policy/*x*` },
    inline("Shared", "group", "*g*"),
  ] as Record<string, string>[]) {
    const members = Object.entries(wrong).map(([key, value]) => [
      `PolicyExclusionList.member.1.${key}`,
      value,
    ]);
    const input = { ...source, ...threeActions, ...(Object.fromEntries(members) as Record<string, string>) };
    assert.deepEqual(refusal(await iam.call("SimulatePrincipalPolicy", input)).slice(0, 2), [
      400,
      "InvalidInput",
    ]);
  }
});

test("context that follows from the caller is his ARN, account and name, and yields to what is given", async () => {
  const iam = await principals();
  const named = (key: string, value: string): string =>
    statement({ Condition: { StringEquals: { [key]: value } } });
  const decision = async (policy: string, more: Record<string, string> = {}): Promise<string | undefined> =>
    element(
      await iam.done("SimulatePrincipalPolicy", {
        ...source,
        ...list("ActionNames", "s3:GetObject"),
        ...list("ResourceArns", b),
        ...list("PolicyInputList", policy),
        ...more,
      }),
      "EvalDecision",
    );
  assert.equal(await decision(named("aws:username", "u")), "allowed");
  assert.equal(await decision(named("aws:PrincipalArn", source.PolicySourceArn)), "allowed");
  assert.equal(await decision(named("aws:PrincipalAccount", account)), "allowed");
  assert.equal(
    await decision(named("aws:username", "u"), entry(1, "aws:username", "string", "v")),
    "implicitDeny",
  );
  assert.equal(
    await decision(named("aws:username", "v"), { CallerArn: `arn:aws:iam::${account}:user/v` }),
    "allowed",
  );
});

test("the source is found, authorized on its stored ARN and shown as it was asked for", async () => {
  const iam = await principals();
  const { keys } = await iam.road.user(account, "auditor", {
    inlinePolicies: [
      { name: "p", document: allow("iam:SimulatePrincipalPolicy", `arn:aws:iam::${account}:user/team/*`) },
    ],
  });
  const simulate = (PolicySourceArn: string): ReturnType<IamRoad["call"]> =>
    iam.call("SimulatePrincipalPolicy", { PolicySourceArn, ...threeActions }, keys);
  assert.equal((await simulate(source.PolicySourceArn)).status, 200);
  assert.equal(
    (await simulate(`arn:aws:iam::${account}:user/elsewhere/U`)).status,
    200,
    "by name, in any case",
  );
  const [status, code, message] = refusal(await simulate(`arn:aws:iam::${account}:group/g`));
  assert.deepEqual([status, code], [403, "AccessDenied"]);
  assert.match(
    message ?? "",
    /is not authorized to perform: iam:SimulatePrincipalPolicy on resource: arn:aws:iam::111122223333:group\/g because no identity-based policy allows the iam:SimulatePrincipalPolicy action/,
  );
  assert.deepEqual(
    refusal(
      await iam.call("SimulatePrincipalPolicy", {
        PolicySourceArn: `arn:aws:iam::${account}:role/nobody`,
        ...threeActions,
      }),
    ),
    [404, "NoSuchEntity", "The role with name nobody cannot be found."],
  );
  for (const [arn, sentence] of [
    [
      `arn:aws:sts::${account}:assumed-role/r/s`,
      `Invalid Entity Arn: arn:aws:sts::${account}:assumed-role/r/s does not clearly define entity type and name.`,
    ],
    [
      "arn:aws:iam::999999999999:user/u",
      `Invalid Policy Source Arn: caller's account ${account} does not have access to policies in account 999999999999`,
    ],
  ] as const)
    assert.deepEqual(refusal(await simulate(arn)), [400, "InvalidInput", sentence]);
});

test("custom simulation needs its own permission, on no resource", async () => {
  const iam = await iamRoad();
  const { keys } = await iam.road.user(account, "nobody");
  for (const [action, input] of [
    [
      "SimulateCustomPolicy",
      { ...list("PolicyInputList", getObject), ...list("ActionNames", "s3:GetObject") },
    ],
    ["GetContextKeysForCustomPolicy", list("PolicyInputList", getObject)],
  ] as [string, Record<string, string>][]) {
    const [status, , message] = refusal(await iam.call(action, input, keys));
    assert.equal(status, 403);
    assert.match(message ?? "", new RegExp(`iam:${action} on resource: \\* because`));
  }
});

test("context keys are listed as they are spelt, each once a document", async () => {
  const iam = await principals();
  const policy = statement({
    Resource: "arn:aws:s3:::x/${aws:UserName}",
    Condition: {
      StringEquals: { "aws:Sourcevpce": ["a", "${aws:PrincipalTag/x, 'y'}"], "aws:UserName": "u" },
    },
  });
  const keys = async (action: string, input: Record<string, string>): Promise<string[]> =>
    elements(await iam.done(action, input), "member");
  const own = ["aws:Sourcevpce", "aws:UserName", "aws:PrincipalTag/x"];
  assert.deepEqual(await keys("GetContextKeysForCustomPolicy", list("PolicyInputList", policy, policy)), [
    ...own,
    ...own,
  ]);
  await iam.done("PutGroupPolicy", { GroupName: "g", PolicyName: "Keys", PolicyDocument: policy });
  assert.deepEqual(await keys("GetContextKeysForPrincipalPolicy", source), own);
  assert.deepEqual(
    refusal(await iam.call("GetContextKeysForCustomPolicy", list("PolicyInputList", getObject, "[]"))),
    [400, "InvalidInput", "Policy input list item 2 has invalid content"],
  );
  assert.equal(
    refusal(
      await iam.call("GetContextKeysForPrincipalPolicy", {
        PolicySourceArn: `arn:aws:iam::${account}:user/none`,
      }),
    )[1],
    "NoSuchEntity",
  );
});
