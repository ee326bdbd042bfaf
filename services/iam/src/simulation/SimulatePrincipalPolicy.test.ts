import assert from "node:assert/strict";
import { test } from "node:test";
import { account, allow, element, elements, refusal } from "../testing.ts";
import type { IamRoad } from "../testing.ts";
import { a, b, entry, getObject, list, principals, source, statement, threeActions } from "./testing.ts";

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
