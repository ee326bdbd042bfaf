import { equal } from "node:assert/strict";
import { test } from "node:test";
import { createSigningKeyCache, signingKey } from "./signing-key.ts";

test("the signing key of the user guide", () => {
  // https://docs.aws.amazon.com/general/latest/gr/signature-v4-examples.html
  const key = signingKey("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830", "us-east-1", "iam");
  equal(Buffer.from(key).toString("hex"), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
});

test("the cache keeps the keys of so many secrets, and drops those that were longest not used", () => {
  const cache = createSigningKeyCache(2);
  const key = Buffer.alloc(32);
  cache.set("a", "d/r/s/aws4_request", key);
  cache.set("b", "d/r/s/aws4_request", key);
  equal(cache.get("a", "d/r/s/aws4_request"), key);
  cache.set("c", "d/r/s/aws4_request", key);
  equal(cache.get("b", "d/r/s/aws4_request"), undefined);
  equal(cache.get("a", "d/r/s/aws4_request"), key);
  equal(cache.get("a", "d2/r/s/aws4_request"), undefined);
  for (let day = 0; day < 64; day++) cache.set("a", `${day}/r/s/aws4_request`, key);
  equal(cache.get("a", "d/r/s/aws4_request"), undefined);
  equal(cache.get("a", "63/r/s/aws4_request"), key);
  const none = createSigningKeyCache(0);
  none.set("a", "d/r/s/aws4_request", key);
  equal(none.get("a", "d/r/s/aws4_request"), undefined);
});
