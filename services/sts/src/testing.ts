import { equal, match } from "node:assert/strict";
import { allowing, testRoad } from "@rolecall/pipeline/testing";
import type { CallOptions, TestAnswer, TestRoad } from "@rolecall/pipeline/testing";
import type { RoadOptions } from "@rolecall/pipeline";
import type { User, Role } from "@rolecall/store-contract";
import type { SigningCredentials } from "@rolecall/sigv4";
import { stsService } from "./index.ts";

/** Bob's account. */
export const a = "111122223333";
/** The account of the role foo. */
export const b = "444455556666";
export const Version = "2011-06-15";
export const foo = `arn:aws:iam::${b}:role/foo`;

export const trusting = (
  principal: string | object,
  more: object = {},
  action: string | string[] = "sts:AssumeRole",
): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: typeof principal === "string" ? { AWS: principal } : principal,
      Action: action,
      ...more,
    },
  ],
});

export const assume = (
  road: TestRoad,
  keys: SigningCredentials,
  more: Record<string, string> = {},
  options?: CallOptions,
): Promise<TestAnswer> =>
  road.call(keys, { Action: "AssumeRole", Version, RoleArn: foo, RoleSessionName: "s1", ...more }, options);
export const whoAmI = (
  road: TestRoad,
  keys: SigningCredentials,
  options?: CallOptions,
): Promise<TestAnswer> => road.call(keys, { Action: "GetCallerIdentity", Version }, options);

export const element = (body: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? "";

export function credentialsIn({ status, body }: TestAnswer): SigningCredentials & { sessionToken: string } {
  equal(status, 200, body);
  return {
    accessKeyId: element(body, "AccessKeyId"),
    secretAccessKey: element(body, "SecretAccessKey"),
    sessionToken: element(body, "SessionToken"),
  };
}

export function refusal(answer: TestAnswer, status: number, code: string, message: string | RegExp): void {
  equal(answer.status, status, answer.body);
  equal(element(answer.body, "Code"), code);
  const text = element(answer.body, "Message");
  if (typeof message === "string") equal(text.slice(0, message.length), message);
  else match(text, message);
}

/** What `story` sets up. */
export interface Story {
  road: TestRoad;
  rootA: SigningCredentials;
  rootB: SigningCredentials;
  user: User;
  bob: SigningCredentials;
  role: Role;
}

/** Bob of account A, role foo of account B that trusts him; both sides allow. */
export async function story(
  trust = trusting(`arn:aws:iam::${a}:user/Bob`),
  policies = [allowing("sts:*", "*")],
  options: Partial<RoadOptions> = {},
): Promise<Story> {
  const road = await testRoad([stsService], options);
  const rootA = await road.account(a);
  const rootB = await road.account(b);
  const { user, keys: bob } = await road.user(a, "Bob", { inlinePolicies: policies });
  const role = await road.role(b, "foo", trust);
  return { road, rootA, rootB, user, bob, role };
}
