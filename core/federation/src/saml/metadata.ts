import type { Element } from "@xmldom/xmldom";
import { parseBoundedXml } from "./bounded-xml.ts";
import { attribute, childrenOf, descend, metadataNamespace, signatureNamespace } from "./elements.ts";
import { readCertificate } from "./signing-certificate.ts";
import type { SigningCertificate } from "./signing-certificate.ts";

/** One identity provider of a metadata document. */
export interface SamlIdentityProvider {
  /** The issuer of its assertions. */
  entityId: string;
  /** At least one; each once. */
  signingCertificates: SigningCertificate[];
  /** Where a browser is sent to sign in, in the document's order. */
  singleSignOnServices: { binding: string; location: string }[];
}

/** What a metadata document says, or why it says nothing that can be used. */
export type SamlMetadata =
  | {
      ok: true;
      /** At least one. */
      identityProviders: SamlIdentityProvider[];
      /** The earliest end of validity that it states, milliseconds since 1970. It may be past. */
      validUntilMs: number | undefined;
    }
  | {
      ok: false;
      /** Parts of a sentence, `a certificate is not X.509`. Nothing of the document is in them. */
      problems: string[];
    };

const limits = { maxDepth: 40, maxNodes: 50_000, maxAttributesPerElement: 64 } as const;
const samlProtocol = "urn:oasis:names:tc:SAML:2.0:protocol";
/** SAML core 8.3.6 */
const maxEntityIdChars = 1024;
const maxLocationChars = 4096;

/**
 * Reads SAML 2.0 metadata of identity providers: one `EntityDescriptor`, or several in an `EntitiesDescriptor`.
 * Service providers in it are passed over. Its own signature is not looked at: it is trusted because an
 * administrator registered it.
 *
 * @param document  length bounded by the caller; the cost is linear in it
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
 */
export function parseSamlMetadata(document: string): SamlMetadata {
  const xml = parseBoundedXml(document, limits);
  if (!xml.ok) return { ok: false, problems: [xml.problem] };
  const reading: Reading = { identityProviders: [], ends: [], problems: [] };
  const root = xml.document.documentElement;
  if (root?.namespaceURI === metadataNamespace && root.localName === "EntitiesDescriptor")
    readEntities(root, reading);
  else if (root?.namespaceURI === metadataNamespace && root.localName === "EntityDescriptor")
    readEntity(root, reading);
  else return { ok: false, problems: ["its root is not an EntityDescriptor of SAML 2.0 metadata"] };

  const { identityProviders, problems, ends } = reading;
  if (problems.length === 0 && identityProviders.length === 0)
    problems.push("it describes no identity provider of SAML 2.0");
  const ids = new Set(identityProviders.map(({ entityId }) => entityId));
  if (ids.size < identityProviders.length) problems.push("it describes an identity provider twice");
  if (problems.length > 0) return { ok: false, problems: [...new Set(problems)] };
  return { ok: true, identityProviders, validUntilMs: ends.length > 0 ? Math.min(...ends) : undefined };
}

interface Reading {
  identityProviders: SamlIdentityProvider[];
  ends: number[];
  problems: string[];
}

function readEntities(entities: Element, reading: Reading): void {
  readEnd(entities, reading);
  for (const nested of childrenOf(entities, metadataNamespace, "EntitiesDescriptor"))
    readEntities(nested, reading);
  for (const entity of childrenOf(entities, metadataNamespace, "EntityDescriptor"))
    readEntity(entity, reading);
}

function readEntity(entity: Element, reading: Reading): void {
  const descriptors = childrenOf(entity, metadataNamespace, "IDPSSODescriptor").filter((descriptor) =>
    (attribute(descriptor, "protocolSupportEnumeration") ?? "").split(/[\t\n\r ]+/).includes(samlProtocol),
  );
  if (descriptors.length === 0) return;
  readEnd(entity, reading);
  const entityId = attribute(entity, "entityID") ?? "";
  if (entityId === "") reading.problems.push("an EntityDescriptor has no entityID");
  if (entityId.length > maxEntityIdChars) reading.problems.push("an entityID is too long");
  const certificates = new Map<string, SigningCertificate>();
  const singleSignOnServices = descriptors.flatMap((descriptor) => {
    readEnd(descriptor, reading);
    for (const certificate of signingCertificates(descriptor, reading))
      certificates.set(certificate.sha256, certificate);
    return signOnServices(descriptor, reading);
  });
  if (certificates.size === 0 && reading.problems.length === 0)
    reading.problems.push("an identity provider has no signing certificate");
  if (singleSignOnServices.length === 0)
    reading.problems.push("an identity provider has no SingleSignOnService");
  reading.identityProviders.push({
    entityId,
    signingCertificates: [...certificates.values()],
    singleSignOnServices,
  });
}

/** Keys for signing are those that say so and those that do not say what they are for. */
function signingCertificates(descriptor: Element, reading: Reading): SigningCertificate[] {
  const found: SigningCertificate[] = [];
  for (const key of childrenOf(descriptor, metadataNamespace, "KeyDescriptor")) {
    const use = attribute(key, "use");
    if (use !== undefined && use !== "signing") continue;
    const contents = descend(key, signatureNamespace, "KeyInfo", "X509Data", "X509Certificate");
    for (const { textContent } of contents) {
      const read = readCertificate(textContent ?? "");
      if (read.ok) found.push(read.certificate);
      else reading.problems.push(read.problem);
    }
  }
  return found;
}

function signOnServices(descriptor: Element, reading: Reading): SamlIdentityProvider["singleSignOnServices"] {
  return childrenOf(descriptor, metadataNamespace, "SingleSignOnService").map((service) => {
    const binding = attribute(service, "Binding") ?? "";
    const location = attribute(service, "Location") ?? "";
    // Browsers are sent there: no scheme that runs in the page that sends them.
    if (binding === "" || !/^https?:\/\/./i.test(location) || location.length > maxLocationChars)
      reading.problems.push("a SingleSignOnService has no Binding or no usable Location");
    return { binding, location };
  });
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/** `validUntil`; a time without a zone is UTC (SAML core 1.3.3). */
function readEnd(element: Element, reading: Reading): void {
  const text = attribute(element, "validUntil");
  if (text === undefined) return;
  const zone = dateTime.exec(text);
  const endMs = zone ? Date.parse(zone[1] === undefined ? `${text}Z` : text) : Number.NaN;
  if (Number.isNaN(endMs)) reading.problems.push("a validUntil is not a dateTime");
  else reading.ends.push(endMs);
}
