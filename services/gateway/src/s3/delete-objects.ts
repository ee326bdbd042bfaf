import { awsError } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import { xmlText } from "@rolecall/protocol";
import type { Bucket } from "@rolecall/store-contract";
import { bufferedBody } from "../body.ts";
import { requireKey } from "./address.ts";
import { bucketCheck, requireBucket } from "./checks.ts";
import { s3Context } from "./context-keys.ts";
import { readAnswer, relayed, rewritten } from "./forward.ts";
import type { S3Handler } from "./handler.ts";
import type { S3Input } from "./input.ts";
import { childrenOf, childText, malformedXml, parseS3Document } from "./s3-document.ts";
import { xmlAnswer } from "./s3-xml.ts";

interface Item {
  key: string;
  versionId: string | undefined;
}

const maxItems = 1000;
const maxRequestBytes = 2_097_152;
const maxAnswerBytes = 4_194_304;
const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

function itemsOf(body: Uint8Array): { items: Item[]; quiet: boolean } {
  const root = parseS3Document(body, "Delete");
  const objects = childrenOf(root, "Object");
  if (objects.length === 0 || objects.length > maxItems) throw malformedXml();
  const items = objects.map((object) => {
    const key = childText(object, "Key");
    if (key === undefined || key === "") throw malformedXml();
    // Preconditions of single objects would be lost when the document is written anew.
    for (const name of ["ETag", "LastModifiedTime", "Size"])
      if (childText(object, name) !== undefined)
        throw awsError("NotImplemented", 400, `Rolecall does not implement ${name} in DeleteObjects yet.`);
    const versionId = childText(object, "VersionId");
    if (versionId === "") throw malformedXml();
    return { key: requireKey(key), versionId };
  });
  return { items, quiet: childText(root, "Quiet") === "true" };
}

async function isAllowed(
  { key, versionId }: Item,
  bucket: Bucket,
  input: S3Input,
  context: OperationContext,
): Promise<boolean> {
  const entries = { ...s3Context(input, context), "s3:VersionId": versionId };
  const bypass = input.exchange.request.headers.some(
    ([name]) => name.toLowerCase() === "x-amz-bypass-governance-retention",
  );
  const actions = [
    versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
    ...(bypass ? ["s3:BypassGovernanceRetention"] : []),
  ];
  const checks = actions.map((action) => bucketCheck(bucket, key, action, context, entries));
  return (await context.access.authorize(context.caller, checks, context.facts())).allowed;
}

const itemXml = ({ key, versionId }: Item): string =>
  `<Key>${xmlText(key)}</Key>${versionId === undefined ? "" : `<VersionId>${xmlText(versionId)}</VersionId>`}`;

const errorXml = (item: Item): string =>
  `<Error>${itemXml(item)}<Code>AccessDenied</Code><Message>Access Denied</Message></Error>`;

/**
 * One decision per key, as S3 makes them: refused keys are answered as errors and never reach the upstream.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export const deleteObjects: S3Handler = async (input, context, forward) => {
  const { items, quiet } = itemsOf(await bufferedBody(input.exchange, context.signature, maxRequestBytes));
  // Not as it stood when the head came: the client decides when the body does.
  const owned = await requireBucket(input.bucket ?? "", context);
  input.owned = owned;
  const allowed: Item[] = [];
  const refused: Item[] = [];
  for (const item of items) ((await isAllowed(item, owned, input, context)) ? allowed : refused).push(item);
  const errors = refused.map(errorXml).join("");
  if (allowed.length === 0)
    return xmlAnswer(200, `<DeleteResult ${namespace}>${errors}</DeleteResult>`, input.exchange);

  const objects = allowed.map((item) => `<Object>${itemXml(item)}</Object>`).join("");
  const body = Buffer.from(`<Delete ${namespace}>${objects}${quiet ? "<Quiet>true</Quiet>" : ""}</Delete>`);
  const answer = await forward(withKeys(input, allowed), undefined, rewritten(body, input));
  if (answer.statusCode !== 200 || errors === "") return relayed(answer, input);
  const text = (await readAnswer(answer, maxAnswerBytes)).toString("utf8");
  const end = text.lastIndexOf("</DeleteResult>");
  // An empty result may be written as one tag.
  const whole =
    end >= 0
      ? `${text.slice(0, end)}${errors}${text.slice(end)}`
      : `<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult ${namespace}>${errors}</DeleteResult>`;
  return {
    status: 200,
    headers: [
      ["Content-Type", "application/xml"],
      ["x-amz-request-id", input.exchange.requestId],
    ],
    body: whole,
  };
};

/** The keys of the document count as keys of the request for what the upstream cannot take. */
const withKeys = (input: S3Input, items: readonly Item[]): S3Input => ({
  ...input,
  documentKeys: items.map(({ key }) => key),
});
