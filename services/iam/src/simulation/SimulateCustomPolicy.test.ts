import assert from "node:assert/strict";
import { test } from "node:test";
import { account, element, elements, iamRoad, refusal } from "../testing.ts";
import { a, b, custom, entry, getObject, list, statement } from "./testing.ts";

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
