import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mergeForms, parseForm } from "./form.ts";

function entries(form: string | Uint8Array): [string, string][] | string {
  const parsed = parseForm(form);
  return parsed.ok ? [...parsed.params] : `${parsed.error.code}: ${parsed.error.message}`;
}

test("forms are read as browsers and SDKs write them", () => {
  const rows: [string, [string, string][]][] = [
    ["", []],
    ["&&", []],
    ["a=b", [["a", "b"]]],
    ["a", [["a", ""]]],
    ["a=", [["a", ""]]],
    ["a=b=c", [["a", "b=c"]]],
    ["a=1+2%203%2B4", [["a", "1 2 3+4"]]],
    ["a+b%3D=c", [["a b=", "c"]]],
    ["a=%C3%A9%F0%9F%9C%81", [["a", "é🜁"]]],
    [
      "__proto__=x&constructor=y",
      [
        ["__proto__", "x"],
        ["constructor", "y"],
      ],
    ],
    ["a=b&", [["a", "b"]]],
    [
      "&b&a=1",
      [
        ["b", ""],
        ["a", "1"],
      ],
    ],
  ];
  for (const [text, expected] of rows) {
    deepEqual(entries(text), expected, text);
    deepEqual(entries(new TextEncoder().encode(text)), expected, text);
  }
});

test("what is not a form is MalformedQueryString", () => {
  const latin1 = Uint8Array.from([0x61, 0x3d, 0xe9]);
  const broken = [
    "a=%",
    "a=%2",
    "a=%zz",
    "%=1",
    "a=%E9",
    "a=%C0%80",
    "a=%ED%A0%80",
    "a=1&a=2",
    "a=1&%61=1",
    latin1,
  ];
  for (const form of broken) {
    const parsed = parseForm(form);
    ok(!parsed.ok, String(form));
    deepEqual(
      [parsed.error.code, parsed.error.status, parsed.error.fault],
      ["MalformedQueryString", 400, "Sender"],
    );
  }
});

test("the number of parameters and the length of their names are bounded", () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=`).join("&");
  equal(entries(many(4096)).length, 4096);
  equal(entries(many(4097)), "MalformedQueryString: The request has more than 4096 parameters");
  equal(entries(`${"n".repeat(512)}=`).length, 1);
  equal(entries(`${"n".repeat(513)}=`), "MalformedQueryString: A parameter's name is too long");
  equal(entries(`${"%41".repeat(5000)}=`), "MalformedQueryString: A parameter's name is too long");
});

test("the same name in the query and the body is refused, a signature in the query is not a parameter", () => {
  const read = (text: string) => new Map(entries(text) as [string, string][]);
  const merged = mergeForms(
    read("Action=A&X-Amz-Signature=s&X-Amz-Security-Token=t"),
    read("Version=V&X-Amz-Date=d"),
  );
  ok(merged.ok);
  deepEqual(
    [...merged.params],
    [
      ["Action", "A"],
      ["Version", "V"],
    ],
  );
  const twice = mergeForms(read("Action=A"), read("Action=A"));
  ok(!twice.ok);
  equal(twice.error.code, "MalformedQueryString");
});

test("whatever URLSearchParams writes is read back", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(
        fc.tuple(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "grapheme" })),
        { selector: ([name]) => name },
      ),
      (pairs) => {
        deepEqual(entries(new URLSearchParams(pairs).toString()), pairs);
      },
    ),
  );
});

test("no bytes make it throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof parseForm(bytes).ok === "boolean"),
  );
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => typeof parseForm(text).ok === "boolean"));
});
