import type { AwsError, ServiceModel, Shape } from "@rolecall/model";
import { messageOf, type OutputNamed, unknownOperation } from "./encode-xml.ts";

/**
 * The answer for `Accept: application/json`, which no model describes and some clients ask for (EKS tokens, Teleport):
 * the XML's elements as objects. A timestamp is a number, seconds since 1970, as in AWS's JSON protocols; clients of
 * STS's form rely on it.
 *
 * @throws TypeError when `output` is not of the operation's shape, which is a bug of the service
 */
export function encodeResponseJson<Ops, Name extends string>(
  model: ServiceModel<Ops>,
  operationName: Name,
  output: OutputNamed<Ops, Name>,
  requestId: string,
): string {
  const { output: shape } = model.operations[operationName] ?? unknownOperation(operationName);
  return JSON.stringify({
    [`${operationName}Response`]: {
      ...(shape === undefined ? {} : { [`${operationName}Result`]: jsonValue(shape, output ?? {}) }),
      ResponseMetadata: { RequestId: requestId },
    },
  });
}

/** The answer to a request that failed, for `Accept: application/json`. */
export function encodeErrorJson(error: AwsError, requestId: string): string {
  const { code: Code, fault: Type } = error;
  return JSON.stringify({ Error: { Code, Message: messageOf(error), Type }, RequestId: requestId });
}

function jsonValue(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case "timestamp":
      return Math.floor((value as Date).getTime() / 1000);
    case "blob":
      return Buffer.from(value as Uint8Array).toString("base64");
    case "list":
      return (value as readonly unknown[]).map((item) => jsonValue(shape.member, item));
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, jsonValue(shape.value, item)]),
      );
    case "structure": {
      const members = value as Readonly<Record<string, unknown>>;
      const out: Record<string, unknown> = {};
      for (const { name, shape: memberShape } of shape.members) {
        if (members[name] !== undefined) out[name] = jsonValue(memberShape, members[name]);
      }
      return out;
    }
    default:
      return value;
  }
}
