import { deepEqual, equal, match, throws } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { writeProfile } from "@rolecall/server";
import { endpointOf } from "../connection.ts";
import { decideOffline } from "./offline.ts";
import { sessionLines } from "./sessions.ts";
import { recordLines } from "./why.ts";

function temporary(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "rolecall-cli-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("a decision on files is made on each spelling of a key, as the server's", (t) => {
  const file = join(temporary(t), "policy.json");
  const statement = (Effect: string, more: object) => ({ Effect, Action: "*", Resource: "*", ...more });
  writeFileSync(
    file,
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        statement("Allow", {}),
        statement("Deny", { Condition: { StringEquals: { "aws:RequestTag/team": "red" } } }),
        statement("Deny", { Condition: { StringEquals: { "aws:username": "Bob" } } }),
      ],
    }),
  );
  const effect = (context: Record<string, string>): string =>
    decideOffline(
      {
        principal: "arn:aws:iam::111122223333:user/Bob",
        action: "iam:TagUser",
        resource: "arn:aws:iam::111122223333:user/x",
        context,
      },
      { policy: [file] },
    ).explanation.decision.effect;
  const [team, Team] = ["aws:RequestTag/team", "aws:RequestTag/Team"];
  // What is given counts instead of what follows from the principal, however it is spelt.
  const other = { "AWS:UserName": "Eve" };
  equal(effect({}), "Deny");
  equal(effect({ ...other, [team]: "blue", [Team]: "blue" }), "Allow");
  equal(effect({ ...other, [team]: "red", [Team]: "blue" }), "Deny");
  equal(effect({ ...other, [team]: "blue", [Team]: "red" }), "Deny");
});

test("what others wrote does not reach the terminal as a command", () => {
  const hostile = "k\u001b]0;owned\u0007\u009b2J\r\u202e";
  const evaluation = {
    action: "s3:GetObject",
    resource: `arn:aws:s3:::bkt/${hostile}`,
    context: { "aws:UserAgent": hostile, [`aws:RequestTag/${hostile}`]: ["x", hostile] },
    explanation: { decision: { effect: "Deny" as const }, layers: [], blockers: [] },
  };
  const lines = recordLines({
    id: "a",
    at: "t",
    requestId: "r",
    eventSource: "s3.amazonaws.com",
    eventName: "GetObject",
    caller: { arn: hostile, accountId: "1" },
    sentence: `denied on ${hostile}`,
    reason: hostile,
    evaluations: [evaluation],
  });
  lines.push(
    ...sessionLines({
      accessKeyId: "ASIA",
      arn: hostile,
      operation: "AssumeRole",
      sourceIdentity: hostile,
      issuedAt: "",
      expiresAt: "",
      revoked: false,
      chain: [{ arn: hostile, accessKeyId: "" }],
    }),
  );
  const text = lines.join("\n");
  // eslint-disable-next-line no-control-regex
  equal(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text), false, text);
  match(text, /k\\u001b\]0;owned\\u0007/);
});

test("an address of IPv6 is written in brackets", () => {
  equal(endpointOf({ host: "::1", port: "1" }, {}), "http://[::1]:1");
  equal(endpointOf({ host: "[::1]" }, {}), "http://[::1]:4566");
  equal(endpointOf({ host: "127.0.0.1" }, { ROLECALL_PORT: "2" }), "http://127.0.0.1:2");
  // The service link of Kubernetes is no port.
  equal(endpointOf({}, { ROLECALL_PORT: "tcp://10.0.0.1:4566" }), "http://127.0.0.1:4566");
  throws(() => endpointOf({ endpoint: "localhost" }, {}), /not an endpoint/);
});

test("a profile is kept where there was no directory yet, for its owner alone", (t) => {
  const path = join(temporary(t), "new", "credentials");
  writeProfile(path, "one", { accessKeyId: "A", secretAccessKey: "B" });
  writeProfile(path, "two", { accessKeyId: "C", secretAccessKey: "D" });
  deepEqual(readFileSync(path, "utf8").match(/^\[.*\]$/gm), ["[one]", "[two]"]);
  equal(statSync(path).mode & 0o777, 0o600);
  equal(statSync(join(path, "..")).mode & 0o777, 0o700);
});
