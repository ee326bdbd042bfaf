import type { AwsError, OutputOf, ServiceModel, Shape, StructureShape } from "@rolecall/model";
import { isoTimestamp } from "./timestamp.ts";
import { xmlText } from "./xml-text.ts";

/** The output of the operation of that name, as far as the compiler knows it. */
export type OutputNamed<Ops, Name extends string> = Name extends keyof Ops ? OutputOf<Ops, Name> : unknown;

/**
 * The XML answer to a successful request.
 *
 * Members that are undefined are left out, an empty list is an empty element: clients see the difference. Policy
 * documents are written as they are given; it is IAM that URL-encodes them.
 *
 * @throws TypeError when `output` is not of the operation's shape, which is a bug of the service
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/making-query-requests.html
 */
export function encodeResponse<Ops, Name extends string>(
  model: ServiceModel<Ops>,
  operationName: Name,
  output: OutputNamed<Ops, Name>,
  requestId: string,
): string {
  const { output: shape } = model.operations[operationName] ?? unknownOperation(operationName);
  const result = shape === undefined ? "" : element(`${operationName}Result`, shape, output ?? {});
  return (
    `<${operationName}Response xmlns="${model.xmlNamespace}">${result}` +
    `<ResponseMetadata><RequestId>${xmlText(requestId)}</RequestId></ResponseMetadata></${operationName}Response>`
  );
}

/** The XML answer to a request that failed. */
export function encodeError(model: ServiceModel, error: AwsError, requestId: string): string {
  return (
    `<ErrorResponse xmlns="${model.xmlNamespace}"><Error><Type>${error.fault}</Type>` +
    `<Code>${xmlText(error.code)}</Code><Message>${xmlText(messageOf(error))}</Message></Error>` +
    `<RequestId>${xmlText(requestId)}</RequestId></ErrorResponse>`
  );
}

/** Never empty: the AWS CLI 1 fails on an empty message instead of printing the error. */
export function messageOf(error: AwsError): string {
  return error.message === "" ? error.code : error.message;
}

export function unknownOperation(name: string): never {
  throw new TypeError(`the model has no operation ${name}`);
}

function element(name: string, shape: Shape, value: unknown): string {
  const content = contentOf(shape, value);
  return content === "" && shape.type !== "string" ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function contentOf(shape: Shape, value: unknown): string {
  switch (shape.type) {
    case "string":
      if (typeof value !== "string") throw wrongType(shape, value);
      return xmlText(value);
    case "integer":
      if (!Number.isSafeInteger(value)) throw wrongType(shape, value);
      return String(value);
    case "boolean":
      if (typeof value !== "boolean") throw wrongType(shape, value);
      return value ? "true" : "false";
    case "timestamp":
      if (!(value instanceof Date)) throw wrongType(shape, value);
      return isoTimestamp(value);
    case "blob":
      if (!(value instanceof Uint8Array)) throw wrongType(shape, value);
      return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
    case "list":
      if (!Array.isArray(value)) throw wrongType(shape, value);
      return listContent(shape.member, value);
    case "map":
      return mapContent(shape.value, objectOf(shape, value));
    case "structure":
      return structureContent(shape, objectOf(shape, value));
  }
}

function structureContent(shape: StructureShape, value: Readonly<Record<string, unknown>>): string {
  let text = "";
  for (const member of shape.members) {
    const memberValue = value[member.name];
    if (memberValue !== undefined) text += element(member.name, member.shape, memberValue);
  }
  return text;
}

function listContent(member: Shape, values: readonly unknown[]): string {
  let text = "";
  for (const value of values) text += element("member", member, value);
  return text;
}

function mapContent(shape: Shape, values: Readonly<Record<string, unknown>>): string {
  let text = "";
  for (const [key, value] of Object.entries(values)) {
    text += `<entry><key>${xmlText(key)}</key>${element("value", shape, value)}</entry>`;
  }
  return text;
}

function objectOf(shape: Shape, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw wrongType(shape, value);
  return value as Readonly<Record<string, unknown>>;
}

// The value itself is not in the message: it may be a secret.
function wrongType(shape: Shape, value: unknown): TypeError {
  return new TypeError(
    `an output has ${value === null ? "null" : typeof value} where the model has ${shape.type}`,
  );
}
