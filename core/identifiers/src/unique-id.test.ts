import { test } from "node:test";
import { equal, match, notEqual, throws } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { accountOfId, newAccessKeyId, newUniqueId } from "./unique-id.ts";

const random = (length: number): Uint8Array => randomBytes(length);

test("every id carries its account", () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (n) => {
      const accountId = String(n).padStart(12, "0");
      equal(accountOfId(newAccessKeyId("AKIA", accountId, random)), accountId);
      equal(accountOfId(newUniqueId("AROA", accountId, random)), accountId);
    }),
  ));

test("ids have AWS's shape", () => {
  match(newAccessKeyId("ASIA", "111122223333", random), /^ASIA[A-Z2-7]{16}$/);
  match(newUniqueId("AIDA", "000000000000", random), /^AIDA[A-Z2-7]{17}$/);
  notEqual(newUniqueId("AIDA", "111122223333", random), newUniqueId("AIDA", "111122223333", random));
});

test("an id that we did not mint has no account", () => {
  for (const id of ["AKIAIOSFODNN7EXAMPLE", "test", "", "AKIA1111111111111111", "AKIA!!!!!!!!!!!!!!!!"])
    equal(accountOfId(id), undefined, id);
});

test("a known id of AWS's newer layout is read as the public decoders read it", () => {
  // Published example of the layout: key id and account of a deleted demonstration account.
  equal(accountOfId("ASIAQNZGKIQY56JQ7WML"), "029608264753");
});

test("minting refuses what is no account", () => {
  throws(() => newAccessKeyId("AKIA", "12", random), RangeError);
});
