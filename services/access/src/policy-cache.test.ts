import { deepEqual, equal, notEqual, throws } from "node:assert/strict";
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

test("a document that is asked for in the same place again is bound once", () => {
  const cache = createPolicyCache();
  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:user/bob" }, Action: "sts:*" },
  });
  const of = (attachedTo: string, ids?: Record<string, string>) =>
    cache.compiled(trust, "trust", { type: "trust", attachedTo }, ids);
  const arn = "arn:aws:iam::111122223333:user/bob";
  const bound = of("R", { [arn]: "AIDA1" });
  equal(of("R", { [arn]: "AIDA1" }), bound);
  // Bound to a namesake, to nobody, to one more, in another place, of another type: something else each time.
  for (const other of [
    of("R", { [arn]: "AIDA2" }),
    of("R"),
    of("R", { [arn]: "AIDA1", x: "AIDA1" }),
    of("R", { x: "AIDA1" }),
    of("S", { [arn]: "AIDA1" }),
    cache.compiled(trust, "trust", { type: "resource", attachedTo: "R" }, { [arn]: "AIDA1" }),
    cache.compiled(trust, "trust", { type: "trust", attachedTo: "R", name: "x" }, { [arn]: "AIDA1" }),
    cache.compiled(trust, "trust", { type: "trust", attachedTo: "R", arn: "x" }, { [arn]: "AIDA1" }),
  ]) {
    notEqual(other, bound);
    equal(other.document, bound.document);
  }
  deepEqual(of("R", { [arn]: "AIDA3" }).principalIds, new Map([[arn, "AIDA3"]]));
  equal(of("S").ref.attachedTo, "S");
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
