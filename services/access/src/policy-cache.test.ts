import { deepEqual, equal, throws } from "node:assert/strict";
import { test } from "node:test";
import { createPolicyCache } from "./policy-cache.ts";

const text = (sid: string, length = 0): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: sid, Effect: "Allow", Action: "s3:*", Resource: `arn:aws:s3:::b/${"x".repeat(length)}` },
    ],
  });
const ref = { type: "identity" } as const;

test("a text is compiled once a kind, whoever has it", () => {
  const cache = createPolicyCache();
  const one = cache.compiled(text("A"), "identity", ref);
  const two = cache.compiled(text("A"), "identity", { ...ref, name: "other" });
  equal(one.document, two.document);
  cache.compiled(text("A"), "session", { type: "session" });
  deepEqual(cache.stats(), {
    entries: 2,
    characters: 2 * text("A").length,
    hits: 1,
    misses: 2,
    evictions: 0,
  });
});

test("the cache is bounded in documents and in their characters; the oldest goes first", () => {
  const cache = createPolicyCache(3, 1000);
  for (const sid of ["A", "B", "C"]) cache.compiled(text(sid), "identity", ref);
  cache.compiled(text("A"), "identity", ref);
  cache.compiled(text("D"), "identity", ref);
  equal(cache.stats().entries, 3);
  cache.compiled(text("A"), "identity", ref);
  equal(cache.stats().misses, 4, "A was used and stayed");
  cache.compiled(text("B"), "identity", ref);
  equal(cache.stats().misses, 5, "B was the oldest");
  cache.compiled(text("E", 2000), "identity", ref);
  deepEqual([cache.stats().entries, cache.stats().characters], [1, text("E", 2000).length]);
});

test("a stored text that is no policy is not passed over", () => {
  throws(() => createPolicyCache().compiled("{", "identity", ref), /no longer parses/);
});
