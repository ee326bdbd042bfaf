import { createHash } from "node:crypto";
import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createPayloadHasher } from "./payload-hasher.ts";

const blocks = fc.array(fc.uint8Array({ maxLength: 10 }), { maxLength: 6 });

test("a body with the declared hash goes on whole, its last block at the end", () =>
  fc.assert(
    fc.property(blocks, (data) => {
      const body = Buffer.concat(data);
      const hasher = createPayloadHasher(createHash("sha256").update(body).digest("hex"));
      const released: Uint8Array[] = [];
      for (const block of data) {
        const step = hasher.push(block);
        ok(step.ok);
        released.push(...step.release);
        ok(body.length === 0 || Buffer.concat(released).length < body.length);
      }
      const end = hasher.finish();
      ok(end.ok);
      deepEqual(Buffer.concat([...released, ...end.release]), body);
    }),
  ));

test("the last block of any other body never goes on", () => {
  const hasher = createPayloadHasher("0".repeat(64));
  const step = hasher.push(Buffer.from("hello"));
  deepEqual(step, { ok: true, release: [] });
  const end = hasher.finish();
  equal(!end.ok && end.problem.kind, "body-sha256-mismatch");
});
