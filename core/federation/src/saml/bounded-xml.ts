import { DOMParser, onWarningStopParsing } from "@xmldom/xmldom";
import type { Document } from "@xmldom/xmldom";

/** Bounds on what a document may make the parser build; an ordinary metadata document has a few hundred nodes. */
export interface XmlLimits {
  maxDepth: number;
  /** Elements, attributes, comments and CDATA sections together. */
  maxNodes: number;
  maxAttributesPerElement: number;
}

export type BoundedXml = { ok: true; document: Document } | { ok: false; problem: string };

/**
 * A well-formed document without anything that reaches beyond itself: no DOCTYPE and so no entities of its own, no
 * processing instructions, UTF-8 and XML 1.0 only. The bounds are checked in one pass over the text, before a tree
 * is built: the cost of a refusal is linear in the text's length, which the caller bounds.
 */
export function parseBoundedXml(text: string, limits: XmlLimits): BoundedXml {
  const problem = findProblem(text, limits);
  if (problem !== undefined) return { ok: false, problem };
  try {
    const document = new DOMParser({ onError: onWarningStopParsing }).parseFromString(text, "text/xml");
    return { ok: true, document };
  } catch {
    // The parser's message may quote the document.
    return { ok: false, problem: "it is not well-formed XML" };
  }
}

const declaration =
  /^<\?xml[\t\n\r ]+version=(?:"1\.0"|'1\.0')(?:[\t\n\r ]+encoding=(?:"([\w.-]{1,40})"|'([\w.-]{1,40})'))?(?:[\t\n\r ]+standalone=(?:"(?:yes|no)"|'(?:yes|no)'))?[\t\n\r ]*\?>/;

function findProblem(text: string, limits: XmlLimits): string | undefined {
  if (text.startsWith("\uFEFF")) return "it begins with a byte order mark";
  const character = forbiddenCharacter(text);
  if (character !== undefined) return `it holds the character ${character}, which XML does not allow`;
  if (!text.startsWith("<?xml")) return markupProblem(text, 0, limits);
  const declared = declaration.exec(text.slice(0, 300));
  if (!declared) return "its XML declaration is not one of XML 1.0";
  const encoding = (declared[1] ?? declared[2] ?? "utf-8").toLowerCase();
  if (encoding !== "utf-8" && encoding !== "us-ascii") return "its encoding is not UTF-8";
  return markupProblem(text, declared[0].length, limits);
}

/** Controls other than tab, line feed and carriage return, half surrogate pairs, U+FFFE and U+FFFF. */
function forbiddenCharacter(text: string): string | undefined {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x20 && unit < 0xd800) continue;
    if (unit === 0x9 || unit === 0xa || unit === 0xd || (unit >= 0xe000 && unit <= 0xfffd)) continue;
    if (unit < 0xdc00 && unit >= 0xd800 && isLowSurrogate(text.charCodeAt(at + 1))) at++;
    else return `U+${unit.toString(16).toUpperCase().padStart(4, "0")}`;
  }
  return undefined;
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** Walks over the markup from `<` to `<`. What is not well-formed in other ways is left to the parser. */
function markupProblem(text: string, from: number, limits: XmlLimits): string | undefined {
  const references = { text, next: text.indexOf("&", from) };
  let depth = 0;
  let nodes = 0;
  for (let at = from; ;) {
    const open = text.indexOf("<", at);
    const problem = referenceProblem(references, at, open === -1 ? text.length : open);
    if (problem !== undefined) return problem;
    if (open === -1) return undefined;
    if (text.startsWith("<?", open)) return "it has a processing instruction";
    if (text.startsWith("</", open)) {
      depth--;
      at = open + 2;
      continue;
    }
    nodes++;
    const section = sectionEnd(text, open);
    if (section === "declaration") return "it has a DOCTYPE or another declaration";
    if (section === "open") return "it is not well-formed XML";
    if (section !== undefined) {
      if (nodes > limits.maxNodes) return tooManyNodes(limits);
      at = section;
      continue;
    }
    const tag = walkTag(references, open + 1);
    if (typeof tag === "string") return tag;
    nodes += tag.attributes;
    if (nodes > limits.maxNodes) return tooManyNodes(limits);
    if (tag.attributes > limits.maxAttributesPerElement)
      return `an element has more than ${limits.maxAttributesPerElement} attributes`;
    if (!tag.isEmpty && ++depth > limits.maxDepth)
      return `its elements are nested more than ${limits.maxDepth} deep`;
    at = tag.end;
  }
}

const tooManyNodes = ({ maxNodes }: XmlLimits): string => `it has more than ${maxNodes} nodes`;

/** Where a comment or CDATA section ends; undefined for what is a tag. */
function sectionEnd(text: string, open: number): number | "declaration" | "open" | undefined {
  if (text[open + 1] !== "!") return undefined;
  const end = text.startsWith("<!--", open)
    ? endOf(text, "-->", open + 4)
    : text.startsWith("<![CDATA[", open)
      ? endOf(text, "]]>", open + 9)
      : "declaration";
  return end;
}

function endOf(text: string, mark: string, from: number): number | "open" {
  const at = text.indexOf(mark, from);
  return at === -1 ? "open" : at + mark.length;
}

interface Tag {
  /** Just after its `>`. */
  end: number;
  attributes: number;
  isEmpty: boolean;
}

/** Walks over a start tag; `>` inside a quoted value does not end it. */
function walkTag(references: References, from: number): Tag | string {
  const { text } = references;
  let attributes = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === ">") return { end: at + 1, attributes, isEmpty: text[at - 1] === "/" };
    if (char !== '"' && char !== "'") continue;
    const close = text.indexOf(char, at + 1);
    if (close === -1) break;
    const problem = referenceProblem(references, at + 1, close);
    if (problem !== undefined) return problem;
    attributes++;
    at = close;
  }
  return "it is not well-formed XML";
}

const predefined = new Set(["amp", "lt", "gt", "quot", "apos"]);
const longestReference = 10;

/** Where the next `&` is. It only moves on: looking for it anew each time would cost the whole text each time. */
interface References {
  readonly text: string;
  /** -1 when there is none any more. */
  next: number;
}

/** References other than to XML's own five entities and to characters that XML allows. */
function referenceProblem(references: References, from: number, to: number): string | undefined {
  const { text } = references;
  if (references.next !== -1 && references.next < from) references.next = text.indexOf("&", from);
  for (; references.next !== -1 && references.next < to;) {
    const start = references.next + 1;
    const end = text.slice(start, start + longestReference).indexOf(";");
    const name = end === -1 ? "" : text.slice(start, start + end);
    if (!predefined.has(name) && !isCharacterReference(name))
      return "it has a reference to an entity that XML does not define";
    references.next = text.indexOf("&", start);
  }
  return undefined;
}

function isCharacterReference(name: string): boolean {
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
  if (!digits) return false;
  const point = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  return point <= 0x10ffff && forbiddenCharacter(String.fromCodePoint(point)) === undefined;
}
