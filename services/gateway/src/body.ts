import { createHash } from "node:crypto";
import { Transform } from "node:stream";
import type { Readable } from "node:stream";
import { awsError } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import { header } from "@rolecall/pipeline";
import type { Exchange } from "@rolecall/pipeline";
import {
  checksumAlgorithm,
  chunkedOptions,
  createChecksum,
  createChunkedDecoder,
  createPayloadHasher,
  describeBodyProblem,
} from "@rolecall/sigv4";
import type { BodyProblem, Released, VerifiedSignature } from "@rolecall/sigv4";

/** The body of an upload as the upstream gets it: decoded, and verified while it passes. */
export interface PlainBody {
  stream: Readable;
  /** Bytes to come; undefined when the client did not say. */
  length: number | undefined;
}

const asError = (problem: BodyProblem): AwsError => {
  const { code, status, message } = describeBodyProblem(problem);
  return awsError(code, status, message);
};

/** Gives bytes back once they may pass; the last ones only at the end, when everything was verified. */
interface Verifier {
  push(bytes: Uint8Array): Released;
  finish(): Released;
}

/** What a request declares of its body beside the signature: `Content-MD5`, `x-amz-checksum-*`. */
interface Digest {
  update(bytes: Uint8Array): void;
  /** The error when it does not come out as declared. */
  check(): AwsError | undefined;
}

const badDigest = (what: string): AwsError =>
  awsError("BadDigest", 400, `The ${what} you specified did not match what we received.`);

function declaredDigests({ request }: Exchange): Digest[] {
  const digests: Digest[] = [];
  const md5 = header(request, "content-md5");
  if (md5 !== undefined) {
    if (Buffer.from(md5, "base64").length !== 16)
      throw awsError("InvalidDigest", 400, "The Content-MD5 you specified was invalid.");
    const hash = createHash("md5");
    digests.push({
      update: (bytes) => hash.update(bytes),
      check: () => (hash.digest("base64") === md5 ? undefined : badDigest("Content-MD5")),
    });
  }
  for (const [name, value] of request.headers) {
    const algorithm = checksumAlgorithm(name.toLowerCase());
    if (algorithm === undefined) continue;
    const checksum = createChecksum(algorithm);
    digests.push({
      update: (bytes) => checksum.update(bytes),
      check: () =>
        checksum.digest() === value ? undefined : badDigest(`${algorithm.toUpperCase()} checksum`),
    });
  }
  return digests;
}

/** Holds each block until the next one comes: the last never leaves before the end was seen. */
function holding(): Verifier {
  let held: Uint8Array | undefined;
  const swap = (next: Uint8Array | undefined): Released => {
    const release = held === undefined ? [] : [held];
    held = next;
    return { ok: true, release };
  };
  return {
    push: (bytes) => (bytes.length === 0 ? { ok: true, release: [] } : swap(bytes)),
    finish: () => swap(undefined),
  };
}

/**
 * Passes bytes on as the verifier releases them. The last block leaves only after everything was verified; on a
 * problem the stream is destroyed with S3's error, and so is whoever reads it.
 */
function verifying(verifier: Verifier, digests: readonly Digest[], length: number | undefined): Transform {
  let passed = 0;
  const take = (released: Released): Uint8Array[] | AwsError => {
    if (!released.ok) return asError(released.problem);
    for (const bytes of released.release) {
      passed += bytes.length;
      for (const digest of digests) digest.update(bytes);
    }
    // Before they are passed on: an upstream that was promised less would read the rest as another request.
    if (length !== undefined && passed > length) return incomplete();
    return released.release;
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const taken = take(verifier.push(chunk));
      if (!Array.isArray(taken)) return done(taken);
      for (const bytes of taken) this.push(bytes);
      done();
    },
    flush(done) {
      const taken = take(verifier.finish());
      if (!Array.isArray(taken)) return done(taken);
      if (length !== undefined && passed !== length) return done(incomplete());
      for (const digest of digests) {
        const wrong = digest.check();
        if (wrong) return done(wrong);
      }
      for (const bytes of taken) this.push(bytes);
      done();
    },
  });
}

const incomplete = (): AwsError =>
  awsError(
    "IncompleteBody",
    400,
    "You did not provide the number of bytes specified by the Content-Length HTTP header.",
  );

/** Opens the body, which lets a client that waits for `100 Continue` go on. */
export function plainBody(exchange: Exchange, signature: VerifiedSignature | undefined): PlainBody {
  const { request } = exchange;
  const payload = signature?.payload ?? { kind: "unsigned" as const };
  const digests = declaredDigests(exchange);
  let verifier: Verifier = holding();
  let length = request.body.declaredLength;
  if (payload.kind === "chunked" && signature) {
    const options = chunkedOptions(request, signature);
    if (!options.ok) throw asError(options.problem);
    verifier = createChunkedDecoder(options.value);
    length = options.value.decodedLength;
  } else if (payload.kind === "sha256") verifier = createPayloadHasher(payload.sha256);
  const source = request.body.stream();
  const transform = verifying(verifier, digests, length);
  // A client that goes away in the middle must end the upload, not complete it.
  const fail = (error: Error): unknown => transform.destroy(error);
  source.once("error", fail);
  source.once("close", () => {
    if (!source.readableEnded) fail(new Error("the client went away"));
  });
  transform.once("close", () => source.unpipe(transform));
  source.pipe(transform);
  return { stream: transform, length };
}

/** The whole body, decoded and verified, for operations that must read it. */
export async function bufferedBody(
  exchange: Exchange,
  signature: VerifiedSignature | undefined,
  limitBytes: number,
): Promise<Buffer> {
  const tooLarge = (): AwsError => awsError("MaxMessageLengthExceeded", 400, "Your request was too big.");
  const body = plainBody(exchange, signature);
  if (body.length !== undefined && body.length > limitBytes) {
    body.stream.destroy();
    throw tooLarge();
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
