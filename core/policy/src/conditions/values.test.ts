import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalBase64 } from "./base64.ts";
import { readDecimal } from "./decimal.ts";
import { foldCase } from "./fold-case.ts";
import { readInstant } from "./instant.ts";
import { isInRange, readIpAddress, readIpRange } from "./ip-address.ts";

test("every printed number reads as itself", () =>
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
      assert.ok(readDecimal(String(value)) === value),
    ),
  ));

test("every printed instant reads as itself", () =>
  fc.assert(
    fc.property(
      fc.date({
        min: new Date("0000-01-01T00:00:00Z"),
        max: new Date("9999-12-31T23:59:59Z"),
        noInvalidDate: true,
      }),
      (date) => assert.equal(readInstant(date.toISOString()), date.getTime()),
    ),
  ));

test("times that are none", () => {
  for (const text of [
    "",
    "2026-",
    "2026-1",
    "2026-00",
    "2026-02-29",
    "2026-09-01T00:00",
    "2026-09-01T24:00Z",
    "2026-09-01T00:00:00.Z",
    "2026-09-01T00:00Zx",
    "2026-09-01 00:00Z",
    "99999999999999999999",
    "-1",
    "1.5",
  ])
    assert.equal(readInstant(text), undefined, text);
});

test("every printed address reads, and lies in its own range only", () =>
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.oneof(fc.ipV4(), fc.ipV6()), (one, other) => {
      const address = readIpAddress(one);
      const range = readIpRange(one);
      const another = readIpAddress(other);
      assert.ok(address !== undefined && range !== undefined && another !== undefined);
      assert.ok(isInRange(address, range));
      assert.equal(isInRange(another, range), JSON.stringify(another) === JSON.stringify(address));
    }),
  ));

test("addresses that are none", () => {
  for (const text of [
    "",
    ".",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "1.2.3.0004",
    "1.2.3.",
    " 1.2.3.4",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "g::",
    "1.2.3.4::",
    "::1.2.3",
    "fe80::1%eth0",
    "1:2:3:4:5:6:7::8",
  ])
    assert.equal(readIpAddress(text), undefined, text);
  for (const text of [
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "::/129",
    "/8",
    "10.0.0.0/ 8",
    "10.0.0.0/0008",
  ])
    assert.equal(readIpRange(text), undefined, text);
});

test("canonical base64 is that of the platform", () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9 }), (bytes) => {
      const text = Buffer.from(bytes).toString("base64");
      assert.equal(canonicalBase64(text), text);
    }),
  ));

test("bytes that are none", () => {
  for (const text of ["a", "aa", "aaa", "a===", "====", "aa=a", "aa\n=", "aa-_"])
    assert.equal(canonicalBase64(text), undefined, text);
});

test("folding is lower case wherever nothing special stands", () =>
  fc.assert(fc.property(fc.string(), (text) => assert.equal(foldCase(text), text.toLowerCase()))));

test("folding leaves what is outside of the basic plane as it is", () => {
  assert.equal(foldCase("A\u{1f600}BC\u{10400}D\u{10400}"), "a\u{1f600}bc\u{10400}d\u{10400}");
});
