import { equal } from "node:assert/strict";
import { testRoad } from "@rolecall/pipeline/testing";
import type { TestAnswer, TestRoad } from "@rolecall/pipeline/testing";
import type { SigningCredentials } from "@rolecall/sigv4";
import { iamService } from "./index.ts";

export const account = "111122223333";

/** An account with its root keys, and IAM calls by name. */
export interface IamRoad {
  road: TestRoad;
  root: SigningCredentials;
  /** Calls as the root user, or with other keys. */
  call(action: string, input?: Record<string, string>, keys?: SigningCredentials): Promise<TestAnswer>;
  /** The same, and the answer must be 200. */
  done(action: string, input?: Record<string, string>, keys?: SigningCredentials): Promise<string>;
}

export async function iamRoad(options: Parameters<typeof testRoad>[1] = {}): Promise<IamRoad> {
  const road = await testRoad([iamService], options);
  const root = await road.account(account);
  const call: IamRoad["call"] = (Action, input = {}, keys = root) =>
    road.call(keys, { Action, Version: "2010-05-08", ...input }, { service: "iam", region: "us-east-1" });
  return {
    road,
    root,
    call,
    async done(action, input, keys) {
      const answer = await call(action, input, keys);
      equal(answer.status, 200, `${action}: ${answer.body}`);
      return answer.body;
    },
  };
}

/** The text of the first element with that name; undefined when there is none. */
export const element = (body: string, name: string): string | undefined =>
  new RegExp(`<${name}(?:/>|>([^<]*)</${name}>)`)
    .exec(body)
    ?.slice(1)
    .map((text) => text ?? "")[0];

export const elements = (body: string, name: string): string[] =>
  [...body.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text]) => text ?? "");

/** `[status, code, message]` of a refusal, the message without the authorization id. */
export function refusal({ status, body }: TestAnswer): [number, string | undefined, string | undefined] {
  const message = element(body, "Message")
    ?.replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&#39;", "'");
  return [status, element(body, "Code"), message?.replace(/\. For complete details.*$/, "")];
}

export const allow = (action: string | string[], resource = "*"): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
  });

export const trust = (principal: unknown): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
  });
