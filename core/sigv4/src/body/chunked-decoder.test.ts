import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createChecksum } from "../checksum/checksum.ts";
import { describeBodyProblem } from "./body-problem.ts";
import type { BodyProblem } from "./body-problem.ts";
import { createChunkedDecoder } from "./chunked-decoder.ts";
import type { ChunkedOptions } from "./chunked-options.ts";
import { encodeChunks } from "./sample-chunks.ts";

const signing = {
  signingKey: Buffer.alloc(32, 7),
  seedSignature: "0".repeat(64),
  amzDate: "20130524T000000Z",
  scope: "20130524/us-east-1/s3/aws4_request",
};

const options = (decodedLength: number, change: Partial<ChunkedOptions> = {}): ChunkedOptions => ({
  decodedLength,
  signing: undefined,
  allowsTrailer: true,
  checksum: undefined,
  minChunkBytes: 0,
  ...change,
});

type Outcome =
  | { ok: true; object: string; trailers: [string, string][] }
  | { ok: false; problem: BodyProblem; released: number };

/** Decodes a body that comes in blocks, and holds to the law that the whole object never goes on unverified. */
function decode(body: Uint8Array, given: ChunkedOptions, blockBytes = body.length): Outcome {
  const decoder = createChunkedDecoder(given);
  const out: Uint8Array[] = [];
  let released = 0;
  for (let at = 0; at < body.length; at += Math.max(blockBytes, 1)) {
    const step = decoder.push(body.subarray(at, at + Math.max(blockBytes, 1)));
    if (!step.ok) return { ...step, released };
    for (const block of step.release) released += block.length;
    out.push(...step.release);
    ok(released === 0 || released < given.decodedLength, "the whole object went on before the end");
  }
  const end = decoder.finish();
  if (!end.ok) return { ...end, released };
  out.push(...end.release);
  return { ok: true, object: Buffer.concat(out).toString("latin1"), trailers: [...end.trailers] };
}

const kindOf = (body: string | Uint8Array, given: ChunkedOptions): string => {
  const outcome = decode(typeof body === "string" ? Buffer.from(body, "latin1") : body, given);
  if (outcome.ok) return "taken";
  const { status, message } = describeBodyProblem(outcome.problem);
  ok(status >= 400 && message.length > 0);
  return outcome.problem.kind;
};

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 });

test("what is encoded is decoded, in blocks of any size", () =>
  fc.assert(
    fc.property(
      chunks,
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 1, max: 50 }),
      (data, isSigned, hasTrailer, size) => {
        const object = Buffer.concat(data);
        const checksum = createChecksum("crc64nvme");
        checksum.update(object);
        const trailers = hasTrailer ? [["x-amz-checksum-crc64nvme", checksum.digest()] as const] : [];
        const body = encodeChunks(data, isSigned ? signing : undefined, trailers);
        const given = options(object.length, {
          signing: isSigned ? signing : undefined,
          checksum: hasTrailer ? "crc64nvme" : undefined,
        });
        deepEqual(decode(body, given, size), { ok: true, object: object.toString("latin1"), trailers });
      },
    ),
  ));

/** Whether the byte stands in a chunk's data. */
function isInData(body: Buffer, at: number): boolean {
  for (let from = 0; ;) {
    const lineEnd = body.indexOf("\r\n", from) + 2;
    const size = Number.parseInt(body.toString("latin1", from, lineEnd), 16);
    if (size === 0 || at < lineEnd) return false;
    if (at < lineEnd + size) return true;
    from = lineEnd + size + 2;
  }
}

test("one changed byte in signed data fails, and no other changed or missing byte changes the object", () =>
  fc.assert(
    fc.property(
      chunks,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.integer({ min: 1, max: 50 }),
      (data, n, flip, size) => {
        const object = Buffer.concat(data);
        const checksum = createChecksum("sha256");
        checksum.update(object);
        const trailers = [["x-amz-checksum-sha256", checksum.digest()] as const];
        const body = encodeChunks(data, signing, trailers);
        const given = options(object.length, { signing, checksum: "sha256" });
        const at = n % body.length;
        const changed = Buffer.from(body);
        changed[at] = (changed[at] as number) ^ flip;
        // A size or a name may be spelled in either case, and blanks around a value are none: what is taken is the same.
        const outcomeOfChanged = decode(changed, given, size);
        if (outcomeOfChanged.ok) equal(outcomeOfChanged.object, object.toString("latin1"));
        if (isInData(body, at)) ok(!outcomeOfChanged.ok, "changed data was taken");
        const shorter = Buffer.concat([body.subarray(0, at), body.subarray(at + 1)]);
        const outcome = decode(shorter, given, size);
        if (outcome.ok) equal(outcome.object, object.toString("latin1"));
      },
    ),
    { numRuns: 500 },
  ));

test("a body cut short at any byte fails", () => {
  for (const isSigned of [true, false]) {
    const body = encodeChunks([Buffer.from("hello "), Buffer.from("world")], isSigned ? signing : undefined, [
      ["x-amz-checksum-crc32", "DUoRhQ=="],
    ]);
    const given = options(11, { signing: isSigned ? signing : undefined, checksum: "crc32" });
    equal(kindOf(body, given), "taken");
    for (let length = 0; length < body.length; length++) {
      const outcome = decode(body.subarray(0, length), given);
      ok(!outcome.ok && outcome.released < 11, `cut at ${length}`);
    }
  }
});

const unsigned = (change: Partial<ChunkedOptions> = {}) => options(5, change);
const withCrc = unsigned({ checksum: "crc32" });

const refused: [what: string, body: string, options: ChunkedOptions, kind: BodyProblem["kind"]][] = [
  ["no body", "", unsigned(), "incomplete-body"],
  [
    "bytes after the last chunk",
    "5\r\nhello\r\n0\r\n\r\nx",
    unsigned({ allowsTrailer: false }),
    "incomplete-body",
  ],
  [
    "another body after the last chunk",
    "5\r\nhello\r\n0\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    unsigned(),
    "malformed-trailer",
  ],
  ["an empty line too many", "5\r\nhello\r\n0\r\n\r\n\r\n", unsigned(), "malformed-trailer"],
  ["no empty line at the end", "5\r\nhello\r\n0\r\n", unsigned(), "incomplete-body"],
  ["LF alone after the size", "5\nhello\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["LF alone after the data", "5\r\nhello\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["data longer than its size", "4\r\nhello\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["data shorter than its size", "5\r\nhell\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["more than announced", "6\r\nhello!\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["more than announced, in two chunks", "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["fewer than announced", "4\r\nhell\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["no size", "\r\nhello\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["a negative size", "-5\r\nhello\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["a size with a sign", "+5\r\nhello\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["a size with a blank", "5 \r\nhello\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["a size that is not exact", "100000000000000005\r\nhello\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  ["a line without end", "5;".padEnd(500, "a"), unsigned(), "incomplete-body"],
  ["an extension nobody knows", "5;a=b\r\nhello\r\n0\r\n\r\n", unsigned(), "incomplete-body"],
  [
    "a signature nobody asked for",
    `5;chunk-signature=${"0".repeat(64)}\r\nhello\r\n0\r\n\r\n`,
    unsigned(),
    "incomplete-body",
  ],
  ["no signature", "5\r\nhello\r\n0\r\n\r\n", unsigned({ signing }), "incomplete-body"],
  [
    "a signature of zeros",
    `5;chunk-signature=${"0".repeat(64)}\r\nhello\r\n0\r\n\r\n`,
    unsigned({ signing }),
    "chunk-signature-mismatch",
  ],
  [
    "two signatures",
    `5;chunk-signature=${"0".repeat(64)};chunk-signature=${"0".repeat(64)}\r\nhello\r\n`,
    unsigned({ signing }),
    "incomplete-body",
  ],
  [
    "another extension before the signature",
    `5;a=b;chunk-signature=${"0".repeat(64)}\r\nhello\r\n`,
    unsigned({ signing }),
    "incomplete-body",
  ],
  [
    "a checksum of something else",
    "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
    withCrc,
    "checksum-mismatch",
  ],
  [
    "a checksum that is none",
    "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:hello\r\n\r\n",
    withCrc,
    "bad-checksum-value",
  ],
  [
    "a checksum twice",
    "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
    withCrc,
    "malformed-trailer",
  ],
  [
    "a checksum twice, once in capitals",
    "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nX-Amz-Checksum-CRC32:AAAAAA==\r\n\r\n",
    withCrc,
    "malformed-trailer",
  ],
  ["no checksum though announced", "5\r\nhello\r\n0\r\n\r\n", withCrc, "malformed-trailer"],
  [
    "a checksum though none was announced",
    "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
    unsigned(),
    "malformed-trailer",
  ],
  [
    "another checksum than announced",
    "5\r\nhello\r\n0\r\nx-amz-checksum-crc32c:mnG7TA==\r\n\r\n",
    withCrc,
    "malformed-trailer",
  ],
  [
    "another header among the trailers",
    "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-acl:public-read\r\n\r\n",
    withCrc,
    "malformed-trailer",
  ],
  ["a trailer without a name", "5\r\nhello\r\n0\r\n:NhCmhg==\r\n\r\n", withCrc, "malformed-trailer"],
  [
    "a trailer without a colon",
    "5\r\nhello\r\n0\r\nx-amz-checksum-crc32\r\n\r\n",
    withCrc,
    "malformed-trailer",
  ],
  [
    "a trailer's name with a blank",
    "5\r\nhello\r\n0\r\nx-amz-checksum-crc32 :NhCmhg==\r\n\r\n",
    withCrc,
    "malformed-trailer",
  ],
  [
    "a trailer signature nobody asked for",
    "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:00\r\n\r\n",
    withCrc,
    "malformed-trailer",
  ],
  [
    "a trailer without end",
    `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${"A".repeat(5000)}`,
    withCrc,
    "malformed-trailer",
  ],
  [
    "a small chunk before the last",
    "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    unsigned({ minChunkBytes: 3 }),
    "chunk-too-small",
  ],
];

test("bodies that are not well-formed are refused", async (t) => {
  for (const [what, body, given, kind] of refused) await t.test(what, () => equal(kindOf(body, given), kind));
});

test("signed trailers", async (t) => {
  const given = unsigned({ signing, checksum: "crc32" });
  const right = encodeChunks([Buffer.from("hello")], signing, [
    ["x-amz-checksum-crc32", "NhCmhg=="],
  ]).toString("latin1");
  const signatureLine = /x-amz-trailer-signature:[0-9a-f]{64}\r\n/;
  await t.test("are taken", () => equal(kindOf(right, given), "taken"));
  await t.test("are taken as minio-go writes them", () =>
    equal(kindOf(right.replace("NhCmhg==\r\n", "NhCmhg==\n\r\n"), given), "taken"),
  );
  await t.test("need their signature", () =>
    equal(kindOf(right.replace(signatureLine, ""), given), "malformed-trailer"),
  );
  await t.test("need it once", () =>
    equal(
      kindOf(
        right.replace(signatureLine, (line) => line + line),
        given,
      ),
      "malformed-trailer",
    ),
  );
  await t.test("need it last", () =>
    equal(
      kindOf(right.replace(/(x-amz-checksum.*\r\n)(x-amz-trailer.*\r\n)/, "$2$1"), given),
      "malformed-trailer",
    ),
  );
  await t.test("must be the signed ones", () =>
    equal(kindOf(right.replace("NhCmhg==", "AAAAAA=="), given), "trailer-signature-mismatch"),
  );
});

test("chunks may not change places", () => {
  const body = encodeChunks([Buffer.from("aaaaa"), Buffer.from("bbbbb")], signing).toString("latin1");
  const lines = body.split("\r\n");
  const swapped = [lines[2], lines[3], lines[0], lines[1], ...lines.slice(4)].join("\r\n");
  equal(kindOf(swapped, options(10, { signing })), "chunk-signature-mismatch");
});

test("what is too long is refused before any of it goes on", () => {
  const outcome = decode(Buffer.from("6\r\nhello!"), options(5));
  deepEqual(!outcome.ok && outcome.released, 0);
});

test("after a problem the decoder only repeats it, and it ends once", () => {
  const decoder = createChunkedDecoder(options(5));
  const first = decoder.push(Buffer.from("x"));
  ok(first.ok);
  const second = decoder.push(Buffer.from("\r\n"));
  ok(!second.ok);
  deepEqual(decoder.push(Buffer.from("5\r\nhello\r\n0\r\n\r\n")), second);
  deepEqual(decoder.finish(), second);
  const good = createChunkedDecoder(options(0));
  ok(good.push(Buffer.from("0\r\n\r\n")).ok);
  ok(good.finish().ok);
  ok(!good.finish().ok);
  ok(!good.push(Buffer.from("1")).ok);
});

test("nothing throws, whatever the body", () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(20), fc.boolean(), (body, length, isSigned) => {
      decode(body, options(length, { signing: isSigned ? signing : undefined }), 3);
    }),
  ));
