import { Transform } from "node:stream";
import type { Readable } from "node:stream";
import { awsError } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import type { Exchange } from "@rolecall/pipeline";
import { chunkedOptions, createChunkedDecoder, createPayloadHasher, describeBodyProblem } from "@rolecall/sigv4";
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

interface Verifier {
  push(bytes: Uint8Array): Released;
  finish(): Released;
}

/**
 * Passes bytes on as the verifier releases them. The last block leaves only after everything was verified; on a
 * problem the stream is destroyed with S3's error, and so is whoever reads it.
 */
function verifying(verifier: Verifier): Transform {
  const release = (transform: Transform, released: Released): AwsError | undefined => {
    if (!released.ok) return asError(released.problem);
    for (const bytes of released.release) transform.push(bytes);
    return undefined;
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(release(this, verifier.push(chunk)));
    },
    flush(done) {
      done(release(this, verifier.finish()));
    },
  });
}

/** Opens the body, which lets a client that waits for `100 Continue` go on. */
export function plainBody(exchange: Exchange, signature: VerifiedSignature | undefined): PlainBody {
  const { request } = exchange;
  const { payload } = signature ?? { payload: { kind: "unsigned" as const } };
  switch (payload.kind) {
    case "chunked": {
      if (!signature) throw new TypeError("a chunked body has a signature");
      const options = chunkedOptions(request, signature);
      if (!options.ok) throw asError(options.problem);
      return through(request.body.stream(), createChunkedDecoder(options.value), options.value.decodedLength);
    }
    case "sha256":
      return through(request.body.stream(), createPayloadHasher(payload.sha256), request.body.declaredLength);
    default:
      return { stream: request.body.stream(), length: request.body.declaredLength };
  }
}

function through(source: Readable, verifier: Verifier, length: number | undefined): PlainBody {
  const transform = verifying(verifier);
  // A client that goes away in the middle must end the upload, not complete it.
  source.on("error", (error) => transform.destroy(error));
  source.on("aborted", () => transform.destroy(new Error("the client went away")));
  transform.on("close", () => source.unpipe(transform));
  source.pipe(transform);
  return { stream: transform, length };
}

/** The whole body, decoded and verified, for operations that must read it. */
export async function bufferedBody(
  exchange: Exchange,
  signature: VerifiedSignature | undefined,
  limitBytes: number,
): Promise<Buffer> {
  const tooLarge = (): AwsError =>
    awsError("MaxMessageLengthExceeded", 400, "Your request was too big.");
  const body = plainBody(exchange, signature);
  if (body.length !== undefined && body.length > limitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
