/**
 * Text as the content of an XML element.
 *
 * A carriage return is written as a reference because parsers turn a bare one into a line feed: SAML metadata must come
 * back byte for byte. Characters that XML 1.0 cannot hold in any spelling (controls, lone surrogates, U+FFFE, U+FFFF)
 * become U+FFFD, because one of them makes the whole answer unreadable to a client.
 */
export function xmlText(text: string): string {
  return special.test(text) ? text.replace(specials, (character) => references[character] ?? "\uFFFD") : text;
}

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};

const source = '[&<>"\\u0000-\\u0008\\u000B-\\u001F\\uD800-\\uDFFF\\uFFFE\\uFFFF]';
// Every surrogate, which is seen in half the time.
const special = new RegExp(source);
// With `u`, a surrogate in the class means a lone one only.
const specials = new RegExp(source, "gu");
