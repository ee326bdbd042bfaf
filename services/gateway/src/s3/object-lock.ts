import { awsError } from "@rolecall/model";
import { header } from "@rolecall/pipeline";
import type { HttpRequestHead } from "@rolecall/sigv4";
import { childText, malformedXml, parseS3Document } from "./s3-document.ts";

/** What a request locks, or unlocks. Values are spelt as S3 has them: a store may take other spellings for the same. */
export interface ObjectLock {
  mode: string | undefined;
  /** ISO 8601 with a time and a zone. */
  retainUntil: string | undefined;
  legalHold: string | undefined;
}

const modes = /^(?:GOVERNANCE|COMPLIANCE)$/;
const holds = /^(?:ON|OFF)$/;
const dates = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const isDate = (text: string): boolean => dates.test(text) && !Number.isNaN(Date.parse(text));
const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const dayMs = 86_400_000;

/**
 * @throws InvalidArgument
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function lockOfHeaders(request: HttpRequestHead): ObjectLock {
  const mode = header(request, "x-amz-object-lock-mode");
  const retainUntil = header(request, "x-amz-object-lock-retain-until-date");
  const legalHold = header(request, "x-amz-object-lock-legal-hold");
  const invalid = (message: string): Error => awsError("InvalidArgument", 400, message);
  if (mode !== undefined && !modes.test(mode)) throw invalid("Unknown wormMode directive.");
  if (legalHold !== undefined && !holds.test(legalHold))
    throw invalid("Legal Hold must be either of 'ON' or 'OFF'");
  if (retainUntil !== undefined && !isDate(retainUntil))
    throw invalid("The retain until date must be provided in ISO 8601 format");
  return { mode, retainUntil, legalHold };
}

/** Operations whose document locks. */
export const lockDocuments: Readonly<
  Record<string, (body: Uint8Array) => { lock: ObjectLock; body: Buffer }>
> = { PutObjectRetention: retentionOf, PutObjectLegalHold: legalHoldOf };

/**
 * What the document says, and the document written anew.
 * @throws MalformedXML
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html
 */
function retentionOf(sent: Uint8Array): { lock: ObjectLock; body: Buffer } {
  const root = parseS3Document(sent, "Retention");
  const mode = childText(root, "Mode");
  const retainUntil = childText(root, "RetainUntilDate");
  if (mode !== undefined && !modes.test(mode)) throw malformedXml();
  if (retainUntil !== undefined && !isDate(retainUntil)) throw malformedXml();
  const written =
    (mode === undefined ? "" : `<Mode>${mode}</Mode>`) +
    (retainUntil === undefined ? "" : `<RetainUntilDate>${retainUntil}</RetainUntilDate>`);
  return {
    lock: { mode, retainUntil, legalHold: undefined },
    body: Buffer.from(`<Retention ${namespace}>${written}</Retention>`),
  };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
function legalHoldOf(sent: Uint8Array): { lock: ObjectLock; body: Buffer } {
  const legalHold = childText(parseS3Document(sent, "LegalHold"), "Status") ?? "";
  if (!holds.test(legalHold)) throw malformedXml();
  return {
    lock: { mode: undefined, retainUntil: undefined, legalHold },
    body: Buffer.from(`<LegalHold ${namespace}><Status>${legalHold}</Status></LegalHold>`),
  };
}

/**
 * The condition keys of a lock. AWS does not say how it counts a day that has begun; here it is a whole one, so that
 * "in ten days" is ten days when the request arrives.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export function lockContext(
  { mode, retainUntil, legalHold }: ObjectLock,
  nowMs: number,
): Record<string, string | undefined> {
  return {
    "s3:object-lock-mode": mode,
    "s3:object-lock-retain-until-date": retainUntil,
    "s3:object-lock-legal-hold": legalHold,
    "s3:object-lock-remaining-retention-days":
      retainUntil === undefined ? undefined : String(Math.ceil((Date.parse(retainUntil) - nowMs) / dayMs)),
  };
}
