import assert from "node:assert/strict";
import { test } from "node:test";
import { account, element, elements, iamRoad } from "../testing.ts";
import { a, custom, getObject, list, statement } from "./testing.ts";

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
