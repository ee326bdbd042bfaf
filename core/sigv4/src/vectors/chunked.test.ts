import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { chunkedOptions } from "../body/chunked-options.ts";
import { createChunkedDecoder } from "../body/chunked-decoder.ts";
import { checksumAlgorithm, createChecksum } from "../checksum/checksum.ts";
import { parseAuthentication } from "../parse-authentication.ts";
import { verifySignature } from "../verify-signature.ts";
import { asReceived, readVectors } from "./testing.ts";
import type { RequestData } from "./testing.ts";

interface ChunkedVector {
  name: string;
  credentials: { secretAccessKey: string };
  now: string;
  request: RequestData;
  chunks: { repeat: string; times: number; signature?: string }[];
  trailers?: [string, string][];
  trailerSignature?: string;
  expect: { authorization: string };
}

test("vectors of sigv4/s3-chunked.json", async (t) => {
  for (const vector of readVectors<ChunkedVector>("s3-chunked.json")) {
    for (const blockBytes of [1, 7, 4096, 1 << 20]) {
      await t.test(`${vector.name}, in blocks of ${blockBytes}`, () => check(vector, blockBytes));
    }
  }
});

function check(vector: ChunkedVector, blockBytes: number): void {
  const received = asReceived(vector.request);
  const head = {
    ...received,
    headers: [...received.headers, ["Authorization", vector.expect.authorization] as const],
  };
  const parsed = parseAuthentication(head, { family: "s3" });
  ok(parsed.ok && parsed.value.kind === "sigv4");
  const verified = verifySignature(head, parsed.value, {
    secret: vector.credentials.secretAccessKey,
    nowMs: Date.parse(vector.now),
    family: "s3",
    signingNames: ["s3"],
    bodySha256: undefined,
  });
  ok(verified.ok, JSON.stringify(verified));
  equal(verified.verified.payload.kind, "chunked");
  const options = chunkedOptions(head, verified.verified);
  ok(options.ok);

  const body = bodyOf(vector);
  const object = vector.chunks.map(({ repeat, times }) => repeat.repeat(times)).join("");
  const decoder = createChunkedDecoder(options.value);
  const released: Uint8Array[] = [];
  let soFar = 0;
  for (let at = 0; at < body.length; at += blockBytes) {
    const step = decoder.push(body.subarray(at, at + blockBytes));
    ok(step.ok, JSON.stringify(step));
    for (const block of step.release) {
      released.push(block);
      soFar += block.length;
    }
    ok(object.length === 0 || soFar < object.length, "the last byte went on before the end");
  }
  const end = decoder.finish();
  ok(end.ok, JSON.stringify(end));
  released.push(...end.release);
  equal(Buffer.concat(released).toString("latin1"), object);
  deepEqual([...end.trailers], vector.trailers ?? []);
}

function bodyOf({ chunks, trailers, trailerSignature }: ChunkedVector): Buffer {
  let text = "";
  for (const { repeat, times, signature } of chunks) {
    const extension = signature === undefined ? "" : `;chunk-signature=${signature}`;
    text += `${times.toString(16)}${extension}\r\n`;
    if (times > 0) text += `${repeat.repeat(times)}\r\n`;
  }
  for (const [name, value] of trailers ?? []) text += `${name}:${value}\r\n`;
  if (trailerSignature !== undefined) text += `x-amz-trailer-signature:${trailerSignature}\r\n`;
  return Buffer.from(`${text}\r\n`, "latin1");
}

test("vectors of sigv4/checksums.json", async (t) => {
  for (const vector of readVectors<{ name: string; text: string; expect: Record<string, string> }>("checksums.json")) {
    for (const [name, value] of Object.entries(vector.expect)) {
      await t.test(`${name} of ${vector.name}`, () => {
        const algorithm = checksumAlgorithm(`x-amz-checksum-${name}`);
        ok(algorithm);
        for (const split of [0, 1, 3, 8, 500]) {
          const checksum = createChecksum(algorithm);
          checksum.update(Buffer.from(vector.text.slice(0, split)));
          checksum.update(Buffer.from(vector.text.slice(split)));
          equal(checksum.digest(), value);
        }
      });
    }
  }
});
