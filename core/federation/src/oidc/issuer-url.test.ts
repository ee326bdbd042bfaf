import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { parseIssuerUrl } from "./issuer-url.ts";

test("issuers keep their spelling, without the scheme", () => {
  for (const url of [
    "idp.example.com",
    "IDP.Example.com/Realms/Main/",
    "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E",
    "localhost:5556/dex",
    "192.0.2.1/x",
    "idp.example.com/a%20b/~c;d=e",
  ])
    deepEqual(parseIssuerUrl(`https://${url}`), { ok: true, url });
});

test("what is no issuer is refused", () => {
  const problems: [string, string][] = [
    ["idp.example.com", "it does not begin with https://"],
    ["http://idp.example.com", "it does not begin with https://"],
    ["HTTPS://idp.example.com", "it does not begin with https://"],
    ["https://", "it has no valid host"],
    ["https:///path", "it has no valid host"],
    ["https://idp_x.example.com", "it has no valid host"],
    ["https://-idp.example.com", "it has no valid host"],
    ["https://idp..example.com", "it has no valid host"],
    ["https://idp.example.com\\@evil.example", "it names a user"],
    ["https://[::1]/x", "it has no valid host"],
    ["https://ana@idp.example.com", "it names a user"],
    ["https://idp.example.com:0", "it has no valid port"],
    ["https://idp.example.com:65536", "it has no valid port"],
    ["https://idp.example.com:", "it has no valid port"],
    ["https://idp.example.com?a=1", "it has a query"],
    ["https://idp.example.com/#x", "it has a fragment"],
    ["https://idp.example.com/a b", "its path holds characters that a URL does not allow"],
    ["https://idp.example.com/\u00e9", "its path holds characters that a URL does not allow"],
    ["https://idp.example.com/%zz", "its path holds characters that a URL does not allow"],
    ["https://idp.example.com/../x", "its path has dot segments"],
    [`https://idp.example.com/${"x".repeat(255)}`, "it is longer than 255 characters"],
  ];
  for (const [text, problem] of problems) deepEqual(parseIssuerUrl(text), { ok: false, problem }, text);
  equal(parseIssuerUrl(`https://${"a".repeat(247)}`).ok, true);
});
