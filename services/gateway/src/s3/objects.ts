import { AccessDenied, awsError } from "@rolecall/model";
import { bufferedBody, plainBody } from "../body.ts";
import { bucketCheck, noSuchBucket, requireStillAllowed } from "./checks.ts";
import { s3Context } from "./context-keys.ts";
import { relayed, rewritten } from "./forward.ts";
import type { S3Handler } from "./handler.ts";
import type { S3Input } from "./input.ts";
import { lockDocuments } from "./object-lock.ts";
import { overrides } from "./operations.ts";
import { namesBuckets, requireOwnTargets } from "./other-buckets.ts";

const hasBody = (method: string): boolean => method === "PUT" || method === "POST";

/** Bytes of a document that goes to the upstream. */
const maxDocumentBytes = 2_097_152;

/** Whether the body is a document that says what is to be changed, and no content: `?acl`, `?cors` and the like. */
const isDocument = (input: S3Input): boolean => {
  const { method, needs } = input.row;
  return (method === "PUT" && needs !== undefined && !needs.includes("uploadId")) || namesBuckets(input);
};

/** What the upstream does for us: most operations. */
export const forwarded: S3Handler = async (input, context, forward) => {
  const { exchange } = input;
  if (!input.body && isDocument(input)) {
    input.body = await bufferedBody(exchange, context.signature, maxDocumentBytes);
    await requireStillAllowed(input, context);
    await requireOwnTargets(input, input.body, context);
  }
  if (input.body) {
    const isOurs = input.row.name === "PutObjectTagging" || input.row.name in lockDocuments;
    const replacement = isOurs ? rewritten(input.body, input) : { body: input.body };
    return relayed(await forward(input, undefined, replacement), input);
  }
  const body = hasBody(exchange.request.method) ? plainBody(exchange, context.signature) : undefined;
  return relayed(await forward(input, body), input);
};

/**
 * Whether an object is missing is told only to those who may list the bucket.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const readObject: S3Handler = async (input, context, forward) => {
  if (!context.signature && overrides.some((name) => input.query.has(name)))
    throw awsError(
      "InvalidRequest",
      400,
      "Request specific response headers cannot be used for anonymous GET requests.",
    );
  const answer = await forward(input);
  if (answer.statusCode !== 404) return relayed(answer, input);
  const { owned } = input;
  if (!owned) throw noSuchBucket();
  const list = bucketCheck(owned, undefined, "s3:ListBucket", context, s3Context(input, context));
  const listing = await context.access.authorize(context.caller, [list], context.facts());
  if (listing.allowed) return relayed(answer, input);
  answer.resume();
  throw AccessDenied(listing.sentence);
};
