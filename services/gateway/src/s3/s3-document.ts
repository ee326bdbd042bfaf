import { DOMParser, onErrorStopParsing } from "@xmldom/xmldom";
import type { Element } from "@xmldom/xmldom";
import { awsError } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";

export const malformedXml = (): AwsError =>
  awsError(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );

/** The upstream would read other characters than we do. */
const otherEncoding = /^\uFEFF?<\?xml[^>]{0,200}\sencoding\s{0,10}=\s{0,10}["'](?!utf-8["'])/i;

/** The root element of a request's document. Document types are refused: nothing good has one. @throws MalformedXML */
export function parseS3Document(body: Uint8Array, rootName: string): Element {
  const text = Buffer.from(body).toString("utf8");
  if (/<!DOCTYPE/i.test(text) || otherEncoding.test(text)) throw malformedXml();
  let root: Element | null;
  try {
    root = new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, "text/xml").documentElement;
  } catch {
    throw malformedXml();
  }
  if (root?.localName !== rootName) throw malformedXml();
  return root;
}

/** Child elements with that name, or all. */
export function childrenOf(parent: Element, name?: string): Element[] {
  const found: Element[] = [];
  for (let node = parent.firstChild; node; node = node.nextSibling)
    if (node.nodeType === node.ELEMENT_NODE && (name === undefined || (node as Element).localName === name))
      found.push(node as Element);
  return found;
}

/** Text of the one child with that name; undefined when there is none. @throws MalformedXML when there are several */
export function childText(parent: Element, name: string): string | undefined {
  const [first, second] = childrenOf(parent, name);
  if (second) throw malformedXml();
  return first?.textContent ?? undefined;
}
