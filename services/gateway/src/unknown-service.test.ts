import { test } from "node:test";
import { equal, match } from "node:assert/strict";
import { createHash } from "node:crypto";
import { testRoad } from "@rolecall/pipeline/testing";
import { signRequest } from "@rolecall/sigv4";
import { stsService } from "@rolecall/sts";
import { unknownService } from "./unknown-service.ts";

test("a service without a mapping is denied, and the account decodes what was asked", async () => {
  const road = await testRoad([stsService], {
    directory: { services: [stsService], fallback: stsService, unknown: unknownService },
  });
  const root = await road.account("111122223333");
  const body = Buffer.from("{}");
  const answer = await road.send(
    signRequest(
      {
        method: "POST",
        path: "/",
        query: "",
        headers: [
          ["host", "dynamodb.eu-west-1.amazonaws.com"],
          ["x-amz-target", "DynamoDB_20120810.ListTables"],
          ["content-type", "application/x-amz-json-1.0"],
        ],
      },
      {
        credentials: root,
        region: "eu-west-1",
        service: "dynamodb",
        nowMs: road.clock.nowMs,
        bodySha256: createHash("sha256").update(body).digest("hex"),
      },
    ),
    body,
  );
  equal(answer.status, 400);
  const { message } = JSON.parse(answer.body) as { message: string };
  match(
    message,
    /^Rolecall has no authorization mapping for the service dynamodb, so it denies the request\./,
  );
  const EncodedMessage = /Encoded authorization failure message: ([\w-]+)$/.exec(message)?.[1] ?? "";
  const decoded = await road.call(root, {
    Action: "DecodeAuthorizationMessage",
    Version: "2011-06-15",
    EncodedMessage,
  });
  equal(decoded.status, 200, decoded.body);
  match(decoded.body.replaceAll("&quot;", '"'), /"action":"dynamodb:ListTables","resource":"\*"/);
});
