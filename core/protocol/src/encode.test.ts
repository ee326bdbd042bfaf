import { deepEqual, equal, throws } from "node:assert/strict";
import { test } from "node:test";
import { iam, NoSuchEntity, ServiceFailure, sts } from "@rolecall/model";
import { encodeErrorJson, encodeResponseJson } from "./encode-json.ts";
import { encodeError, encodeResponse } from "./encode-xml.ts";
import { parseTimestamp } from "./timestamp.ts";

const metadata = "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>";

test("an answer has AWS's elements and nothing else", () => {
  equal(
    encodeResponse(sts, "GetCallerIdentity", { Account: "1", Arn: "a", UserId: "u" }, "id"),
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><UserId>u</UserId><Account>1</Account><Arn>a</Arn></GetCallerIdentityResult>${metadata}</GetCallerIdentityResponse>`,
  );
  // No output: no Result element.
  equal(
    encodeResponse(iam, "DeleteRole", undefined, "id"),
    `<DeleteRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${metadata}</DeleteRoleResponse>`,
  );
  // An output without members, undefined members, empty lists, maps.
  equal(
    encodeResponse(iam, "UpdateRole", {}, "id"),
    `<UpdateRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><UpdateRoleResult/>${metadata}</UpdateRoleResponse>`,
  );
  equal(
    encodeResponse(iam, "ListRoleTags", { Tags: [], IsTruncated: false, Marker: undefined }, "id"),
    `<ListRoleTagsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListRoleTagsResult><Tags/><IsTruncated>false</IsTruncated></ListRoleTagsResult>${metadata}</ListRoleTagsResponse>`,
  );
  equal(
    encodeResponse(iam, "GetAccountSummary", { SummaryMap: { Users: 3 } }, "id"),
    `<GetAccountSummaryResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountSummaryResult><SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap></GetAccountSummaryResult>${metadata}</GetAccountSummaryResponse>`,
  );
});

test("text survives XML, and what XML cannot hold does not break it", () => {
  const rows: [string, string][] = [
    [`a&b<c>d"e'`, "a&amp;b&lt;c&gt;d&quot;e'"],
    ["cr\r lf\n tab\t", "cr&#13; lf\n tab\t"],
    ["\u0000\u0001\u001F", "\uFFFD\uFFFD\uFFFD"],
    ["\uD800x\uDC00 \uFFFE", "\uFFFDx\uFFFD \uFFFD"],
    ["🜁 é \u0085\u2028", "🜁 é \u0085\u2028"],
  ];
  for (const [text, written] of rows) {
    const xml = encodeResponse(sts, "DecodeAuthorizationMessage", { DecodedMessage: text }, "id");
    equal(xml.slice(xml.indexOf("<DecodedMessage>") + 16, xml.indexOf("</DecodedMessage>")), written);
  }
});

test("an output of the wrong type is a bug, told without the value", () => {
  const output = { DecodedMessage: 4711 } as unknown as { DecodedMessage: string };
  throws(
    () => encodeResponse(sts, "DecodeAuthorizationMessage", output, "id"),
    (error: Error) => {
      return error instanceof TypeError && !error.message.includes("4711");
    },
  );
  throws(() => encodeResponse(iam, "Nope", {}, "id"), TypeError);
});

test("an error has type, code, message and request id", () => {
  equal(
    encodeError(iam, NoSuchEntity("The role with name <x> cannot be found."), "id"),
    `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The role with name &lt;x&gt; cannot be found.</Message></Error><RequestId>id</RequestId></ErrorResponse>`,
  );
  equal(
    encodeError(sts, ServiceFailure(""), "id"),
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Receiver</Type><Code>ServiceFailure</Code><Message>ServiceFailure</Message></Error><RequestId>id</RequestId></ErrorResponse>`,
  );
});

test("JSON answers have the same elements, timestamps as seconds", () => {
  const Credentials = {
    AccessKeyId: "ASIA",
    SecretAccessKey: "s",
    SessionToken: "t",
    Expiration: new Date(1_790_000_000_999),
  };
  deepEqual(JSON.parse(encodeResponseJson(sts, "GetSessionToken", { Credentials }, "id")), {
    GetSessionTokenResponse: {
      GetSessionTokenResult: { Credentials: { ...Credentials, Expiration: 1_790_000_000 } },
      ResponseMetadata: { RequestId: "id" },
    },
  });
  deepEqual(JSON.parse(encodeResponseJson(iam, "DeleteRole", undefined, "id")), {
    DeleteRoleResponse: { ResponseMetadata: { RequestId: "id" } },
  });
  deepEqual(JSON.parse(encodeErrorJson(NoSuchEntity("m"), "id")), {
    Error: { Code: "NoSuchEntity", Message: "m", Type: "Sender" },
    RequestId: "id",
  });
});

test("timestamps are ISO 8601 and days that exist", () => {
  const rows: [string, number | undefined][] = [
    ["2026-11-24T09:49:00Z", Date.UTC(2026, 10, 24, 9, 49)],
    ["2026-11-24T09:49:00.123Z", Date.UTC(2026, 10, 24, 9, 49, 0, 123)],
    ["2026-11-24T09:49:00+02:00", Date.UTC(2026, 10, 24, 7, 49)],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["2026-02-29T00:00:00Z", undefined],
    ["2026-11-24", undefined],
    ["2026-11-24T25:00:00Z", undefined],
    ["1790000000", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of rows) equal(parseTimestamp(text)?.getTime(), expected, text);
});
