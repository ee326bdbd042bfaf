/** The issuer's URL without `https://`, as provider records, ARNs and condition keys have it; or why it is none. */
export type IssuerUrl = { ok: true; url: string } | { ok: false; problem: string };

const scheme = "https://";
const maxUrlChars = 255;
const hostPattern =
  /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
/** RFC 3986 `pchar` and the slash. */
const pathPattern = /^(?:\/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*$/;

/**
 * The URL of an OpenID Connect issuer: https, a host, perhaps a path. No user, query or fragment: the discovery
 * document stands below it. Nothing is normalised, for it must equal the `iss` of tokens to the letter; so a slash
 * at the end is part of it.
 *
 * A port is accepted, although the page says that there should not be one: issuers that people run themselves
 * often have one.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
export function parseIssuerUrl(text: string): IssuerUrl {
  if (text.length > maxUrlChars) return { ok: false, problem: `it is longer than ${maxUrlChars} characters` };
  if (!text.startsWith(scheme)) return { ok: false, problem: "it does not begin with https://" };
  const url = text.slice(scheme.length);
  if (url.includes("?")) return { ok: false, problem: "it has a query" };
  if (url.includes("#")) return { ok: false, problem: "it has a fragment" };
  const slash = url.indexOf("/");
  const authority = slash === -1 ? url : url.slice(0, slash);
  const path = slash === -1 ? "" : url.slice(slash);
  if (authority.includes("@")) return { ok: false, problem: "it names a user" };
  const colon = authority.indexOf(":");
  const host = colon === -1 ? authority : authority.slice(0, colon);
  if (!hostPattern.test(host)) return { ok: false, problem: "it has no valid host" };
  if (colon !== -1 && !isPort(authority.slice(colon + 1)))
    return { ok: false, problem: "it has no valid port" };
  if (!pathPattern.test(path))
    return { ok: false, problem: "its path holds characters that a URL does not allow" };
  // Clients would ask for another path than the one that is registered.
  if (path.split("/").some((segment) => segment === "." || segment === ".."))
    return { ok: false, problem: "its path has dot segments" };
  return { ok: true, url };
}

const isPort = (text: string): boolean => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
