import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sampleCertificates, sampleMetadata } from "../testing.ts";
import { parseSamlMetadata } from "./metadata.ts";

const { rsa2048, rsa1024, rsa512, ec256, repeatedExtension } = sampleCertificates;

/** The problems of a document that must have some. */
function problemsOf(document: string): string[] {
  const parsed = parseSamlMetadata(document);
  ok(!parsed.ok, "the document must be refused");
  return parsed.problems;
}

test("metadata gives issuer, signing certificates, sign-on services and the end of validity", () => {
  const parsed = parseSamlMetadata(
    sampleMetadata({
      entityId: "https://idp.example.com/?a=1&amp;b=2",
      certificates: [rsa2048, ec256, rsa2048],
      rootAttributes: 'validUntil="2030-01-02T03:04:05.678Z"',
    }),
  );
  ok(parsed.ok);
  equal(parsed.validUntilMs, Date.UTC(2030, 0, 2, 3, 4, 5, 678));
  const [idp, ...others] = parsed.identityProviders;
  equal(others.length, 0);
  equal(idp?.entityId, "https://idp.example.com/?a=1&b=2");
  deepEqual(
    idp?.signingCertificates.map(({ der }) => der),
    [rsa2048, ec256],
  );
  ok(idp?.signingCertificates.every(({ notAfterMs, sha256 }) => notAfterMs > 0 && sha256.length === 64));
  deepEqual(idp?.singleSignOnServices, [
    { binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", location: "https://idp.example.com/sso" },
  ]);
});

test("names of elements are names in a namespace, whatever the prefix", () => {
  const unprefixed = sampleMetadata()
    .replaceAll(/(<\/?)md:/g, "$1")
    .replace("xmlns:md=", "xmlns=");
  ok(unprefixed.includes("<EntityDescriptor xmlns="));
  ok(parseSamlMetadata(unprefixed).ok);
  const foreign = sampleMetadata().replace("urn:oasis:names:tc:SAML:2.0:metadata", "urn:example:metadata");
  deepEqual(problemsOf(foreign), ["its root is not an EntityDescriptor of SAML 2.0 metadata"]);
  // A key in another namespace is no key.
  deepEqual(problemsOf(sampleMetadata().replace("http://www.w3.org/2000/09/xmldsig#", "urn:example:dsig")), [
    "an identity provider has no signing certificate",
  ]);
});

test("several identity providers stand in one document, service providers among them", () => {
  const entity = (id: string): string =>
    sampleMetadata({ entityId: id, prologue: "", rootAttributes: `validUntil="203${id}-01-01T00:00:00Z"` });
  const service = entity("7").replaceAll("IDPSSODescriptor", "SPSSODescriptor");
  const all = (...entities: string[]): string =>
    `<x:EntitiesDescriptor xmlns:x="urn:oasis:names:tc:SAML:2.0:metadata">${entities.join("")}</x:EntitiesDescriptor>`;
  const parsed = parseSamlMetadata(all(entity("4"), service, all(entity("3"))));
  ok(parsed.ok);
  deepEqual(parsed.identityProviders.map(({ entityId }) => entityId).sort(), ["3", "4"]);
  equal(parsed.validUntilMs, Date.UTC(2033, 0, 1));
  deepEqual(problemsOf(all(service)), ["it describes no identity provider of SAML 2.0"]);
  deepEqual(problemsOf(all(entity("4"), entity("4"))), ["it describes an identity provider twice"]);
});

test("what cannot verify an assertion is refused", () => {
  const cases: [string, string][] = [
    [sampleMetadata({ certificates: [] }), "an identity provider has no signing certificate"],
    [
      sampleMetadata().replaceAll('use="signing"', 'use="encryption"'),
      "an identity provider has no signing certificate",
    ],
    [sampleMetadata({ certificates: ["AAAA"] }), "a certificate is not X.509"],
    [sampleMetadata({ certificates: [repeatedExtension] }), "a certificate repeats an extension"],
    [sampleMetadata({ certificates: ["!!"] }), "a certificate is not base64"],
    [sampleMetadata({ certificates: ["A".repeat(70_000)] }), "a certificate is too long"],
    [
      sampleMetadata({ certificates: [rsa512] }),
      "a certificate's key is neither EC nor RSA of 1024 bits or more",
    ],
    [sampleMetadata({ entityId: "" }), "an EntityDescriptor has no entityID"],
    [sampleMetadata({ entityId: "x".repeat(1025) }), "an entityID is too long"],
    [
      sampleMetadata({ location: "javascript:alert(1)" }),
      "a SingleSignOnService has no Binding or no usable Location",
    ],
    [sampleMetadata({ rootAttributes: 'validUntil="tomorrow"' }), "a validUntil is not a dateTime"],
    [
      sampleMetadata({ rootAttributes: 'validUntil="2030-13-01T00:00:00Z"' }),
      "a validUntil is not a dateTime",
    ],
    [
      sampleMetadata().replaceAll("SAML:2.0:protocol", "SAML:1.1:protocol"),
      "it describes no identity provider of SAML 2.0",
    ],
    [
      sampleMetadata().replace(/<md:SingleSignOnService[^>]*>/, ""),
      "an identity provider has no SingleSignOnService",
    ],
  ];
  for (const [document, problem] of cases) deepEqual(problemsOf(document), [problem]);
  ok(parseSamlMetadata(sampleMetadata({ certificates: [rsa1024] })).ok);
  const trailing = Buffer.concat([Buffer.from(rsa2048, "base64"), Buffer.from("more")]).toString("base64");
  deepEqual(problemsOf(sampleMetadata({ certificates: [trailing] })), ["a certificate is not X.509"]);
});

test("a time without a zone is UTC, one with an offset is converted", () => {
  const until = (value: string): number | undefined => {
    const parsed = parseSamlMetadata(sampleMetadata({ rootAttributes: `validUntil="${value}"` }));
    ok(parsed.ok);
    return parsed.validUntilMs;
  };
  equal(until("2030-01-01T00:00:00"), Date.UTC(2030, 0, 1));
  equal(until("2030-01-01T02:00:00+02:00"), Date.UTC(2030, 0, 1));
  const parsed = parseSamlMetadata(sampleMetadata());
  ok(parsed.ok && parsed.validUntilMs === undefined);
});

test("whatever is done to a document, it is read or refused, never more", () => {
  const document = sampleMetadata({ rootAttributes: 'validUntil="2030-01-01T00:00:00Z"' });
  const piece = fc.oneof(
    fc.constantFrom(
      "<",
      ">",
      "&",
      "&amp;",
      "</",
      "/>",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "<?x?>",
      "<!DOCTYPE a>",
      "'",
      '"',
      "xmlns:",
      "=",
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  const place = fc.nat(document.length);
  fc.assert(
    fc.property(place, place, piece, (from, to, inserted) => {
      const changed = document.slice(0, from) + inserted + document.slice(Math.max(from, to - 40));
      const parsed = parseSamlMetadata(changed);
      if (parsed.ok) ok(parsed.identityProviders.every((idp) => idp.signingCertificates.length > 0));
      else ok(parsed.problems.length > 0);
    }),
    { numRuns: 500 },
  );
});
