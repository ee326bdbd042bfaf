import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import * as iamClient from "@aws-sdk/client-iam";
import * as stsClient from "@aws-sdk/client-sts";
import { AwsError, awsError, iam, type ServiceModel, sts } from "@rolecall/model";
import { decodeInput } from "./decode-input.ts";
import { encodeError, encodeResponse } from "./encode-xml.ts";
import { mergeForms, parseForm } from "./form.ts";
import { nameOperation } from "./name-operation.ts";
import { sampleOf } from "./sample-values.ts";

// The real SDK writes every request and reads every answer; only the socket between is missing.

const requestId = "7a62c49f-347e-4fc4-9331-6e8eEXAMPLE";
const configuration = {
  region: "us-east-1",
  credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" },
  maxAttempts: 1,
};

interface Answer {
  readonly statusCode: number;
  readonly body: string;
}
interface Exchange {
  body: string;
  answer: Answer;
}
type Command = new (input: unknown) => never;

const services = [
  service(
    iam,
    iamClient as unknown as Record<string, Command>,
    (handler) => new iamClient.IAMClient(handler),
  ),
  service(
    sts,
    stsClient as unknown as Record<string, Command>,
    (handler) => new stsClient.STSClient(handler),
  ),
];

for (const { model, send } of services) {
  for (const { name, input, output, errors } of Object.values(model.operations)) {
    test(`${model.id} ${name}: the SDK's request is read as it was meant`, async () => {
      const meant = sampleOf(input);
      const exchange = await send(
        name,
        meant,
        success(name, output === undefined ? undefined : sampleOf(output)),
      );
      const form = parseForm(exchange.body);
      ok(form.ok);
      const named = nameOperation([iam, sts] as ServiceModel[], form.params);
      ok(named.ok && named.model === model && named.operation.name === name);
      const decoded = decodeInput(model, name, form.params);
      ok(decoded.ok, decoded.ok ? "" : decoded.error.message);
      deepEqual(decoded.input, meant);
    });

    test(`${model.id} ${name}: the SDK reads the answer as it was meant`, async () => {
      const meant = output === undefined ? undefined : sampleOf(output);
      const exchange = await send(name, sampleOf(input), success(name, meant));
      deepEqual(exchange.result, meant ?? {});
    });

    test(`${model.id} ${name}: the SDK knows the declared errors`, async () => {
      for (const code of errors) {
        const { status, fault } = model.errors[code] ?? {};
        const sent = awsError(code, status ?? 0, "Because & <so>", fault);
        const body = encodeError(model, sent, requestId);
        const { thrown } = await send(name, sampleOf(input), { statusCode: sent.status, body });
        // Its class is the declared one, not the service's general exception.
        ok(thrown instanceof Error && thrown.constructor.name.replace(/Exception$/, "") !== "IAMService");
        equal(thrown.constructor.name, thrown.name);
        ok(thrown.name.endsWith("Exception"), thrown.name);
        equal(thrown.message, "Because & <so>");
        equal((thrown as { $fault?: string }).$fault, fault === "Receiver" ? "server" : "client");
      }
    });
  }

  function success(name: string, output: unknown): Answer {
    return { statusCode: 200, body: encodeResponse(model, name, output, requestId) };
  }
}

test("an empty list and a missing one reach the SDK as such", async () => {
  const [service] = services;
  const role = { Path: "/", RoleName: "r", RoleId: "AROA", Arn: "arn", CreateDate: new Date(0) };
  for (const Role of [role, { ...role, Tags: [] }, { ...role, RoleLastUsed: {}, Description: "" }]) {
    const body = encodeResponse(iam, "GetRole", { Role }, requestId);
    const { result } = (await service?.send("GetRole", { RoleName: "r" }, { statusCode: 200, body })) ?? {};
    deepEqual(result, { Role });
  }
});

test("an empty list and an empty text reach the server as such", async () => {
  const [service] = services;
  const sent = { RoleName: "r", Description: "" };
  const answer = { statusCode: 200, body: encodeResponse(iam, "UpdateRole", {}, requestId) };
  const update = await service?.send("UpdateRole", sent, answer);
  const form = parseForm(update?.body ?? "");
  ok(form.ok);
  deepEqual(decodeInput(iam, "UpdateRole", form.params), { ok: true, input: sent });

  const tagged = await service?.send("TagRole", { RoleName: "r", Tags: [] }, { statusCode: 200, body: "" });
  const tags = parseForm(tagged?.body ?? "");
  ok(tags.ok);
  deepEqual(decodeInput(iam, "TagRole", tags.params), { ok: true, input: { RoleName: "r", Tags: [] } });
});

test("an error no operation declares keeps its code", async () => {
  const [, service] = services;
  const error = new AwsError("AccessDenied", 403, "Sender", "User: x is not authorized to perform: y");
  const answer = { statusCode: 403, body: encodeError(sts, error, requestId) };
  const { thrown } = (await service?.send("GetCallerIdentity", {}, answer)) ?? {};
  ok(thrown instanceof stsClient.STSServiceException);
  deepEqual([thrown.name, thrown.message], ["AccessDenied", error.message]);
});

test("query and body may share the parameters", () => {
  const query = parseForm("Action=GetUser&X-Amz-Signature=abc&Version=2010-05-08");
  const body = parseForm("UserName=ana");
  ok(query.ok && body.ok);
  const merged = mergeForms(query.params, body.params);
  ok(merged.ok);
  deepEqual([...merged.params.keys()], ["Action", "Version", "UserName"]);
});

function service(
  model: ServiceModel,
  commands: Record<string, Command>,
  connect: (handler: typeof configuration & { requestHandler: never }) => unknown,
) {
  async function send(name: string, input: unknown, answer: Answer) {
    const exchange: Exchange = { body: "", answer };
    const requestHandler = {
      handle: async ({ body }: { body: string }) => {
        exchange.body = body;
        const bytes = new TextEncoder().encode(answer.body);
        return {
          response: { statusCode: answer.statusCode, headers: { "content-type": "text/xml" }, body: bytes },
        };
      },
    };
    const client = connect({ ...configuration, requestHandler: requestHandler as never }) as {
      send: (command: unknown) => Promise<{ $metadata: unknown }>;
    };
    const Command = commands[`${name}Command`] as Command;
    try {
      const { $metadata: _metadata, ...result } = await client.send(new Command(input));
      return { ...exchange, result, thrown: undefined };
    } catch (thrown) {
      return { ...exchange, result: undefined, thrown };
    }
  }
  return { model, send };
}
