import { canonicalHeaderValue, canonicalHeaders } from "../canonical-request.ts";
import type { HttpRequestHead } from "../request-head.ts";
import { uriDecode } from "../uri-encode.ts";

/**
 * Query parameters that are part of the signed resource: the documented sub-resources and response overrides, and the
 * later ones that the stock SDKs sign.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#ConstructingTheCanonicalizedResourceElement
 */
const signedParameters = new Set(
  (
    "acl lifecycle location logging notification partNumber policy requestPayment torrent uploadId " +
    "uploads versionId versioning versions website delete response-content-type " +
    "response-content-language response-expires response-cache-control response-content-disposition " +
    "response-content-encoding accelerate analytics cors defaultObjectAcl inventory metrics " +
    "object-lock replication restore select select-type storageClass tagging"
  ).split(" "),
);

/**
 * Query parameters that may stand uncovered: they narrow a listing and name no other operation. Anything else, such
 * as `?encryption`, would turn a signed link into a request for something its signer never saw.
 */
const harmlessParameters = new Set(
  (
    "prefix delimiter marker max-keys encoding-type list-type continuation-token start-after " +
    "fetch-owner key-marker version-id-marker upload-id-marker max-uploads part-number-marker " +
    "max-parts x-id AWSAccessKeyId Signature Expires"
  ).split(" "),
);

/** The name of a query parameter that Signature Version 2 would leave open to change, if there is one. */
export function uncoveredParameter(head: HttpRequestHead, form: "header" | "query"): string | undefined {
  const headers = canonicalHeaders(head.headers);
  const seen = new Set<string>();
  for (const [name, value] of parametersOf(head.query)) {
    if (signedParameters.has(name)) {
      if (value !== undefined && hidesParameter(uriDecode(value))) return name;
    } else if (isHeaderParameter(name)) {
      // Only links carry headers in the query. Of two values one alone is signed, and nobody knows which the next
      // reader takes.
      if (form === "header" || headers.has(name) || seen.has(name)) return name;
      seen.add(name);
    } else if (!harmlessParameters.has(name)) return name;
  }
  return undefined;
}

const isHeaderParameter = (name: string): boolean =>
  name.startsWith("x-amz-") || name === "content-md5" || name === "content-type";

/**
 * Values are signed decoded, so `partNumber=1%26uploadId=X` signs as `partNumber=1&uploadId=X` does. A value that
 * reads as further signed parameters is refused.
 */
function hidesParameter(value: string): boolean {
  return value
    .split("&")
    .slice(1)
    .some((part) => signedParameters.has(part.split("=", 1)[0] ?? ""));
}

/**
 * What Signature Version 2 signs.
 *
 * In the query form `Expires` takes the place of the date, and `x-amz-*`, `content-type` and `content-md5` parameters
 * count as headers: boto3 signs them as headers and then moves them into the link.
 *
 * @param date  value of the `Date` header, or of `Expires`; empty when `x-amz-date` is sent
 * @param bucket  of the Host, for virtual-hosted requests
 * @param path  another spelling of the same path
 */
export function sigV2StringToSign(
  head: HttpRequestHead,
  date: string,
  bucket: string | null,
  form: "header" | "query",
  path: string = head.path,
): string {
  const headers = canonicalHeaders(head.headers);
  if (form === "query") {
    for (const [name, value] of parametersOf(head.query)) {
      if (isHeaderParameter(name) && !headers.has(name))
        headers.set(name, canonicalHeaderValue(uriDecode(value ?? "")));
    }
  }
  let amzHeaders = "";
  for (const name of [...headers.keys()].filter((n) => n.startsWith("x-amz-")).sort())
    amzHeaders += `${name}:${headers.get(name) ?? ""}\n`;
  const contentMd5 = headers.get("content-md5") ?? "";
  const contentType = headers.get("content-type") ?? "";
  return `${head.method}\n${contentMd5}\n${contentType}\n${date}\n${amzHeaders}${canonicalResource(head.query, path, bucket)}`;
}

function canonicalResource(rawQuery: string, rawPath: string, bucket: string | null): string {
  const signed = parametersOf(rawQuery).filter(([name]) => signedParameters.has(name));
  signed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const query = signed
    .map(([name, value]) => (value === undefined ? name : `${name}=${uriDecode(value)}`))
    .join("&");
  const path = `${bucket === null ? "" : `/${bucket}`}${rawPath === "" ? "/" : rawPath}`;
  return query === "" ? path : `${path}?${query}`;
}

/** Names decoded, values raw; a parameter without `=` has no value. */
function parametersOf(query: string): [name: string, value: string | undefined][] {
  const parameters: [string, string | undefined][] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    parameters.push(
      equals < 0 ? [uriDecode(part), undefined] : [uriDecode(part.slice(0, equals)), part.slice(equals + 1)],
    );
  }
  return parameters;
}
