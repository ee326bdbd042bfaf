import assert from "node:assert/strict";
import { test } from "node:test";
import { account, element, elements, iamRoad, refusal } from "../testing.ts";
import { custom, entry, getObject, list, principals, source, statement } from "./testing.ts";

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
