import { Node } from "@xmldom/xmldom";
import type { Element } from "@xmldom/xmldom";

export const metadataNamespace = "urn:oasis:names:tc:SAML:2.0:metadata";
export const signatureNamespace = "http://www.w3.org/2000/09/xmldsig#";

/** Child elements with that name; names of other namespaces are other names. */
export function childrenOf(parent: Element, namespace: string, localName: string): Element[] {
  const found: Element[] = [];
  for (let child = parent.firstChild; child; child = child.nextSibling) {
    if (child.nodeType !== Node.ELEMENT_NODE) continue;
    const element = child as Element;
    if (element.namespaceURI === namespace && element.localName === localName) found.push(element);
  }
  return found;
}

/** Descendants along a path of names in one namespace. */
export function descend(parent: Element, namespace: string, ...path: readonly string[]): Element[] {
  return path.reduce<Element[]>(
    (elements, name) => elements.flatMap((element) => childrenOf(element, namespace, name)),
    [parent],
  );
}

/** The value of an attribute without a namespace; undefined when it is absent. */
export const attribute = (element: Element, name: string): string | undefined =>
  element.getAttributeNS(null, name) ?? undefined;
