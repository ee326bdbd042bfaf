import { account, allow, iamRoad } from "../testing.ts";
import type { IamRoad } from "../testing.ts";

// What the tests of simulations have in common.

/** Byte for byte as in the recorded requests. */
export const getObject =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
/** Two objects. */
export const a = "arn:aws:s3:::simulated/a";
export const b = "arn:aws:s3:::simulated/b";

/** `ActionNames.member.1` and so on. */
export function list(name: string, ...values: string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, at) => [`${name}.member.${at + 1}`, value]));
}

/** A context entry. */
export const entry = (n: number, key: string, type: string, ...values: string[]): Record<string, string> => ({
  [`ContextEntries.member.${n}.ContextKeyName`]: key,
  [`ContextEntries.member.${n}.ContextKeyType`]: type,
  ...list(`ContextEntries.member.${n}.ContextKeyValues`, ...values),
});

/** A policy of one statement: an Allow of `s3:GetObject` on everything, but for what is given. */
export const statement = (more: object): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...more }],
  });

/** The answer of SimulateCustomPolicy. */
export const custom = (iam: IamRoad, policies: string[], more: Record<string, string>): Promise<string> =>
  iam.done("SimulateCustomPolicy", { ...list("PolicyInputList", ...policies), ...more });

/** A user in a group, with policies of each kind and a boundary. */
export async function principals(): Promise<IamRoad> {
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

/** That user. */
export const source = { PolicySourceArn: `arn:aws:iam::${account}:user/team/u` };
export const threeActions = list("ActionNames", "s3:GetObject", "s3:PutObject", "s3:DeleteObject");
