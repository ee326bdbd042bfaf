import { test } from "node:test";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { iam } from "@rolecall/model";
import { operation, queryService } from "@rolecall/pipeline";
import type { Service } from "@rolecall/pipeline";
import { allowing, testRoad } from "@rolecall/pipeline/testing";
import type { TestAnswer, TestRoad } from "@rolecall/pipeline/testing";
import type { SigningCredentials } from "@rolecall/sigv4";
import { stsService } from "./index.ts";
import { a, b, element, refusal, Version } from "./testing.ts";

/** A service that answers its denials as EC2 does. */
const encoding: Service = {
  ...queryService(
    iam,
    [
      operation(iam, "ListUsers", {
        authorization: () => ({ resource: `arn:aws:iam::${a}:user/` }),
        handle: async () => ({ Users: [] }),
      }),
    ],
    { homeRegion: "us-east-1" },
  ),
  encodesDenials: true,
};

const listUsers = (road: TestRoad, keys: SigningCredentials): Promise<TestAnswer> =>
  road.call(keys, { Action: "ListUsers", Version: "2010-05-08" }, { service: "iam", region: "us-east-1" });

const decode = (road: TestRoad, keys: SigningCredentials, EncodedMessage: string): Promise<TestAnswer> =>
  road.call(keys, { Action: "DecodeAuthorizationMessage", Version, EncodedMessage });

const encodedIn = ({ body }: TestAnswer): string =>
  /Encoded authorization failure message: ([\w-]+)<\/Message>/.exec(body)?.[1] ?? "";

const plain = (text: string): unknown => JSON.parse(text.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));

async function denied(policies: ReturnType<typeof allowing>[]) {
  const road = await testRoad([stsService, encoding]);
  await road.account(a);
  const otherRoot = await road.account(b);
  const { keys, user } = await road.user(a, "Bob", { inlinePolicies: policies });
  const { keys: reader } = await road.user(a, "Reader", {
    inlinePolicies: [allowing("sts:DecodeAuthorizationMessage")],
  });
  const answer = await listUsers(road, keys);
  equal(answer.status, 403, answer.body);
  const encoded = encodedIn(answer);
  ok(encoded.length > 0 && encoded.length <= 10_240, answer.body);
  return { road, otherRoot, keys, user, reader, encoded };
}

const deny = {
  name: "deny",
  document: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "NoListing",
        Effect: "Deny",
        Action: ["iam:ListUsers", "iam:ListRoles"],
        Resource: "*",
        Condition: { StringEquals: { "aws:username": ["Bob", "Eve"] } },
      },
    ],
  }),
};

test("an explicit denial decodes to the statement that denied and the request's context", async () => {
  const { road, user, reader, encoded } = await denied([allowing("iam:*"), deny]);
  const answer = await decode(road, reader, encoded);
  equal(answer.status, 200, answer.body);
  const message = plain(element(answer.body, "DecodedMessage")) as {
    context: { conditions: { items: { key: string; values: object }[] } };
  };
  const { conditions } = message.context;
  deepEqual(
    { ...message, context: { ...message.context, conditions: undefined } },
    {
      allowed: false,
      explicitDeny: true,
      matchedStatements: {
        items: [
          {
            statementId: "NoListing",
            effect: "DENY",
            principals: { items: [] },
            principalGroups: { items: [] },
            actions: { items: [{ value: "iam:ListUsers" }, { value: "iam:ListRoles" }] },
            resources: { items: [{ value: "*" }] },
            conditions: {
              items: [
                {
                  function: "StringEquals",
                  value: {
                    items: [{ key: "aws:username", values: { items: [{ value: "Bob" }, { value: "Eve" }] } }],
                  },
                },
              ],
            },
          },
        ],
      },
      failures: { items: [] },
      context: {
        principal: { id: user.userId, name: "Bob", arn: `arn:aws:iam::${a}:user/Bob` },
        action: "iam:ListUsers",
        resource: `arn:aws:iam::${a}:user/`,
        conditions: undefined,
      },
    },
  );
  deepEqual(
    conditions.items.find(({ key }) => key === "aws:username"),
    { key: "aws:username", values: { items: [{ value: "Bob" }] } },
  );
});

test("an implicit denial matches no statement", async () => {
  const { road, reader, encoded } = await denied([]);
  const message = plain(element((await decode(road, reader, encoded)).body, "DecodedMessage")) as Record<
    string,
    unknown
  >;
  equal(message["explicitDeny"], false);
  deepEqual(message["matchedStatements"], { items: [] });
});

test("only the account of the denied caller decodes, and only with permission", async () => {
  const { road, keys, otherRoot, reader, encoded } = await denied([]);
  refusal(
    await decode(road, keys, encoded),
    403,
    "AccessDenied",
    /sts:DecodeAuthorizationMessage on resource: \*/,
  );
  const invalid = "Message is not valid";
  refusal(await decode(road, otherRoot, encoded), 400, "InvalidAuthorizationMessageException", invalid);
  for (let i = 0; i < encoded.length; i += 5) {
    const altered = `${encoded.slice(0, i)}${encoded[i] === "A" ? "B" : "A"}${encoded.slice(i + 1)}`;
    refusal(await decode(road, reader, altered), 400, "InvalidAuthorizationMessageException", invalid);
  }
  refusal(await decode(road, reader, `${encoded}\n`), 400, "InvalidAuthorizationMessageException", invalid);
  const another = await denied([]);
  refusal(await decode(road, reader, another.encoded), 400, "InvalidAuthorizationMessageException", invalid);
  refusal(
    await decode(road, reader, "x".repeat(10_241)),
    400,
    "ValidationError",
    /less than or equal to 10240/,
  );
  deepEqual(road.failures, []);
});

test("a message that would be too long leaves out what statements say, and stays decodable", async () => {
  const values = Array.from({ length: 2000 }, (_, i) => `x${(i * 2654435761).toString(36)}${i}`);
  const long = JSON.parse(deny.document) as { Statement: { Condition: object }[] };
  long.Statement[0]!.Condition = { StringNotEquals: { "aws:username": values } };
  const { road, reader, encoded } = await denied([{ name: "long", document: JSON.stringify(long) }]);
  const answer = await decode(road, reader, encoded);
  equal(answer.status, 200, answer.body);
  const message = plain(element(answer.body, "DecodedMessage")) as Record<string, unknown>;
  equal(message["explicitDeny"], true);
  deepEqual(message["matchedStatements"], { items: [] });
});

test("what IAM and STS deny carries no encoded message", async () => {
  const { road, keys } = await denied([]);
  const answer = await decode(road, keys, "x");
  match(answer.body, /<Code>AccessDenied<\/Code>/);
  equal(encodedIn(answer), "");
});
