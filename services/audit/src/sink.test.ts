import { test } from "node:test";
import { deepEqual, equal } from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditEvent } from "./event.ts";
import type { AuditEvent } from "./event.ts";
import { eventParameters } from "./parameters.ts";
import { fileAuditSink } from "./sink.ts";

const atMs = Date.UTC(2026, 8, 27, 12, 34, 56, 789);

function event(eventName: string, recipientAccountId = "111122223333", facts: object = {}): AuditEvent {
  return auditEvent({
    userIdentity: { type: "Root", principalId: "111122223333", accountId: "111122223333" },
    atMs,
    eventSource: "iam.amazonaws.com",
    eventName,
    region: "us-east-1",
    sourceIpAddress: "192.0.2.1",
    userAgent: "test",
    requestParameters: null,
    responseElements: null,
    requestId: "r",
    eventId: "e",
    readOnly: true,
    category: "Management",
    recipientAccountId,
    ...facts,
  });
}

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "rolecall-audit-"));
  try {
    await run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("an event has CloudTrail's members in its order", () => {
  const written = event("GetUser", "111122223333", {
    error: { code: "AccessDenied", message: "no" },
    hostHeader: "h",
  });
  deepEqual(Object.keys(JSON.parse(JSON.stringify(written))), [
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "requestID",
    "eventID",
    "readOnly",
    "eventType",
    "managementEvent",
    "recipientAccountId",
    "eventCategory",
    "tlsDetails",
  ]);
  equal(written.eventTime, "2026-09-27T12:34:56Z");
});

test("parameters: first letters lower, secrets left out, dates as text, nothing is null", () => {
  const date = new Date(Date.UTC(2024, 10, 30, 20, 43, 17));
  deepEqual(
    eventParameters(
      {
        UserName: "x",
        SAMLProviderArn: "a",
        TokenCode: "123456",
        Tags: [{ Key: "K", Value: "V" }],
        At: date,
        No: undefined,
      },
      { dateComma: true },
    ),
    { userName: "x", sAMLProviderArn: "a", tags: [{ key: "K", value: "V" }], at: "Nov 30, 2024, 8:43:17 PM" },
  );
  deepEqual(eventParameters({ SecretAccessKey: "s", Password: "p" }, { dateComma: true }), null);
  deepEqual(eventParameters({ At: date }, { dateComma: false }), { at: "Nov 30, 2024 8:43:17 PM" });
});

test("when append has resolved the event is in the file, readable by its owner alone", () =>
  inDirectory(async (directory) => {
    const sink = fileAuditSink(directory, () => atMs);
    await Promise.all([
      sink.append([event("A")]),
      sink.append([event("B")]),
      sink.append([event("C"), event("D")]),
    ]);
    const path = join(directory, "events-2026-09-27.jsonl");
    const names = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as AuditEvent).eventName);
    deepEqual(names, ["A", "B", "C", "D"]);
    equal(statSync(path).mode & 0o777, 0o600);
    await sink.close();
  }));

test("recent gives an account's own events, newest first, over days", () =>
  inDirectory(async (directory) => {
    let now = atMs;
    const sink = fileAuditSink(directory, () => now);
    await sink.append([event("old"), event("foreign", "444455556666")]);
    now += 86_400_000;
    await sink.append([event("new")]);
    equal(readdirSync(directory).length, 2);
    deepEqual(
      (await sink.recent("111122223333", 10)).map((e) => e.eventName),
      ["new", "old"],
    );
    deepEqual(
      (await sink.recent("111122223333", 1)).map((e) => e.eventName),
      ["new"],
    );
    await sink.close();
  }));

test("a line that a crash cut short costs no later event", () =>
  inDirectory(async (directory) => {
    appendFileSync(join(directory, "events-2026-09-27.jsonl"), '{"eventName":"torn');
    const sink = fileAuditSink(directory, () => atMs);
    await sink.append([event("whole")]);
    deepEqual(
      (await sink.recent("111122223333", 10)).map((e) => e.eventName),
      ["whole"],
    );
    await sink.close();
  }));

test("long texts from outside are cut", () => {
  const written = event("GetUser", "111122223333", {
    requestParameters: { policyDocument: "x".repeat(1_000_000) },
  });
  equal(JSON.stringify(written).length < 100_000, true);
});

test("several processes have a file each, and their events are read as one log, newest first", () =>
  inDirectory(async (directory) => {
    let now = atMs;
    const sinks = [1, 2, 3].map((worker) => fileAuditSink(directory, () => now, { worker }));
    for (let at = 0; at < 30; at++) {
      now = atMs + at * 7_200_000;
      await sinks[(at * 7) % 3]?.append([event(`E${at}`, "111122223333", { atMs: now })]);
    }
    for (const sink of sinks) await sink.close();
    const names = readdirSync(directory);
    deepEqual(new Set(names.map((name) => name.split(".")[1])), new Set(["1", "2", "3"]));
    const found = await fileAuditSink(directory, () => now).recent("111122223333", 25);
    deepEqual(
      found.map(({ eventName }) => eventName),
      Array.from({ length: 25 }, (_, at) => `E${29 - at}`),
    );
  }));
