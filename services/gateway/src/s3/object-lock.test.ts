import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { account, allowing, code, s3Road } from "../testing.ts";

type Header = [string, string];

const day = 86_400_000;

async function lockRoad(t: Parameters<typeof s3Road>[0]) {
  const s3 = await s3Road(t);
  await s3.bucket("bkt");
  const { keys } = await s3.road.user(account, "Eve", {
    inlinePolicies: [
      ...allowing("s3:*", "*").inlinePolicies,
      ...[
        { StringEquals: { "s3:object-lock-mode": "COMPLIANCE" } },
        { NumericGreaterThan: { "s3:object-lock-remaining-retention-days": "10" } },
        { StringEquals: { "s3:object-lock-legal-hold": "OFF" } },
      ].map((Condition, at) => ({
        name: `deny${at}`,
        document: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Deny", Action: "s3:*", Resource: "*", Condition }],
        }),
      })),
    ],
  });
  const inDays = (days: number): string => new Date(s3.road.clock.nowMs + days * day).toISOString();
  return { s3, keys, inDays };
}

test("what a document locks is decided on as what a header locks", async (t) => {
  const { s3, keys, inDays } = await lockRoad(t);
  const retention = (mode: string, days: number, more = ""): string =>
    `<Retention><Mode>${mode}</Mode><RetainUntilDate>${inDays(days)}</RetainUntilDate>${more}</Retention>`;
  const hold = (status: string): string => `<LegalHold><Status>${status}</Status></LegalHold>`;
  const rows: [query: string, body: string, expected: string | undefined][] = [
    ["retention", retention("GOVERNANCE", 10), undefined],
    ["retention", retention("GOVERNANCE", 11), "AccessDenied"],
    ["retention", retention("COMPLIANCE", 1), "AccessDenied"],
    ["retention", retention("compliance", 1), "MalformedXML"],
    ["retention", retention("GOVERNANCE", 1, "<Mode>COMPLIANCE</Mode>"), "MalformedXML"],
    ["retention", retention("GOVERNANCE", 1).replace(/T[^<]*/, ""), "MalformedXML"],
    ["retention", "<Retention/>", undefined],
    ["retention", "<Other/>", "MalformedXML"],
    ["legal-hold", hold("ON"), undefined],
    ["legal-hold", hold("OFF"), "AccessDenied"],
    ["legal-hold", hold("off"), "MalformedXML"],
  ];
  for (const [query, body, expected] of rows) {
    s3.received.length = 0;
    equal(code(await s3.call(keys, "PUT", "/bkt/k", { query, body })), expected, body);
    deepEqual(
      s3.received.map((got) => got.body.replace(/ xmlns="[^"]*"/, "")),
      expected === undefined ? [body.replace("<Retention/>", "<Retention></Retention>")] : [],
    );
  }
});

test("what a header locks is written in one way", async (t) => {
  const { s3, keys, inDays } = await lockRoad(t);
  const until = (value: string): Header[] => [
    ["x-amz-object-lock-mode", "GOVERNANCE"],
    ["x-amz-object-lock-retain-until-date", value],
  ];
  const rows: [Header[], string | undefined][] = [
    [until(inDays(10)), undefined],
    [until(inDays(11)), "AccessDenied"],
    [until(new Date(s3.road.clock.nowMs + 11 * day).toUTCString()), "InvalidArgument"],
    [until("2999"), "InvalidArgument"],
    [[["x-amz-object-lock-mode", "COMPLIANCE"]], "AccessDenied"],
    [[["x-amz-object-lock-mode", "Compliance"]], "InvalidArgument"],
    [[["x-amz-object-lock-legal-hold", "OFF"]], "AccessDenied"],
    [[["x-amz-object-lock-legal-hold", "Off"]], "InvalidArgument"],
    [[["x-amz-object-lock-legal-hold", "ON"]], undefined],
  ];
  for (const [headers, expected] of rows)
    equal(code(await s3.call(keys, "PUT", "/bkt/k", { headers })), expected, JSON.stringify(headers));
});
