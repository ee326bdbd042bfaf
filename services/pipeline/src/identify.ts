import type { Exchange } from "./exchange.ts";
import type { Service } from "./service.ts";
import { header, headerValues } from "./wire.ts";

/** Service name in a credential scope: `AKID/20260101/us-east-1/SERVICE/aws4_request`. */
function scopeService(credential: string): string | undefined {
  const parts = credential.split("/");
  return parts.length >= 5 ? parts[parts.length - 2] : undefined;
}

/** The service that the signature names, wherever the signature stands. Its validity is checked later. */
export function signedService(exchange: Exchange): string | undefined {
  for (const value of headerValues(exchange.request, "authorization")) {
    const at = value.indexOf("Credential=");
    if (at < 0) continue;
    const credential = value.slice(at + "Credential=".length);
    const end = credential.search(/[, ]/);
    const service = scopeService(end < 0 ? credential : credential.slice(0, end));
    if (service !== undefined) return service;
  }
  const { query } = exchange.request;
  for (const pair of query === "" ? [] : query.split("&")) {
    if (!pair.toLowerCase().startsWith("x-amz-credential=")) continue;
    try {
      return scopeService(decodeURIComponent(pair.slice("X-Amz-Credential=".length)));
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** The `Action` of an unsigned query request, from the query string or a buffered form. */
function queryAction(text: string): string | undefined {
  for (const pair of text.split("&")) if (pair.startsWith("Action=")) return pair.slice("Action=".length);
  return undefined;
}

/** Services that answer unsigned or otherwise unnamed requests, by what the request looks like. */
export interface Directory {
  services: readonly Service[];
  /** The service for everything that names no other: S3, whose requests may be wholly anonymous. */
  fallback: Service;
  /** What answers a signed service that nobody here serves. */
  unknown: (signingName: string) => Service;
}

/**
 * Tells which service a request is for: by its signature's scope, else by target header, by `Action`, by
 * Host; everything else is S3's.
 *
 * INVARIANT: a guess here cannot widen access. The service verifies that the signature's scope names it, and
 * an unsigned request is anonymous wherever it lands.
 */
export function identify(exchange: Exchange, directory: Directory): Service {
  const signed = signedService(exchange);
  if (signed !== undefined)
    return directory.services.find((s) => s.signingNames.includes(signed)) ?? directory.unknown(signed);

  const named = (id: string): Service | undefined => directory.services.find((s) => s.id === id);
  const { request } = exchange;
  const target = header(request, "x-amz-target");
  if (target !== undefined) return directory.unknown(target.split(".")[0] ?? target);

  if (request.path.startsWith("/_rolecall/")) return named("rolecall") ?? directory.fallback;

  const contentType = header(request, "content-type") ?? "";
  const isForm = contentType.startsWith("application/x-www-form-urlencoded");
  const isRoot = /^\/+$/.test(request.path);
  const hasAction = queryAction(request.query) !== undefined;
  if (isRoot && (hasAction || (request.method === "POST" && isForm))) {
    // Unsigned query calls: only STS has any; IAM answers that a token is missing.
    const version = /(?:^|&)Version=([^&]*)/.exec(request.query)?.[1];
    const service = version === "2010-05-08" ? named("iam") : named("sts");
    if (service) return service;
  }
  const host = (header(request, "host") ?? "").toLowerCase();
  if (isRoot || request.method === "POST") {
    if (host.startsWith("iam.")) return named("iam") ?? directory.fallback;
    if (host.startsWith("sts.")) return named("sts") ?? directory.fallback;
  }
  return directory.fallback;
}
