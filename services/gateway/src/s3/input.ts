import { awsError } from "@rolecall/model";
import { header } from "@rolecall/pipeline";
import type { Exchange } from "@rolecall/pipeline";
import type { HttpRequestHead } from "@rolecall/sigv4";
import type { Bucket } from "@rolecall/store-contract";
import { addressOf, requireBucketName, requireKey } from "./address.ts";
import { lockOfHeaders } from "./object-lock.ts";
import type { ObjectLock } from "./object-lock.ts";
import { nameS3Operation } from "./operations.ts";
import type { S3OperationRow } from "./operations.ts";
import { queryOf } from "./query.ts";
import type { S3Query } from "./query.ts";
import { tagsOfHeader } from "./tagging.ts";
import type { ObjectTag } from "./tagging.ts";

/** Where CopyObject and UploadPartCopy read from. */
export interface CopySource {
  bucket: string;
  key: string;
  versionId: string | undefined;
}

/** One S3 request, read once: what is authorized is what is forwarded. */
export interface S3Input {
  row: S3OperationRow;
  exchange: Exchange;
  bucket: string | undefined;
  key: string | undefined;
  query: S3Query;
  copySource: CopySource | undefined;
  /** Tags that a header gives the object. A copy has them only where they replace its source's. */
  tags?: readonly ObjectTag[] | undefined;
  /** What headers lock, or the document once it is there. */
  lock?: ObjectLock;
  /** The copy leaves its source's tags behind: there were none when it was decided on. */
  leavesTags?: boolean;
  /** Set when the request is authorized: the addressed bucket as it stands. */
  owned?: Bucket;
  sourceOwned?: Bucket;
  /** Keys that DeleteObjects names in its document. */
  documentKeys?: readonly string[];
  /** The whole body, where the decision needs it. */
  body?: Buffer;
}

const inputs = new WeakMap<Exchange, S3Input>();

/** Reads the request's address, operation and copy source. @throws S3's errors for what is malformed */
export function inputOf(exchange: Exchange): S3Input {
  const known = inputs.get(exchange);
  if (known) return known;
  const { request } = exchange;
  const address = addressOf(request);
  const query = queryOf(request);
  const row = nameS3Operation(request, address, query);
  requireReadHeaders(request);
  if (query.get("versionId") === "")
    throw awsError("InvalidArgument", 400, "Version id cannot be the empty string");
  const tags = header(request, "x-amz-tagging");
  const input: S3Input = {
    row,
    exchange,
    bucket: address.bucket,
    key: address.key,
    query,
    copySource: row.copies ? copySourceOf(header(request, "x-amz-copy-source") ?? "") : undefined,
    lock: lockOfHeaders(request),
  };
  if (tags !== undefined && !copiesTags(input)) input.tags = tagsOfHeader(tags);
  inputs.set(exchange, input);
  return input;
}

/** Whether the tags of the source go with the copy, as they do unless it says otherwise. */
export const copiesTags = ({ row, exchange }: Pick<S3Input, "row" | "exchange">): boolean =>
  row.name === "CopyObject" && header(exchange.request, "x-amz-tagging-directive") !== "REPLACE";

/** Headers that may come in several lines: what is in them decides nothing. */
const isManyLined = (name: string): boolean =>
  name.startsWith("x-amz-meta-") || name === "x-amz-object-attributes";

const preconditions = new Set(["if-match", "if-none-match"]);

/** With it a store unpacks the archive that it gets: into keys that nobody decided on. */
const unpacking = "x-amz-meta-snowball-auto-extract";

/**
 * A header of S3's that comes twice is refused: of two values one would be decided on and the other perhaps used. So is
 * a directive in another spelling than S3's, which a store may understand all the same.
 * @throws InvalidArgument, NotImplemented
 */
function requireReadHeaders(head: HttpRequestHead): void {
  requireSingleHeaders(head);
  for (const what of ["metadata", "tagging"]) {
    const directive = header(head, `x-amz-${what}-directive`);
    if (directive !== undefined && directive !== "COPY" && directive !== "REPLACE")
      throw awsError("InvalidArgument", 400, `Unknown ${what} directive.`);
  }
  if (header(head, unpacking) !== undefined)
    throw awsError("NotImplemented", 400, `Rolecall does not implement the header ${unpacking}.`);
}

function requireSingleHeaders({ headers }: HttpRequestHead): void {
  const seen = new Set<string>();
  for (const [spelling] of headers) {
    const name = spelling.toLowerCase();
    if (!preconditions.has(name) && (!name.startsWith("x-amz-") || isManyLined(name))) continue;
    if (seen.has(name))
      throw awsError("InvalidArgument", 400, `The header ${name.slice(0, 64)} stands in the request twice.`);
    seen.add(name);
  }
}

/**
 * `BUCKET/KEY`, percent-encoded, with `?versionId=ID` perhaps. Access points have no owner here and are refused.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
function copySourceOf(text: string): CopySource {
  const invalid = (): Error =>
    awsError(
      "InvalidArgument",
      400,
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    );
  const mark = text.indexOf("?");
  const path = mark < 0 ? text : text.slice(0, mark);
  const version = mark < 0 ? undefined : text.slice(mark + 1);
  if (version !== undefined && !/^versionId=[A-Za-z0-9._%-]{1,1024}$/.test(version)) throw invalid();
  let decoded: string;
  let versionId: string | undefined;
  try {
    decoded = decodeURIComponent(path);
    versionId = version === undefined ? undefined : decodeURIComponent(version.slice("versionId=".length));
  } catch {
    throw invalid();
  }
  if (decoded.startsWith("arn:"))
    throw awsError("NotImplemented", 400, "Rolecall does not implement access points as a copy source.");
  const whole = decoded.startsWith("/") ? decoded.slice(1) : decoded;
  const slash = whole.indexOf("/");
  if (slash < 1 || slash === whole.length - 1) throw invalid();
  return {
    bucket: requireBucketName(whole.slice(0, slash)),
    key: requireKey(whole.slice(slash + 1)),
    versionId,
  };
}
