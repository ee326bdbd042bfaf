import { awsError } from "@rolecall/model";
import type { HttpRequestHead } from "@rolecall/sigv4";
import { invalidUri } from "./address.ts";

/** The query of an S3 request, without what carries a signature. Names are as sent: S3's are case-sensitive. */
export type S3Query = ReadonlyMap<string, string>;

/** Parameters that say who signs or which client calls, not what is asked. */
const aside = new Set([
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-SignedHeaders",
  "X-Amz-Signature",
  "X-Amz-Security-Token",
  "X-Amz-Content-Sha256",
  "x-amz-security-token",
  "AWSAccessKeyId",
  "Signature",
  "Expires",
  "x-id",
]);

const maxParameters = 100;

function decode(text: string): string {
  try {
    // S3 reads a plus sign in a query value as a blank, as clients write it.
    return decodeURIComponent(text.replaceAll("+", "%20"));
  } catch {
    throw invalidUri();
  }
}

/**
 * Reads the query. A name that comes twice is refused: of two values one would be authorized and the other used.
 * @throws InvalidURI, InvalidArgument
 */
export function queryOf(head: HttpRequestHead): S3Query {
  const query = new Map<string, string>();
  const seen = new Set<string>();
  const pairs = head.query.split("&").filter((pair) => pair !== "");
  if (pairs.length > maxParameters)
    throw awsError("InvalidArgument", 400, "The request has too many parameters.");
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (seen.has(name.toLowerCase()))
      throw awsError(
        "InvalidArgument",
        400,
        `The parameter ${name.slice(0, 64)} stands in the request twice.`,
      );
    seen.add(name.toLowerCase());
    if (!aside.has(name)) query.set(name, equals < 0 ? "" : decode(pair.slice(equals + 1)));
  }
  return query;
}
