import { type AwsError, MalformedQueryString } from "@rolecall/model";

/** Parameters of one request: name to value, each name once. */
export type Parameters = ReadonlyMap<string, string>;

export type ParsedForm =
  | { readonly ok: true; readonly params: Map<string, string> }
  | { readonly ok: false; readonly error: AwsError };

// No operation can use as many: the largest lists of the models have 200 items.
const maxParameters = 4096;
const maxNameLength = 512;

/**
 * Reads `application/x-www-form-urlencoded`: the body of a POST, or the query string without its question mark.
 * `+` and `%20` are both blanks; clients send either.
 *
 * Linear in the length of the text, which the caller bounds.
 *
 * @returns MalformedQueryString for a broken percent sequence, for what is no UTF-8, and for a name that comes twice:
 *   of two values one would be checked and the other used.
 */
export function parseForm(form: string | Uint8Array): ParsedForm {
  const text = typeof form === "string" ? form : decodeUtf8(form);
  if (text === undefined) return malformed("The request is not valid UTF-8");
  const params = new Map<string, string>();
  for (let start = 0; start < text.length;) {
    const ampersand = text.indexOf("&", start);
    const end = ampersand === -1 ? text.length : ampersand;
    if (end > start) {
      if (params.size >= maxParameters)
        return malformed(`The request has more than ${maxParameters} parameters`);
      const equals = text.indexOf("=", start);
      const nameEnd = equals === -1 || equals > end ? end : equals;
      if (nameEnd - start > 3 * maxNameLength) return malformed("A parameter's name is too long");
      const name = decodeComponent(text.slice(start, nameEnd));
      const value = nameEnd === end ? "" : decodeComponent(text.slice(nameEnd + 1, end));
      if (name === undefined || value === undefined)
        return malformed("The query string contains a syntax error");
      if (name.length > maxNameLength) return malformed("A parameter's name is too long");
      if (params.has(name)) return malformed(`The parameter ${name} is given more than once`);
      params.set(name, value);
    }
    start = end + 1;
  }
  return { ok: true, params };
}

/**
 * The parameters of a request that may have them in its query string, in its body, or some here and some there.
 *
 * Those that carry a signature in the query (`X-Amz-…`) are left out: they say who signs, not what is asked.
 *
 * @returns MalformedQueryString when a name stands in both places
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/making-query-requests.html
 */
export function mergeForms(query: Parameters, body: Parameters): ParsedForm {
  const params = new Map<string, string>();
  for (const [name, value] of query) if (!signatureParameters.has(name)) params.set(name, value);
  for (const [name, value] of body) {
    if (signatureParameters.has(name)) continue;
    if (params.has(name)) return malformed(`The parameter ${name} is given more than once`);
    params.set(name, value);
  }
  return { ok: true, params };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html */
const signatureParameters: ReadonlySet<string> = new Set([
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-Region-Set",
  "X-Amz-Security-Token",
  "X-Amz-Signature",
  "X-Amz-SignedHeaders",
]);

function malformed(message: string): ParsedForm {
  return { ok: false, error: MalformedQueryString(message) };
}

// The mark is kept: it is no blank in a parameter's name, and TextDecoder would drop it unseen.
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeComponent(text: string): string | undefined {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced); // refuses broken sequences, overlong forms and surrogates
  } catch {
    return undefined;
  }
}
