import { equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { parseBoundedXml } from "./bounded-xml.ts";

const limits = { maxDepth: 5, maxNodes: 100, maxAttributesPerElement: 8 };
const problem = (text: string): string | undefined => {
  const parsed = parseBoundedXml(text, limits);
  return parsed.ok ? undefined : parsed.problem;
};

test("ordinary documents pass", () => {
  for (const text of [
    "<a/>",
    '<?xml version="1.0"?><a/>',
    "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\r\n<a>\t</a>",
    "<a x='&quot;&lt;&#x1F600;&#65;'>&amp;&gt;</a>",
    "<a><!-- & is no reference here --><![CDATA[nor & here]]></a>",
    "<p:a xmlns:p='u' x='a > b'>\u{1F600}</p:a>",
    "<a><b/></a >",
  ])
    equal(problem(text), undefined, text);
});

test("nothing reaches beyond the document, and nothing expands", () => {
  const declared = "it has a DOCTYPE or another declaration";
  equal(problem('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'), declared);
  equal(problem('<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'), declared);
  equal(problem("<a><!ELEMENT b EMPTY></a>"), declared);
  equal(
    problem('<?xml-stylesheet href="http://example.com/"?><a/>'),
    "its XML declaration is not one of XML 1.0",
  );
  equal(problem("<a/><?php echo 1 ?>"), "it has a processing instruction");
  equal(problem("<a><?b ?></a>"), "it has a processing instruction");
  const reference = "it has a reference to an entity that XML does not define";
  for (const text of [
    "<a>&b;</a>",
    "<a b='&c;'/>",
    "<a>&</a>",
    "<a>&amp</a>",
    "<a>&#0;</a>",
    "<a>&#xD800;</a>",
    "<a>&#x110000;</a>",
    "<a>&#1114112;</a>",
    "<a>&#;</a>",
  ])
    equal(problem(text), reference, text);
});

test("the encoding is UTF-8, and characters are those of XML", () => {
  equal(problem("\uFEFF<a/>"), "it begins with a byte order mark");
  equal(problem('<?xml version="1.0" encoding="ISO-8859-1"?><a/>'), "its encoding is not UTF-8");
  equal(problem('<?xml version="1.0" encoding="UTF-16"?><a/>'), "its encoding is not UTF-8");
  equal(problem('<?xml version="1.1"?><a/>'), "its XML declaration is not one of XML 1.0");
  equal(problem("<a>\u0000</a>"), "it holds the character U+0000, which XML does not allow");
  equal(problem("<a b='\u001F'/>"), "it holds the character U+001F, which XML does not allow");
  equal(problem("<a>\uDC00</a>"), "it holds the character U+DC00, which XML does not allow");
  equal(problem("<a>\uD800x</a>"), "it holds the character U+D800, which XML does not allow");
  equal(problem("<a>\uFFFF</a>"), "it holds the character U+FFFF, which XML does not allow");
});

test("depth, nodes and attributes are bounded", () => {
  equal(problem("<a>".repeat(5) + "</a>".repeat(5)), undefined);
  match(problem("<a>".repeat(6) + "</a>".repeat(6)) ?? "", /nested more than 5 deep/);
  match(problem(`<a>${"<b/>".repeat(100)}</a>`) ?? "", /more than 100 nodes/);
  match(problem(`<a>${"<!---->".repeat(100)}</a>`) ?? "", /more than 100 nodes/);
  match(problem(`<a>${"<![CDATA[]]>".repeat(100)}</a>`) ?? "", /more than 100 nodes/);
  match(problem(`<a>${"<b c='' d='' e=''/>".repeat(25)}</a>`) ?? "", /more than 100 nodes/);
  const nine = Array.from({ length: 9 }, (_, n) => `x${n}=""`).join(" ");
  match(problem(`<a ${nine}/>`) ?? "", /more than 8 attributes/);
});

test("what is not well-formed is refused, and its text is not repeated", () => {
  for (const text of [
    "",
    "secret",
    "<a>",
    "<a></b>",
    "<a/><b/>",
    "<a/>secret",
    "<a x='1' x='2'/>",
    "<a x=1/>",
    "<a x='<'/>",
    "<p:a/>",
    "<a",
    "<a x='",
    "<!-- ",
    "<a><![CDATA[</a>",
    "<a><!-- -- --></a>",
    "< a/>",
    "<1/>",
  ]) {
    const found = problem(text);
    ok(found !== undefined, text);
    ok(!found.includes("secret"), found);
  }
});

/** Bounded by the size of the text, not by a clock: the characters that were searched are counted. */
test("a hostile text is looked at once: the cost is linear in its length", (t) => {
  const { indexOf } = String.prototype;
  let looks = 0;
  t.mock.method(String.prototype, "indexOf", function counting(this: string, mark: string, from = 0): number {
    const at = indexOf.call(this, mark, from);
    looks += (at === -1 ? this.length : at) - Math.min(from, this.length) + 1;
    return at;
  });
  const wide = { maxDepth: 5, maxNodes: 1_000_000, maxAttributesPerElement: 1_000_000 };
  const cost = (text: string): number => {
    looks = 0;
    parseBoundedXml(text, wide);
    return looks;
  };
  const hostile: ((units: number) => string)[] = [
    (units) => "<a>".repeat(units),
    (units) => `<a>${"&amp;".repeat(units)}`,
    (units) => `<a>${"<b/>".repeat(units)}</a>`,
    (units) => `<a>${"<b/>&".repeat(units)}`,
    (units) => `<a ${"b='' ".repeat(units)}/>`,
    (units) => `<a>${"<!--x".repeat(units)}`,
    (units) => `<a>${"<!---->".repeat(units)}`,
    (units) => `<a b='${"'".repeat(units)}`,
    (units) => "<".repeat(units),
  ];
  for (const text of hostile) {
    const small = cost(text(2_000));
    const large = cost(text(20_000));
    ok(large <= 12 * small + 1000, `${text(3)}: ${small}, then ${large}`);
  }
});
